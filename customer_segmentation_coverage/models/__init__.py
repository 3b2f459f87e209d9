from . import customer_tier
from . import customer_segmentation_policy
from . import customer_segmentation_profile
from . import customer_segmentation_effort
from . import customer_follow_up_stop
from . import customer_segmentation_exclusion
from . import res_partner
from . import res_users
