"""The value score: measures of any unit made comparable as percentile ranks, weighed, and added up to 0…100.

Simple additive weighting (C. L. Hwang, K. Yoon, Multiple Attribute Decision Making, 1981) of percentile ranks:

    rank = 100 · worse / (worse + better)          of the customers whose value is known and differs
    score = Σ weight · rank / Σ weight             over the indicators that count for the customer

So ties share a rank, the worst has 0, the best 100, and where all are equal everybody has 50. Ranks are read from knots
in the run as well as for one customer between two runs: the same value always gets the same rank. Where the rank, which
is a whole number, goes from one to the next, both values are kept, so it is exact for every value there was.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .rounding import half_up_all
from .value_points import KNOWN, LEFT_OUT, NEUTRAL, WORST

NOT_SCORED = -1
# What a missing value stands for: its mark and its rank.
MISSING = {"worst": (WORST, 0), "neutral": (NEUTRAL, 50), "left_out": (LEFT_OUT, 0)}


class Indicator(NamedTuple):
    weight: float  # percent of the whole; above 0
    higher_is_better: bool = True
    missing: str = "neutral"  # worst, neutral or left_out


class Ranked(NamedTuple):
    """One indicator of all customers, arrays of shape (customers,)."""

    rank: np.ndarray  # int64, 0…100
    counts: np.ndarray  # bool; False: left out, its weight goes to the other indicators of the customer
    mark: np.ndarray  # S1, as in `value_points`


def check_weights(indicators: Sequence[Indicator]) -> float:
    """The total of the weights; ValueError unless each is above 0 and they add up to 100.

    >>> check_weights([Indicator(75), Indicator(25)])
    100.0
    >>> check_weights([Indicator(75), Indicator(15)])
    Traceback (most recent call last):
    ValueError: The weights add up to 90; they must add up to 100.
    """
    wrong = [indicator.weight for indicator in indicators if not indicator.weight > 0]
    if wrong:
        raise ValueError(f"A weight is {wrong[0]:g}; each must be above 0.")
    total = round(sum(indicator.weight for indicator in indicators), 6)
    if total != 100:
        raise ValueError(f"The weights add up to {total:g}; they must add up to 100.")
    return float(total)


def knots_of(values: Sequence[float], higher_is_better: bool = True) -> list[list[float]]:
    """The knots of an indicator over all customers of a run, plain JSON values; NaN is a missing value.

    [value, share of the values strictly below it (0…1), rank], ascending, at most 202 of them.

    >>> knots_of([3, float("nan"), 1, 1])
    [[1.0, 0.0, 0], [3.0, 0.6666666666666666, 100]]
    """
    values = np.asarray(values, dtype=float)
    distinct, customers = np.unique(values[~np.isnan(values)], return_counts=True)
    if not distinct.size:
        return []
    lower = np.cumsum(customers) - customers
    higher = customers.sum() - lower - customers
    rank = _rank(*(lower, higher) if higher_is_better else (higher, lower))
    change = np.flatnonzero(np.diff(rank))
    kept = np.unique(np.concatenate([[0, distinct.size - 1], change, change + 1]))
    below = lower / customers.sum()
    return [list(knot) for knot in zip(*(part[kept].tolist() for part in (distinct, below, rank)), strict=True)]


def ranked(values: Sequence[float], knots: Sequence[Sequence[float]], indicator: Indicator) -> Ranked:
    """The rank of each value; NaN, or any value where no knots are known, is treated as missing.

    | orders  |  1 |  1 |  4 |   9 | missing |
    | worse   |  0 |  0 |  2 |   3 |
    | better  |  2 |  2 |  1 |   0 |
    | rank    |  0 |  0 | 67 | 100 |      50 |

    >>> orders = [1, 1, 4, 9, float("nan")]
    >>> ranked(orders, knots_of(orders), Indicator(100)).rank.tolist()
    [0, 0, 67, 100, 50]
    >>> ranked(orders, knots_of(orders, False), Indicator(100, higher_is_better=False)).rank.tolist()
    [100, 100, 33, 0, 50]
    >>> ranked([7], knots_of([7, 7]), Indicator(100)).rank.tolist()
    [50]
    """
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values) & bool(knots)
    mark, rank_of_missing = MISSING[indicator.missing]
    ranks = np.full(values.shape, rank_of_missing, dtype=np.int64)
    ranks[known] = _ranks(values[known], knots, indicator.higher_is_better)
    return Ranked(ranks, known | (mark != LEFT_OUT), np.where(known, KNOWN, mark).astype("S1"))


def value_scores(indicators: Sequence[Ranked], weights: Sequence[float]) -> np.ndarray:
    """The score of each customer, whole points 0…100, shape (customers,), int64; `NOT_SCORED` when nothing counts.

    >>> orders, late = [1, 4, 9], [float("nan"), 30, 0]
    >>> parts = [
    ...     ranked(orders, knots_of(orders), Indicator(75)),
    ...     ranked(late, knots_of(late, False), Indicator(25, higher_is_better=False, missing="left_out")),
    ... ]
    >>> value_scores(parts, [75, 25]).tolist()
    [0, 38, 100]
    """
    weights = np.asarray(weights, dtype=float)[:, np.newaxis]
    counts = np.array([part.counts for part in indicators])
    points = np.array([part.rank for part in indicators]) * weights * counts
    weighed = (weights * counts).sum(axis=0)
    scores = np.divide(points.sum(axis=0), weighed, out=np.full(weighed.shape, -1.0), where=weighed > 0)
    return np.where(weighed > 0, _half_up(scores), NOT_SCORED)


def value_bands(scores: np.ndarray, medium_from: float, high_from: float) -> np.ndarray:
    """1 low, 2 medium, 3 high, 0 for who is not scored; shape (customers,), int64.

    >>> value_bands(np.array([-1, 33, 34, 66, 67]), 34, 67).tolist()
    [0, 1, 2, 2, 3]

    Raises ValueError unless 0 < medium_from < high_from <= 100.
    """
    check_limits(medium_from, high_from)
    scores = np.asarray(scores)
    bands = 1 + (scores >= medium_from).astype(np.int64) + (scores >= high_from)
    return np.where(scores == NOT_SCORED, 0, bands)


def check_limits(medium_from: float, high_from: float) -> None:
    """Refuse limits of bands that do not ascend with a ValueError.

    >>> check_limits(67, 34)
    Traceback (most recent call last):
    ValueError: Medium begins at 67 and high at 34; they must ascend, above 0 and up to 100.
    """
    if not 0 < medium_from < high_from <= 100:
        raise ValueError(
            f"Medium begins at {medium_from:g} and high at {high_from:g}; they must ascend, above 0 and up to 100."
        )


def rank_codes(indicators: Sequence[Ranked]) -> np.ndarray:
    """All ranks of each customer as one text, read by `value_points.read_codes`; shape (customers,), S4 an indicator.

    >>> rank_codes([ranked([5, 9], knots_of([5, 9]), Indicator(60)), ranked([float("nan")] * 2, [], Indicator(40))])
    array([b'k000n050', b'k100n050'], dtype='|S8')
    """
    digits = np.array([f"{rank:03d}" for rank in range(101)], dtype="S3")
    columns = [np.char.add(part.mark, digits[part.rank]) for part in indicators]
    return np.stack(columns, axis=1).astype("S4").view(f"S{4 * len(columns)}").ravel()


def _ranks(values: np.ndarray, knots: Sequence[Sequence[float]], higher_is_better: bool) -> np.ndarray:
    """The rank of known values: at a knot its own, between two of one rank that; elsewhere nobody had the value."""
    if not len(knots):
        return np.zeros(values.shape, dtype=np.int64)
    at, below, rank = np.asarray(knots, dtype=float).reshape(-1, 3).T
    position = np.searchsorted(at, values, side="left")
    following, before = np.minimum(position, at.size - 1), np.maximum(position - 1, 0)
    settled = (at[following] == values) | ((rank[before] == rank[following]) & (position > 0) & (position < at.size))
    lower = np.append(below, 1.0)[position]
    between = _rank(lower, 1.0 - lower) if higher_is_better else _rank(1.0 - lower, lower)
    return np.where(settled, rank[following].astype(np.int64), between)


def _rank(worse: np.ndarray, better: np.ndarray) -> np.ndarray:
    others = worse + better
    share = np.divide(worse, others, out=np.full(np.shape(worse), 0.5), where=others > 0)
    return _half_up(100 * share)


def _half_up(numbers: np.ndarray) -> np.ndarray:
    # 0.285 · 100 is 28.499999999999996
    return half_up_all(np.round(numbers, 9)).astype(np.int64)
