from . import tier_report
from . import tier_report_words
from . import tier_report_sheets
