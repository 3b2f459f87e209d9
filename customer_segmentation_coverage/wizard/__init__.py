from . import base_partner_merge
from . import customer_tier_report
from . import customer_segmentation_allocation
from . import customer_segmentation_allocation_line
from . import customer_follow_up_review
from . import customer_follow_up_approval
