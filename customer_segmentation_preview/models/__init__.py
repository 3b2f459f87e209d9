from . import customer_rule_child
from . import ir_rule
from . import customer_segmentation_policy
from . import customer_segmentation_rest
from . import customer_segment_scheme
from . import customer_tier
from . import customer_playbook_entrance
from . import res_config_settings
