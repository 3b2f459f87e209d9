from . import privacy_sheet
from . import period_report
