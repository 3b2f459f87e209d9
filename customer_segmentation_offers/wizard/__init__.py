from . import customer_product_offer
from . import customer_product_offer_line
