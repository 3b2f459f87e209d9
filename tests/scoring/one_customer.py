"""The formulas of a prediction written out for one customer, slow and plain: what the arrays are held against.

Days are days since 1970-01-01.
"""

import math
from collections.abc import Mapping

DAYS_A_MONTH = 30.44
MINIMUM_OWN_GAPS = 3
OVERDUE = 2.0
A_FROM_ONE = 1e-5
MOST_TERMS = 100_000


def probability_alive(card: Mapping, purchase_days: int, first_day: int, last_day: int, as_of_day: int) -> float | None:
    """How likely the customer has not gone for good, 0…1; None without a model or purchase."""
    if not card["purchases"] or purchase_days < 1:
        return None
    odds = _log_odds_of_stopped(card["purchases"], purchase_days - 1, last_day - first_day, as_of_day - first_day)
    return 0.5 * (1 - math.tanh(odds / 2))


def expected_orders(
    card: Mapping,
    purchase_days: int,
    first_day: int,
    last_day: int,
    as_of_day: int,
    *,
    months: int = 12,
    typical_gap_days: float | None = None,
) -> float | None:
    """Expected number of purchase days within so many months of 30.44 days after `as_of_day`; None where not known.

    Without a model, by the typical gap of who has 3 own gaps and is not overdue.
    """
    horizon = DAYS_A_MONTH * months
    alive = probability_alive(card, purchase_days, first_day, last_day, as_of_day)
    if alive is not None:
        return alive * _expected_if_alive(card["purchases"], purchase_days - 1, as_of_day - first_day, horizon)
    if purchase_days <= MINIMUM_OWN_GAPS or not typical_gap_days or as_of_day - last_day > OVERDUE * typical_gap_days:
        return None
    return horizon / typical_gap_days


def _log_odds_of_stopped(found: Mapping, repeats: int, last: float, length: float) -> float:
    """`d` of `purchase_model`, MBG/NBD."""
    last = min(max(last, 0), length) if repeats else 0
    since_last = math.log(found["alpha"] + length) - math.log(found["alpha"] + last)
    return math.log(found["a"]) - math.log(found["b"] + repeats) + (found["r"] + repeats) * since_last


def _expected_if_alive(found: Mapping, repeats: int, length: float, horizon: float) -> float:
    """Expected purchases of a customer who has not stopped, as in `purchase_model.expected_purchases`."""
    r, alpha, a, b = (found[name] for name in ("r", "alpha", "a", "b"))
    if abs(a - 1) < A_FROM_ONE:
        a = 1 + A_FROM_ONE
    part = horizon / (alpha + length + horizon)
    series = _hypergeometric(a + b - r, a - 1, a + b + repeats, part)
    expected = (a + b + repeats) / (a - 1) * (1 - (1 - part) ** (a - 1) * series)
    return min(max(expected, 0.0), (r + repeats) * horizon / (alpha + length))


def _hypergeometric(first: float, second: float, third: float, argument: float) -> float:
    """Gauss's 2F1 at 0 <= argument < 1, by its power series."""
    total = term = 1.0
    for k in range(MOST_TERMS):
        term *= (first + k) / (third + k) * (second + k) / (k + 1) * argument
        total += term
        if abs(term) <= 1e-16 * abs(total):
            break
    return total
