from . import customer_portrait
from . import privacy_sheet
