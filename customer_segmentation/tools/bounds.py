"""Between which numbers a rule can be meant: beyond them days leave the calendar, and numbers their column.

Refused before they reach the database. A lower bound of None is said by the model's own check, in better words; where a
model says nothing, its whole numbers fit their columns. A field of another addon says its own: `bounds=(None, WEIGHT)`.
"""

COLUMN = (-(2**31), 2**31 - 1)
DAYS, MONTHS, RATIO, WEIGHT, AMOUNT = 36_500, 1_200, 10_000, 1_000_000, 10**12

BOUNDS = {
    "customer.segmentation.policy": {
        "new_days": (None, DAYS),
        "at_risk_minimum_days": (None, DAYS),
        "lost_months": (None, MONTHS),
        "mature_months": (None, MONTHS),
        "mature_purchase_days": (None, DAYS),
        "at_risk_ratio": (None, RATIO),
        "dormant_ratio": (None, RATIO),
        "lost_ratio": (None, RATIO),
        **{f"weight_{name}": (None, WEIGHT) for name in ("recency", "frequency", "monetary")},
    },
    "customer.imported.purchase": {"amount": (-AMOUNT, AMOUNT)},
    "customer.tier": {
        "minimum_stay_days": (None, DAYS),
        "grace_days": (None, DAYS),
        "visit_days": (None, DAYS),
        "reply_hours": (None, DAYS),
    },
}


def bounds_of(model_name, field):
    """The least and the most of a field, None where there is no bound; None for both of what is no number."""
    of_column = COLUMN if field.type == "integer" and field.store else (None, None)
    least, most = getattr(field, "bounds", None) or BOUNDS.get(model_name, {}).get(field.name, of_column)
    return of_column[0] if least is None else least, most
