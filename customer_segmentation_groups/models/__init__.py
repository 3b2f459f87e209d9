from . import customer_segmentation_group
from . import customer_segmentation_exclusion
from . import customer_segmentation_profile
from . import res_partner
from . import customer_sheet
