from . import customer_transaction
