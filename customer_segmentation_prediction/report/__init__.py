from . import customer_sheet
