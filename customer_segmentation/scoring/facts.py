"""The facts about customers: a DataFrame of one row a customer, columns as in `COLUMNS`.

`partner_id`                                 who
`first_order_day`, `last_order_day`          days since 1970-01-01 (negative before); missing for who never bought
`recency_days`                               days from the last purchase ever to the day of scoring
`order_count`, `revenue`                     purchases and net amount inside the window (refunds may make it negative)
`lifetime_order_count`, `lifetime_revenue`   the same over all time
`refund_total`                               refunds over all time

Who never bought (`lifetime_order_count` 0) is not scored: scores 0, code and class "", segment -1, and shapes no cut
point; its dates are not looked at.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

DATE_COLUMNS = ("first_order_day", "last_order_day", "recency_days")
NUMBER_COLUMNS = ("partner_id", "order_count", "revenue", "lifetime_order_count", "lifetime_revenue", "refund_total")
COLUMNS = NUMBER_COLUMNS + DATE_COLUMNS


def numbers(facts: pd.DataFrame, column: str) -> np.ndarray:
    """One column as float64, whatever it came as (int, Decimal, nullable); missing is NaN.

    >>> numbers(pd.DataFrame({"revenue": pd.array([12, None], dtype="Int64")}), "revenue").tolist()
    [12.0, nan]
    """
    return facts[column].to_numpy(dtype=float, na_value=np.nan)


def has_purchase(facts: pd.DataFrame) -> np.ndarray:
    """Which customers ever bought, and so are scored: bool, shape (customers,)."""
    return numbers(facts, "lifetime_order_count") > 0


def has_window_purchase(facts: pd.DataFrame) -> np.ndarray:
    """Which customers bought inside the window, and so shape the cut points: bool, shape (customers,)."""
    return numbers(facts, "order_count") > 0


def average_order_value(facts: pd.DataFrame) -> np.ndarray:
    """Revenue of the window divided by its purchases, float64, shape (customers,); NaN for who bought nothing in it.

    >>> average_order_value(pd.DataFrame({"revenue": [90, -5], "order_count": [2, 0]})).tolist()
    [45.0, nan]
    """
    orders = numbers(facts, "order_count")
    return numbers(facts, "revenue") / np.where(orders > 0, orders, np.nan)


def check_facts(facts: pd.DataFrame, as_of_day: int) -> None:
    """Refuse facts that cannot be scored with a ValueError saying what is wrong in how many rows.

    >>> columns = dict.fromkeys(COLUMNS, [1, 1])
    >>> check_facts(pd.DataFrame({**columns, "partner_id": [7, 7], "revenue": [5.0, float("inf")]}), as_of_day=2)
    Traceback (most recent call last):
    ValueError: Facts cannot be scored: same partner_id as another row (2 rows); revenue is not a number (1 row).
    """
    missing = [column for column in COLUMNS if column not in facts.columns]
    if missing:
        raise ValueError(f"Facts cannot be scored: no column {', '.join(missing)}.")
    found = [(problem, np.count_nonzero(rows)) for problem, rows in _problems(facts, as_of_day)]
    sentences = [f"{problem} ({count} row{'s' if count > 1 else ''})" for problem, count in found if count]
    if sentences:
        raise ValueError(f"Facts cannot be scored: {'; '.join(sentences)}.")


def _problems(facts: pd.DataFrame, as_of_day: int) -> Iterator[tuple[str, np.ndarray]]:
    """Every way a row can be wrong, and the rows where it is."""
    yield "same partner_id as another row", facts["partner_id"].duplicated(keep=False).to_numpy()
    for column in NUMBER_COLUMNS:
        yield f"{column} is not a number", ~np.isfinite(numbers(facts, column))
    window, lifetime = numbers(facts, "order_count"), numbers(facts, "lifetime_order_count")
    yield "a negative order_count", (window < 0) | (lifetime < 0)
    yield "more purchases inside the window than ever", window > lifetime

    bought = lifetime > 0
    first, last, recency = (numbers(facts, column) for column in DATE_COLUMNS)
    dated = np.isfinite(first) & np.isfinite(last)
    yield "purchases but no first or last purchase day", bought & ~dated
    yield "last purchase before the first", bought & dated & (last < first)
    yield "last purchase after the day of scoring", bought & dated & (last > as_of_day)
    yield "recency_days is not the day of scoring minus last_order_day", bought & dated & (recency != as_of_day - last)
