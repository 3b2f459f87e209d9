from . import customer_tier
from . import sale_order
from . import stock_move
