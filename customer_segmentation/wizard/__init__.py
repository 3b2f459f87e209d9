from . import base_partner_merge
from . import customer_segmentation_setup
from . import customer_segmentation_setup_app
from . import customer_segmentation_exclude
from . import customer_tier_edge
from . import customer_tier_override
from . import customer_report_wizard
from . import customer_playbook_start
