from . import privacy_sheet
from . import report_words
