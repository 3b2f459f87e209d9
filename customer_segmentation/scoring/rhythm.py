"""How often a customer buys, and whether the next order is overdue. Days are days since 1970-01-01.

Several purchases of one day are one: what counts are purchase days. A gap is the time between two of them in a row, in
open days (`closed_days`), a day at least.

| purchase days  | 0, 30, 90, 120 |
| gaps           | 30, 60, 30     |   own median 30
| typical gap    | (3 gaps · 30 + 2 · company median) / (3 + 2)

Arrays are of shape (customers,); who never bought has count 0 and NaN everywhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .closed_days import NO_CLOSED_DAYS, ClosedDays

# The company's median counts like this many gaps of the customer's own.
COMPANY_WEIGHT = 2
# What is usual anywhere counts like the medians of so many customers.
DEFAULT_GAP_DAYS = 90.0
DEFAULT_WEIGHT = 5
ACTIVITY_LEVELS = ("low", "medium", "high")


class PurchaseDays(NamedTuple):
    """What is known about when each customer bought, float64 arrays of shape (customers,).

    SQL may deliver it as well: of the distinct days of each customer `count`, `min`, `max`, the largest but one,
    `percentile_cont(0.5)` of the differences to the day before (`lag`), and the same without the latest difference.

    `count`                 purchase days
    `first_day`, `last_day`
    `median_gap`            days; NaN below two purchase days
    `previous_day`          the purchase day before the last one; NaN below two purchase days
    `previous_median_gap`   median gap as it was before the last purchase; NaN below three purchase days
    """

    count: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    median_gap: np.ndarray
    previous_day: np.ndarray
    previous_median_gap: np.ndarray


def purchase_days(
    customer: Sequence[int], day: Sequence[int], size: int, closed: ClosedDays = NO_CLOSED_DAYS
) -> PurchaseDays:
    """The purchase days of `size` customers from purchases in any order.

    `customer` (0 … size - 1) and `day` (whole numbers) have one entry a purchase. Closed days are no part of a gap.

    >>> days = purchase_days([0, 0, 0, 0, 0, 1], [90, 0, 30, 30, 120, 50], 3)
    >>> [values.tolist()[0] for values in days]
    [4.0, 0.0, 120.0, 30.0, 90.0, 45.0]
    >>> [values.tolist()[1] for values in days]
    [1.0, 50.0, 50.0, nan, nan, nan]

    Raises ValueError for a customer outside the range, or arrays of different lengths.
    """
    customer, day = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
    if customer.shape != day.shape:
        raise ValueError(f"There are {customer.size} customers for {day.size} days; there must be one of each.")
    if customer.size and not 0 <= customer.min() <= customer.max() < size:
        raise ValueError(f"Customers are numbered from 0 to {size - 1}, but one is not.")
    customer, day = _distinct(customer, day)
    count = np.bincount(customer, minlength=size)
    last = np.cumsum(count) - 1
    gap_owner, gap = customer[1:], np.maximum(np.diff(closed.open_number(day)), 1)
    own = gap_owner == customer[:-1]
    gap_owner, gap = gap_owner[own], gap[own]
    is_latest = np.append(gap_owner[1:] != gap_owner[:-1], True)[: gap_owner.size]
    return PurchaseDays(
        count.astype(float),
        _taken(day, last - count + 1, count > 0),
        _taken(day, last, count > 0),
        median_by_customer(gap_owner, gap, size),
        _taken(day, last - 1, count > 1),
        median_by_customer(gap_owner[~is_latest], gap[~is_latest], size),
    )


def median_by_customer(customer: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """The median of each customer's values, float64, shape (size,); NaN without one. Unit of `values`.

    >>> median_by_customer(np.array([2, 0, 2, 0, 0]), np.array([10, 1, 20, 7, 2]), 3).tolist()
    [2.0, nan, 15.0]
    """
    ordered = np.asarray(values, dtype=float)[np.lexsort((values, customer))]
    count = np.bincount(customer, minlength=size)
    start = np.cumsum(count) - count
    lower = _taken(ordered, start + (count - 1) // 2, count > 0)
    upper = _taken(ordered, start + count // 2, count > 0)
    return (lower + upper) / 2


def company_median_gap(median_gap: np.ndarray) -> float:
    """Days: the median of the customers' medians, drawn to 90 days while few have one.

    (n · median + 5 · 90) / (n + 5), n customers with a median.

    >>> company_median_gap(np.array([7, 30, np.nan, 31, 365, 28]))
    60.0
    >>> company_median_gap(np.array([np.nan])), company_median_gap(np.full(995, 30))
    (90.0, 30.3)
    """
    medians = np.asarray(median_gap, dtype=float)
    medians = medians[~np.isnan(medians)]
    median = float(np.median(medians)) if medians.size else DEFAULT_GAP_DAYS
    return (medians.size * median + DEFAULT_WEIGHT * DEFAULT_GAP_DAYS) / (medians.size + DEFAULT_WEIGHT)


def typical_gap(count: np.ndarray, median_gap: np.ndarray, company_median: float) -> np.ndarray:
    """Days a customer usually lets pass, float64: the own median, drawn to the company's while there are few gaps.

    (k · own median + 2 · company median) / (k + 2), k gaps = `count` - 1. With one purchase or none it is the
    company's. `count` and `median_gap` as in `PurchaseDays`.

    >>> typical_gap(np.array([0, 1, 2, 53]), np.array([np.nan, np.nan, 7, 7]), 30.0).round(1).tolist()
    [30.0, 30.0, 22.3, 7.9]

    Raises ValueError for a company median that is not positive.
    """
    if not company_median > 0:
        raise ValueError(f"The company's median gap is {company_median} days; it must be positive.")
    gaps = np.maximum(np.asarray(count, dtype=float) - 1, 0)
    own = np.where(gaps > 0, median_gap, 0.0)
    return (gaps * own + COMPANY_WEIGHT * company_median) / (gaps + COMPANY_WEIGHT)


def overdue_ratio(
    last_day: np.ndarray, typical_gap_days: np.ndarray, as_of_day: int, closed: ClosedDays = NO_CLOSED_DAYS
) -> np.ndarray:
    """Open days since the last purchase ÷ typical gap, float64: 3.2 = 3.2 × the usual gap. NaN for who never bought.

    >>> overdue_ratio(np.array([10.0, 100.0, np.nan]), np.array([30.0, 30.0, 30.0]), as_of_day=100).tolist()
    [3.0, 0.0, nan]
    """
    return (closed.open_number(as_of_day) - closed.open_number(last_day)) / typical_gap_days


def expected_next_day(
    last_day: np.ndarray, typical_gap_days: np.ndarray, closed: ClosedDays = NO_CLOSED_DAYS
) -> np.ndarray:
    """The day the next order is due, float64 of whole numbers, half days up, at least a day later; NaN = never bought.

    It lies in the past for who is late: "should have ordered by now".

    >>> expected_next_day(np.array([10.0, 10.0, np.nan]), np.array([30.5, 0.2, 30.0])).tolist()
    [41.0, 11.0, nan]
    """
    return closed.later(last_day, np.maximum(np.floor(np.asarray(typical_gap_days) + 0.5), 1))


def activity_level(
    last_day: np.ndarray, last_contact_day: np.ndarray, typical_gap_days: np.ndarray, as_of_day: int
) -> np.ndarray:
    """How lively the relation is, whatever the customer is worth: "high", "medium" or "low", shape (customers,).

    high    bought within the last typical gap, the day of both ends included
    medium  did not, but there was a contact (a message, call, meeting, quotation: what the caller counts) in that time
    low     neither

    Days that are missing are NaN. A day after `as_of_day` does not count.

    >>> last, contact = np.array([70, 69, 69, np.nan]), np.array([np.nan, 95, 20, 100])
    >>> activity_level(last, contact, np.full(4, 30.0), as_of_day=100).tolist()
    ['high', 'medium', 'low', 'medium']
    """
    bought, met = (
        (days <= as_of_day) & (as_of_day - days <= typical_gap_days)
        for days in (np.asarray(last_day, dtype=float), np.asarray(last_contact_day, dtype=float))
    )
    return np.select([bought, met], ["high", "medium"], "low")


def _distinct(customer: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One entry a customer and day, ascending."""
    later = (np.diff(customer) > 0) | ((np.diff(customer) == 0) & (np.diff(day) >= 0))
    if not later.all():  # purchases of a run come in this order
        order = np.lexsort((day, customer))
        customer, day = customer[order], day[order]
    kept = np.append(True, (np.diff(customer) != 0) | (np.diff(day) != 0))[: customer.size]
    return customer[kept], day[kept]


def _taken(values: np.ndarray, positions: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The values at the positions where they are `there`, NaN elsewhere."""
    taken = np.full(positions.shape, np.nan)
    taken[there] = values[positions[there]]
    return taken
