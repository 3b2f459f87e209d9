"""The columns a run stages: their order on the wire, what stands for none, and how the profile stores them."""

from datetime import date

from odoo.tools import SQL

from ..scoring import calendar
from .labels import CHURN_BANDS, LIFECYCLE_STAGES, PREDICTION_BASES, VALUE_BANDS

INFINITY = 2**31 - 1  # PostgreSQL's date "infinity" on the wire stands for no date

POSTGRES_EPOCH = calendar.day_of(date(2000, 1, 1))

# Columns that are staged as positions in a list.
STAGED_CHOICES = {
    "lifecycle_stage": LIFECYCLE_STAGES,
    "churn_band": CHURN_BANDS,
    "prediction_basis": PREDICTION_BASES,
    "value_band": VALUE_BANDS,
}

# Staged columns that are copied into the profile as they are.
STAGED_COLUMNS = (
    "first_order_date",
    "last_order_date",
    "order_count",
    "revenue",
    "average_order_value",
    "lifetime_order_count",
    "lifetime_revenue",
    "refund_total",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_code",
    "rfm_score",
    "segment_id",
    "abc_class",
    "average_monthly_revenue",
    "tier_id",
    "tier_since",
    "tier_below_since",
    "tier_review_date",
    "tier_lowered_date",
    "typical_gap_days",
    "expected_next_order_date",
    "lifecycle_stage",
    "churn_risk",
    "churn_band",
    "predicted_clv",
    "clv_total",
    "prediction_basis",
    "purchase_day_count",
    "tier_kept_id",
    "tier_proposed_id",
    "value_score",
    "value_band",
    "value_ranks",
)

AMOUNTS = {
    "revenue",
    "average_order_value",
    "lifetime_revenue",
    "refund_total",
    "average_monthly_revenue",
    "predicted_clv",
    "clv_total",
}

# Binary COPY knows no NULL: what stands for none in the staging table.
NONE_STAGED = {
    "tier_id": SQL("0"),
    "tier_since": SQL("'infinity'::date"),
    "tier_below_since": SQL("'infinity'::date"),
    "tier_review_date": SQL("'infinity'::date"),
    "tier_lowered_date": SQL("'infinity'::date"),
    "expected_next_order_date": SQL("'infinity'::date"),
    "typical_gap_days": SQL("'NaN'::float8"),
    "churn_risk": SQL("'NaN'::float8"),
    "predicted_clv": SQL("'NaN'::float8"),
    "clv_total": SQL("'NaN'::float8"),
    "tier_kept_id": SQL("0"),
    "tier_proposed_id": SQL("0"),
    "value_score": SQL("-1"),
}


def staged_value(name):
    """A staged column as the profile stores it."""
    column = value = SQL.identifier(name)
    if name in NONE_STAGED:
        value = SQL("NULLIF(%s, %s)", column, NONE_STAGED[name])
    if name in AMOUNTS:
        value = SQL("%s::numeric", value)
    if name in STAGED_CHOICES:  # nothing stands before the first
        value = SQL("(%s::varchar[])[%s]", [choice for choice, _label in STAGED_CHOICES[name]], column)
    return column if value is column else SQL("%s AS %s", value, column)


def position_sql(name, column):
    """The position of a stored choice in its list as SQL, NULL for none."""
    return SQL("array_position(%s::varchar[], %s)", [choice for choice, _label in STAGED_CHOICES[name]], column)


def staged_columns(alias=None):
    """The staged columns as SQL, of a table alias if given."""
    return SQL(", ").join(SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in STAGED_COLUMNS)
