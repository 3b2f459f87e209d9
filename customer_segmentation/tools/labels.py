"""The choices of fields, and what measures are called: shown by several rooms."""

ABC_CLASSES = [("A", "A"), ("B", "B"), ("C", "C")]

# In this order stages are better from one to the next; positions from 1 on stand for them in the staging table.
LIFECYCLE_STAGES = [
    ("prospect", "Prospect"),
    ("lost", "Gone"),
    ("dormant", "Silent"),
    ("at_risk", "Slipping"),
    ("new", "Newcomer"),
    ("returning", "Returned"),
    ("active", "Active"),
    ("mature", "Established"),
]

CHANNELS = [
    ("call", "Call"),
    ("meeting", "Meeting"),
    ("email_out", "E-mail Sent"),
    ("email_in", "E-mail Received"),
    ("quotation", "Quotation Sent"),
    ("activity", "Other Activity"),
]

PROBLEMS = [
    ("no_customer", "No customer"),
    ("no_rate", "No currency rate on or before the date"),
    ("zero_rate", "The currency rate is zero"),
    ("not_a_number", "The amount is not a number"),
    ("future_date", "Dated in the future"),
    ("implausible_date", "Implausible date: too long ago"),
    ("own_company", "The customer is one of our own companies"),
    ("unlinked_credit_note", "Credit note that belongs to no order"),
]

# Labels are those of the selection, in the order in which they are offered; other addons add theirs.
MEASURES = [
    ("revenue", "Revenue in the window"),
    ("order_count", "Orders in the window"),
    ("average_order_value", "Average order value"),
    ("average_monthly_revenue", "Average monthly revenue"),
    ("lifetime_revenue", "Lifetime revenue"),
    ("revenue_share", "Share of revenue (%)"),
    ("rfm_score", "RFM score"),
    ("recency_score", "Recency score"),
    ("frequency_score", "Frequency score"),
    ("monetary_score", "Monetary score"),
    ("abc_rank", "ABC class (A = 3, B = 2, C = 1)"),
    ("segment", "Segment"),
    ("tenure_months", "Months since the first order"),
    ("months_since_last_order", "Months since the last order"),
    ("overdue_ratio", "Overdue (× usual gap)"),
    ("lifecycle_rank", "Lifecycle stage (established = 7 … gone = 1)"),
    ("days_since_contact", "Days since the last contact"),
    ("contact_count", "Contacts in the window"),
    ("contacts_call", "Calls in the window"),
    ("contacts_meeting", "Meetings in the window"),
    ("contacts_email_out", "E-mails sent in the window"),
    ("contacts_email_in", "E-mails received in the window"),
    ("contacts_quotation", "Quotations sent in the window"),
    ("contacts_activity", "Other activities in the window"),
]

LIMIT_FIELDS = (
    "new_days",
    "lost_ratio",
    "lost_months",
    "dormant_ratio",
    "at_risk_ratio",
    "at_risk_minimum_days",
    "mature_months",
    "mature_purchase_days",
)

MINIMUM_BANDS, MAXIMUM_BANDS = 2, 9

# From so many purchase days on the usual gap is the customer's own rather than the company's.
DAYS_OF_OWN_RHYTHM = 4

# What a range of a segment limits, in the order in which rules keep it.
RANGE_FIELDS = (
    "recency_min",
    "recency_max",
    "frequency_min",
    "frequency_max",
    "monetary_min",
    "monetary_max",
    "fm_min",
    "fm_max",
    "first_purchase",
    "gone",
)

# What customers are scored by.
RFM = ("recency", "frequency", "monetary")

# A day further back is a slip of the key.
MOST_YEARS_BACK = 50

# Customers of these classes are small.
SMALL_CLASSES = ("B", "C")
