from . import customer_intent_step
from . import mail_activity
from . import crm_lead
from . import customer_sales_state
from . import res_partner
from . import customer_sheet
from . import customer_desk_reason
