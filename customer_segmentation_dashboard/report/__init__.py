from . import customer_portrait
from . import customer_report
from . import customer_report_words
from . import customer_report_sentences
from . import customer_report_sheets
