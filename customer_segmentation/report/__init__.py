from . import privacy_sheet
from . import tier_report
from . import tier_report_words
