from . import tier_report
from . import tier_report_words
