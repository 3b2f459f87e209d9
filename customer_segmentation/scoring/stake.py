"""What is at stake with a customer: its yearly value times the chance of losing it. Days are days since 1970-01-01.

    yearly value   revenue of the 12 months that end with the last purchase (`transactions.last_window`)
    chance         how much of the yearly value of the company's customers stayed away for 180 days after they had been
                   silent for as many of their typical gaps (`curves`)

It is counted in money because it is multiplied by money: a share of heads would say of large customers what is true of
the many small ones. And it is counted apart by how a typical gap was found, for who bought once has no rhythm to keep:

| purchase days | 1 (the company's gap) | 2 and 3 (a mixture) | 4 and more (the customer's own) |

Counting goes by days of the past, a month apart: of everybody who was not gone on such a day, what was known on it,
and whether a purchase came within 180 days. Where little was counted the chance is drawn to that of all customers, and
that one to a fixed curve; whatever was counted, it never falls with the silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from . import lifecycle, rhythm
from .closed_days import NO_CLOSED_DAYS, ClosedDays
from .lifecycle import DEFAULT_LIMITS, Limits
from .rounding import half_up_all
from .transactions import Transactions

VALUE_MONTHS = 12
HORIZON_DAYS = 180
# From so many typical gaps of silence on, and what the chance is where nothing is known.
RATIOS = (0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12)
FIXED_CHANCES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
# From so many purchase days on the typical gap is of another kind.
KINDS = (1, 2, 4)

MINIMUM_CUSTOMERS = 30
# What counts less is drawn to what is more general, which counts like so many customers.
GENERAL_WEIGHT = 5
# One customer in so many tells as much.
MOST_CUSTOMERS = 5000
DAYS_LOOKED_AT = 12
DAYS_BETWEEN = 30
DAYS_OF_YEAR = 365


class Silences(NamedTuple):
    """What was known on a day of the past of each customer who was not gone, arrays of shape (customers,)."""

    ratio: np.ndarray  # typical gaps of silence
    purchase_days: np.ndarray
    yearly_value: np.ndarray
    stayed_away: np.ndarray  # bool: no purchase in the 180 days after it


def curves(
    transactions: Transactions,
    as_of_day: int,
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> dict:
    """The chances of a company, read as steps by `chance_at`; plain JSON values.

    `customers`      of how many they tell: who was not gone 180 days ago; 0 for the fixed curve, with fewer than 30
    `ratios`         from so many typical gaps of silence on, ascending from 0
    `purchase_days`  from so many purchase days on, ascending from 1
    `chances`        a list for each of `purchase_days`: one for each of `ratios`, never falling, to the whole percent

    `limits` say who was gone; closed days are no silence. What is dated after `as_of_day` is left out.

    >>> from .transactions import ordered
    >>> months = np.arange(0, 720, 30)
    >>> who, day = np.repeat(np.arange(80), 24), np.tile(months, 80)
    >>> kept = (who < 40) | (day < 400)  # half of them stay away from then on
    >>> bought = ordered(who[kept], day[kept], np.full(kept.sum(), 10.0), np.ones(kept.sum(), dtype=bool))
    >>> found = curves(bought, as_of_day=720)
    >>> found["customers"], found["purchase_days"], [chance_at(ratio, 24, found).tolist() for ratio in (0.2, 5.9)]
    (80, [1, 2, 4], [0.05, 0.82])
    >>> curves(bought, as_of_day=100) == fixed_curves()
    True
    """
    past = list(_past(_some(_until(transactions, as_of_day)), as_of_day, limits, closed))
    customers = max((silences.ratio.size for silences in past), default=0)
    if customers < MINIMUM_CUSTOMERS:
        return fixed_curves()
    value, lost = np.mean([_by_step(silences) for silences in past], axis=0)
    of_all = _drawn(value.sum(0), lost.sum(0), np.array(FIXED_CHANCES))
    chances = [_drawn(*of_kind, of_all) for of_kind in zip(value, lost, strict=True)]
    return fixed_curves() | {"customers": customers, "chances": half_up_all(np.array(chances), 2).tolist()}


def fixed_curves() -> dict:
    """The chances of a company with too little history of its own."""
    return {
        "customers": 0,
        "ratios": list(map(float, RATIOS)),
        "purchase_days": list(KINDS),
        "chances": [list(FIXED_CHANCES) for _kind in KINDS],
    }


def chance_at(ratio: np.ndarray, purchase_days: np.ndarray, found: Mapping) -> np.ndarray:
    """The chance of losing each customer, 0…1, float64; NaN for who never bought.

    `ratio` is how many typical gaps it has been silent for, `found` as from `curves`.

    >>> found = {"ratios": [0, 1], "purchase_days": [1, 4], "chances": [[0.3, 0.5], [0.1, 0.4]]}
    >>> chance_at(np.array([0.9, 1.0, 7.0, np.nan]), np.array([1, 3, 4, 0]), found).tolist()
    [0.3, 0.5, 0.4, nan]
    """
    ratio, purchase_days = np.asarray(ratio, dtype=float), np.asarray(purchase_days)
    chances = np.array(found["chances"])[_step(purchase_days, found["purchase_days"]), _step(ratio, found["ratios"])]
    return np.where(np.isnan(ratio), np.nan, chances)


def at_stake(yearly_value: np.ndarray, chance: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Money, float64: nothing of who is gone, and never less than nothing.

    >>> at_stake(np.array([900.0, 900.0, -20.0]), np.array([0.5, 0.9, 0.5]), np.array([False, True, False])).tolist()
    [450.0, 0.0, 0.0]
    """
    return np.where(gone, 0.0, np.maximum(yearly_value, 0.0) * chance)


