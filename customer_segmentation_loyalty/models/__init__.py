from . import customer_transaction
from . import customer_purchase_source
