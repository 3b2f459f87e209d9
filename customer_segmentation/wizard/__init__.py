from . import base_partner_merge
from . import customer_tier_edge
from . import customer_tier_override
