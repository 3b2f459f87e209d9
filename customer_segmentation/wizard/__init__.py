from . import base_partner_merge
from . import customer_segmentation_setup
from . import customer_tier_override
from . import customer_tier_report
