"""Facts, parameters and schemes for the tests, and hypothesis strategies for them."""

import pandas as pd
from hypothesis import strategies as st

from scoring.pipeline import Parameters
from scoring.rfm import Banding
from scoring.segments import SegmentRange

AS_OF_DAY = 1000
WINDOW_START_DAY = 635
MEASURES = ("recency", "frequency", "monetary")
NEVER = {"first_order_day": -1, "last_order_day": -1, "recency_days": -1, "order_count": 0, "revenue": 0.0}


def fm_range(name, recency, fm, first_purchase="any"):
    return SegmentRange(name, recency, (1, 5), (1, 5), fm, first_purchase)


ELEVEN_SEGMENTS = [
    fm_range("Champions", (5, 5), (4, 5)),
    fm_range("Loyal", (3, 4), (4, 5)),
    fm_range("Potential Loyalist", (4, 5), (2, 3)),
    fm_range("New", (5, 5), (1, 1), "inside"),
    fm_range("Promising", (5, 5), (1, 1), "before"),
    fm_range("Promising", (4, 4), (1, 1)),
    fm_range("Need Attention", (3, 3), (3, 3)),
    fm_range("About to Sleep", (3, 3), (1, 2)),
    fm_range("At Risk", (1, 2), (3, 4)),
    fm_range("Can't Lose Them", (1, 2), (5, 5)),
    fm_range("Hibernating", (2, 2), (1, 2)),
    fm_range("Hibernating", (1, 1), (2, 2)),
    fm_range("Lost", (1, 1), (1, 1)),
]

# Who is gone is Lost, whatever the scores; nobody else is.
BY_OWN_RHYTHM = [
    *(one._replace(gone="no") for one in ELEVEN_SEGMENTS if one.segment != "Lost"),
    fm_range("Hibernating", (1, 1), (1, 1))._replace(gone="no"),
    fm_range("Lost", (1, 5), (1, 5))._replace(gone="yes"),
]

HIGH, LOW = (2, 2), (1, 1)
EIGHT_CLASSES = [
    SegmentRange("重要价值客户", HIGH, HIGH, HIGH, (1, 2)),
    SegmentRange("重要发展客户", HIGH, LOW, HIGH, (1, 2)),
    SegmentRange("重要保持客户", LOW, HIGH, HIGH, (1, 2)),
    SegmentRange("重要挽留客户", LOW, LOW, HIGH, (1, 2)),
    SegmentRange("一般价值客户", HIGH, HIGH, LOW, (1, 2)),
    SegmentRange("一般发展客户", HIGH, LOW, LOW, (1, 2)),
    SegmentRange("一般保持客户", LOW, HIGH, LOW, (1, 2)),
    SegmentRange("一般挽留客户", LOW, LOW, LOW, (1, 2)),
]


def numbered(ranges):
    """The ranges with whole numbers for names, as the database has them, and the names by number."""
    names = list(dict.fromkeys(one.segment for one in ranges))
    return [one._replace(segment=names.index(one.segment) + 1) for one in ranges], dict(enumerate(names, start=1))


def parameters(method="quantile", **changes):
    """Five quantile bands and the 11 segments, or the mean and the 8 classes."""
    ranges, _ = numbered(EIGHT_CLASSES if method == "mean" else ELEVEN_SEGMENTS)
    values = {
        "bands": 2 if method == "mean" else 5,
        "bandings": dict.fromkeys(MEASURES, Banding(method)),
        "weights": (1, 1, 1),
        "ranges": ranges,
        "share_a": 80.0,
        "share_b": 95.0,
        "window_start_day": WINDOW_START_DAY,
        "as_of_day": AS_OF_DAY,
    }
    return Parameters(**values | changes)


def customer(days_ago, order_count, revenue, **more):
    """One row of facts: bought `days_ago` for the last time, and for the first time unless told otherwise."""
    day = AS_OF_DAY - days_ago
    row = {
        "first_order_day": day,
        "last_order_day": day,
        "recency_days": days_ago,
        "order_count": order_count,
        "revenue": revenue,
        "lifetime_order_count": max(order_count, 1),
        "lifetime_revenue": revenue,
        "refund_total": 0.0,
    }
    return row | more


def never_bought(**more):
    """One row of facts of a customer without any purchase."""
    return NEVER | {"lifetime_order_count": 0, "lifetime_revenue": 0.0, "refund_total": 0.0} | more


def facts_of(*rows):
    """The facts of some customers, numbered from 1."""
    columns = ["partner_id", *customer(0, 1, 0.0)]
    return pd.DataFrame([{"partner_id": number} | row for number, row in enumerate(rows, start=1)], columns=columns)


# Whole cents from a small set as well as from a wide one, so that ties are common.
cents = st.one_of(st.sampled_from([-500, 0, 10, 1999, 5000]), st.integers(-100_000, 10_000_000))
amounts = st.lists(cents.map(lambda amount: amount / 100), max_size=60)
bandings = st.sampled_from(["quantile", "mean"])


@st.composite
def customers(draw):
    """One row of consistent facts: never bought, bought inside the window, or before it only."""
    lifetime = draw(st.integers(0, 6))
    if not lifetime:
        return never_bought()
    last = draw(st.integers(0, AS_OF_DAY))
    inside = last > WINDOW_START_DAY
    revenue = draw(cents) / 100
    return customer(
        AS_OF_DAY - last,
        draw(st.integers(1, lifetime)) if inside else 0,
        revenue if inside else min(revenue, 0.0),
        first_order_day=draw(st.integers(0, last)) if lifetime > 1 else last,
        lifetime_order_count=lifetime,
        lifetime_revenue=draw(cents) / 100,
    )


facts = st.lists(customers(), max_size=40).map(lambda rows: facts_of(*rows))
