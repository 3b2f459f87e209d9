from . import customer_report