def rising(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The nearest values that never fall (least squares by weight): neighbours that do are averaged.

    >>> rising(np.array([0.1, 0.5, 0.3, 0.9]), np.array([1.0, 1.0, 3.0, 1.0])).tolist()
    [0.1, 0.35, 0.35, 0.9]
    """
    blocks = []  # mean, weight and length of each
    for value, weight in zip(values, weights, strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (left, left_weight, left_size), (right, right_weight, right_size) = blocks[-2:]
            both = left_weight + right_weight
            blocks[-2:] = [((left * left_weight + right * right_weight) / both, both, left_size + right_size)]
    means, _weights, sizes = zip(*blocks, strict=True)
    return np.repeat(means, sizes)


# ---------------------------------------------------------------------- the past


def _until(transactions: Transactions, as_of_day: int) -> Transactions:
    known = transactions.day <= as_of_day
    return transactions if known.all() else Transactions(*(values[known] for values in transactions))


def _some(transactions: Transactions) -> Transactions:
    """Those of 5,000 to 10,000 customers at most, who are numbered from 0."""
    begins = np.append(True, np.diff(transactions.partner_id) != 0)[: transactions.partner_id.size]
    customer = np.cumsum(begins) - 1
    every = max(np.count_nonzero(begins) // MOST_CUSTOMERS, 1)
    chosen = customer % every == 0
    return Transactions(customer[chosen] // every, *(values[chosen] for values in transactions[1:]))


def _past(transactions: Transactions, as_of_day: int, limits: Limits, closed: ClosedDays) -> Iterator[Silences]:
    """How silent the customers were on days of the past, the latest first, and what became of them."""
    bought = transactions.is_purchase
    if not bought.any():
        return
    first_day, size = transactions.day[bought].min(), int(transactions.partner_id.max()) + 1
    for months in range(DAYS_LOOKED_AT):
        then = as_of_day - HORIZON_DAYS - months * DAYS_BETWEEN
        if then < first_day:
            return
        yield _silences(transactions, then, size, limits, closed)


def _silences(transactions: Transactions, then: int, size: int, limits: Limits, closed: ClosedDays) -> Silences:
    customer, day, bought = transactions.partner_id, transactions.day, transactions.is_purchase
    before = day <= then
    days = rhythm.purchase_days(customer[before & bought], day[before & bought], size, closed)
    median = rhythm.company_median_gap(days.median_gap)
    gap = rhythm.typical_gap(days.count, days.median_gap, median)
    ratio = rhythm.overdue_ratio(days.last_day, gap, then, closed)
    # Comparisons with NaN are false: who had not bought yet has no year.
    in_year = before & (day > days.last_day[customer] - DAYS_OF_YEAR)
    value = np.bincount(customer[in_year], transactions.amount[in_year], size)
    returned = np.zeros(size, dtype=bool)
    returned[customer[bought & ~before & (day <= then + HORIZON_DAYS)]] = True
    stage = lifecycle.stages(days, median, then, limits, closed)
    there = ~np.isin(stage, ("prospect", "lost"))
    return Silences(ratio[there], days.count[there], np.maximum(value[there], 0.0), ~returned[there])


def _by_step(silences: Silences) -> np.ndarray:
    """The yearly value of customers and what of it stayed away, by kind and ratio; a mean customer's is 1.

    Shape (2, kinds, ratios).
    """
    step = _step(silences.purchase_days, KINDS) * len(RATIOS) + _step(silences.ratio, RATIOS)
    value = silences.yearly_value
    if value.any():
        value = value / value.mean()
    found = [np.bincount(step, part, len(KINDS) * len(RATIOS)) for part in (value, value * silences.stayed_away)]
    return np.array(found).reshape(2, len(KINDS), len(RATIOS))


def _drawn(value: np.ndarray, lost: np.ndarray, general: np.ndarray) -> np.ndarray:
    """The chances of some customers by ratio, drawn to more general ones where they are few."""
    weight = value + GENERAL_WEIGHT
    return rising((lost + GENERAL_WEIGHT * general) / weight, weight)


def _step(values: np.ndarray, begins: Sequence[float]) -> np.ndarray:
    return np.maximum(np.searchsorted(np.asarray(begins, dtype=float), values, side="right") - 1, 0)
