"""Purchases and refunds as arrays, and the facts they add up to on any day. Days are days since 1970-01-01.

Read once, they give the facts of today as well as those of any day before.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from .calendar import complete_months, months_before
from .rounding import half_up_all

COMPLETE_MONTHS = 12
MINIMUM_MONTHS = 3


class Transactions(NamedTuple):
    """Purchases and refunds of a company, in the order of customers and days; arrays of shape (transactions,).

    `partner_id`   int64
    `day`          int64
    `amount`       float64, company currency, refunds negative
    `is_purchase`  bool; a refund is none, nor what was taken back in full
    `is_refund`    bool
    """

    partner_id: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    is_purchase: np.ndarray
    is_refund: np.ndarray


def ordered(
    partner_id: np.ndarray,
    day: np.ndarray,
    amount: np.ndarray,
    is_purchase: np.ndarray,
    is_refund: np.ndarray | None = None,
) -> Transactions:
    """Transactions from arrays in any order; what is no purchase is a refund unless said otherwise.

    >>> ordered(np.array([2, 1, 1]), np.array([5, 9, 3]), np.array([1.0, -2.0, 3.0]), np.array([1, 0, 1])).amount
    array([ 3., -2.,  1.])
    """
    order = np.lexsort((day, partner_id))
    if is_refund is None:
        is_refund = ~np.asarray(is_purchase).astype(bool)
    return Transactions(
        np.asarray(partner_id)[order].astype(np.int64),
        np.asarray(day)[order].astype(np.int64),
        np.asarray(amount)[order].astype(float),
        np.asarray(is_purchase)[order].astype(bool),
        np.asarray(is_refund)[order].astype(bool),
    )


def facts_at(transactions: Transactions, as_of_day: int, window_start_day: int, decimal_places: int) -> pd.DataFrame:
    """The facts on a day: one row per customer with a purchase up to then, by `partner_id`; columns as in `facts`.

    And `average_monthly_revenue`: over the last 12 complete calendar months, or those since the first order, at least
    3. Amounts are rounded to `decimal_places`, so that equal sums are equal whatever was added first.

    >>> bought = ordered([7, 7, 7, 8], [100, 460, 470, 999], [50.0, 80.0, -30.0, 10.0], [True, True, False, True])
    >>> print(facts_at(bought, 500, 135, 2).iloc[0].astype(int).to_string())
    partner_id                   7
    first_order_day            100
    last_order_day             460
    recency_days                40
    order_count                  1
    revenue                     50
    lifetime_order_count         2
    lifetime_revenue           100
    refund_total                30
    average_monthly_revenue      4
    """
    known = until(transactions, as_of_day)
    customers, customer = _numbered(known.partner_id)
    inside = known.day > window_start_day
    bought = np.flatnonzero(known.is_purchase)
    first, last = _first_and_last(customer[bought], len(customers))

    def counted(rows):
        return np.bincount(customer[rows], minlength=len(customers))

    def added(rows):
        return half_up_all(np.bincount(customer[rows], known.amount[rows], len(customers)), decimal_places)

    first_month, last_month = complete_months(as_of_day, COMPLETE_MONTHS)
    facts = pd.DataFrame(
        {
            "partner_id": customers,
            "first_order_day": known.day[bought][first],
            "last_order_day": known.day[bought][last],
            "recency_days": as_of_day - known.day[bought][last],
            "order_count": counted(known.is_purchase & inside),
            "revenue": added(inside),
            "lifetime_order_count": counted(known.is_purchase),
            "lifetime_revenue": added(slice(None)),
            "refund_total": 0.0 - added(known.is_refund),
        }
    )
    in_months = added((known.day >= first_month) & (known.day <= last_month))
    facts["average_monthly_revenue"] = half_up_all(
        in_months / _months_known(facts["first_order_day"], as_of_day), decimal_places
    )
    return facts


def revenue_between(
    transactions: Transactions, customers: np.ndarray, after_day: int, last_day: int, decimal_places: int
) -> np.ndarray:
    """The net amount of each customer, of ascending `customers`, on the days after one up to another.

    >>> bought = ordered([7, 7, 8], [100, 460, 470], [50.0, 80.0, 10.0], [True, True, True])
    >>> revenue_between(bought, np.array([7, 9]), 99, 465, 2)
    array([130.,   0.])
    """
    rows = (transactions.day > after_day) & (transactions.day <= last_day)
    rows &= np.isin(transactions.partner_id, customers)
    position = np.searchsorted(customers, transactions.partner_id[rows])
    return half_up_all(np.bincount(position, transactions.amount[rows], len(customers)), decimal_places)


def last_window(transactions: Transactions, as_of_day: int, window_months: int, decimal_places: int) -> pd.DataFrame:
    """`order_count` and `revenue` of each customer in the window that ended with the last purchase, by partner_id.

    >>> bought = ordered([7, 7, 7], [0, 90, 100], [50.0, 80.0, -30.0], [True, True, False])
    >>> last_window(bought, as_of_day=500, window_months=4, decimal_places=2).loc[7].tolist()
    [2.0, 100.0]
    >>> last_window(bought, as_of_day=500, window_months=2, decimal_places=2).loc[7].tolist()
    [1.0, 50.0]
    """
    known = until(transactions, as_of_day)
    customers, customer = _numbered(known.partner_id)
    bought = np.flatnonzero(known.is_purchase)
    _first, last = _first_and_last(customer[bought], len(customers))
    last_days, position = np.unique(known.day[bought][last], return_inverse=True)
    starts = np.array([months_before(int(day), window_months) for day in last_days], dtype=np.int64)[position]
    inside = known.day > starts[customer]
    amounts = half_up_all(np.bincount(customer[inside], known.amount[inside], len(customers)), decimal_places)
    orders = np.bincount(customer[inside & known.is_purchase], minlength=len(customers))
    return pd.DataFrame({"order_count": orders, "revenue": amounts}, index=customers)


def until(transactions: Transactions, as_of_day: int) -> Transactions:
    """What was known on a day, of the customers who had bought by then."""
    known = transactions.day <= as_of_day
    buyers = np.unique(transactions.partner_id[known & transactions.is_purchase])
    if not known.all() or buyers.size < np.count_nonzero(np.diff(transactions.partner_id)) + 1:
        known &= np.isin(transactions.partner_id, buyers)
        return Transactions(*(values[known] for values in transactions))
    return transactions


def _numbered(partner_id: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The customers, ascending, and of each transaction the position of its customer."""
    begins = np.append(True, np.diff(partner_id) != 0)[: partner_id.size]
    return partner_id[begins], np.cumsum(begins) - 1


def _first_and_last(customer: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The positions of each customer's first and last row, of rows in the order of customers, at least one each."""
    last = np.cumsum(np.bincount(customer, minlength=size)) - 1
    return np.append(0, last[:-1] + 1)[:size], last


def _months_known(first_day: pd.Series, as_of_day: int) -> np.ndarray:
    """Complete calendar months since the first order, 3 to 12."""
    month = np.array([as_of_day]).astype("datetime64[D]").astype("datetime64[M]").astype(int)
    first_month = first_day.to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype(int)
    return (month - first_month).clip(MINIMUM_MONTHS, COMPLETE_MONTHS)
