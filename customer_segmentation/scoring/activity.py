"""Who bought when: customers by period, customers who came back, and cohorts by the month of the first purchase."""

from collections.abc import Sequence

import numpy as np

from .calendar import date_of, day_of
from .periods import Period
from .transactions import Transactions


def bought_in(transactions: Transactions, periods: Sequence[Period]) -> np.ndarray:
    """Which customers bought in which period: bool, shape (periods, customers). Refunds are no purchases.

    >>> from datetime import date
    >>> from scoring.transactions import ordered
    >>> bought = ordered([7, 7, 8, 8], [0, 40, 3, 35], [50.0, 80.0, 10.0, -10.0], [True, True, True, False])
    >>> january, february = (Period(date(1970, 1, 1), date(1970, 1, 31)), Period(date(1970, 2, 1), date(1970, 2, 28)))
    >>> bought_in(bought, [january, february]).tolist()
    [[True, True], [True, False]]
    """
    customer, day = _purchases(transactions)
    found = np.zeros((len(periods), customer[-1] + 1 if customer.size else 0), dtype=bool)
    for row, period in zip(found, periods, strict=True):
        inside = (day >= day_of(period.start)) & (day <= day_of(period.end))
        row[customer[inside]] = True
    return found


def revenue_in(transactions: Transactions, periods: Sequence[Period]) -> list[float]:
    """What was bought in each period less what was given back, of customers with a purchase.

    >>> from datetime import date
    >>> from scoring.transactions import ordered
    >>> bought = ordered([7, 7, 8, 9], [0, 40, 3, 35], [50.0, 80.0, 10.0, -10.0], [True, True, True, False])
    >>> january, february = (Period(date(1970, 1, 1), date(1970, 1, 31)), Period(date(1970, 2, 1), date(1970, 2, 28)))
    >>> revenue_in(bought, [january, february])
    [60.0, 80.0]
    """
    counted = np.isin(transactions.partner_id, transactions.partner_id[transactions.is_purchase])
    day, amount = transactions.day[counted], transactions.amount[counted]
    return [
        round(float(amount[(day >= day_of(period.start)) & (day <= day_of(period.end))].sum()), 6) for period in periods
    ]


def cohorts(transactions: Transactions, as_of_day: int, count: int = 12) -> list[dict]:
    """Customers by the month of their first purchase, and how many of them bought in each month since.

    The `count` latest cohorts, the oldest first, and of each the months that are over on `as_of_day`:
    `month` (date, its first day), `customers` (int), `bought` (list of int; of the first month: all of them).

    >>> from datetime import date
    >>> from scoring.transactions import ordered
    >>> bought = ordered([7, 7, 8, 9], [0, 40, 3, 45], [50.0, 80.0, 10.0, 5.0], [True, True, True, True])
    >>> [(str(row["month"]), row["customers"], row["bought"]) for row in cohorts(bought, day_of(date(1970, 3, 5)))]
    [('1970-01-01', 2, [2, 1]), ('1970-02-01', 1, [1])]
    """
    customer, day = _purchases(transactions)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    begins = np.append(True, np.diff(customer) != 0)[: customer.size]
    first = month[begins][customer]
    anew = begins | np.append(True, np.diff(month) != 0)[: customer.size]
    last_complete = _month_number(as_of_day) - 1
    oldest = max(last_complete - count + 1, int(first.min()) if first.size else last_complete + 1)
    counted = anew & (first >= oldest) & (month <= last_complete)
    width = last_complete - oldest + 1
    cells = (first[counted] - oldest) * width + month[counted] - first[counted]
    table = np.bincount(cells, minlength=width * width).reshape(width, width)
    return [
        {"month": _first_day(oldest + row), "customers": int(numbers[0]), "bought": numbers[: width - row].tolist()}
        for row, numbers in enumerate(table)
    ]


def _purchases(transactions: Transactions) -> tuple[np.ndarray, np.ndarray]:
    """Of each purchase, in the order of customers and days: the position of the customer, and the day."""
    bought = transactions.is_purchase
    partner, day = transactions.partner_id[bought], transactions.day[bought]
    return np.cumsum(np.append(True, np.diff(partner) != 0)[: partner.size]) - 1, day


def _month_number(day: int) -> int:
    """Months since 1970-01."""
    when = date_of(day)
    return 12 * (when.year - 1970) + when.month - 1


def _first_day(month: int):
    return date_of(0).replace(year=1970 + month // 12, month=month % 12 + 1)
