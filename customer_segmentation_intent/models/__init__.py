from . import customer_intent_step
from . import customer_product_gap
from . import mail_activity
from . import crm_lead
from . import customer_sales_state
from . import res_partner
from . import customer_sheet
