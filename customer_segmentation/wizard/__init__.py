from . import base_partner_merge
from . import customer_playbook_start
from . import customer_tier_override
from . import customer_playbook_answer
