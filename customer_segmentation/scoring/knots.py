"""What is looked up while a page is read: plain Python over the lists a run has stored, no NumPy, no pandas.

Knots are [value, share] pairs at observed values: all of them when they are few, otherwise enough for one percentage
point. They are read as steps, not interpolated: nobody stands between one order and two.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter

_value = itemgetter(0)


def share_below(value: float, knots: Sequence[Sequence[float]]) -> float:
    """Share (0…1) of the customers strictly below `value`; 0 without knots.

    `knots` as from `percentile_knots`: [value, share of customers strictly below it], ascending.

    >>> orders = [[1, 0.0], [2, 0.6], [5, 0.9]]
    >>> [share_below(value, orders) for value in (1, 2, 3, 5, 6)]
    [0.0, 0.6, 0.9, 0.9, 1.0]
    """
    return _share_at(bisect_left(knots, value, key=_value), knots)


def share_above(value: float, knots: Sequence[Sequence[float]]) -> float:
    """Share (0…1) of the customers strictly above `value`; 1 without knots: nobody is at or below it.

    >>> orders = [[1, 0.0], [2, 0.6], [5, 0.9]]
    >>> [round(share_above(value, orders), 4) for value in (0, 1, 2, 3, 5)]
    [1.0, 0.4, 0.1, 0.1, 0.0]
    """
    return 1.0 - _share_at(bisect_right(knots, value, key=_value), knots)


def cumulative_share(amount: float, knots: Sequence[Sequence[float]]) -> float:
    """Share (0…100 %) of the revenue that comes from customers with at least `amount`.

    `knots` as from `pareto_knots`: [amount, cumulative share %], descending. Above the first knot the first customer's
    share; below the last, and for amounts that are not positive, 100.

    >>> knots = [[500, 50.0], [300, 80.0], [200, 100.0]]
    >>> [cumulative_share(amount, knots) for amount in (900, 500, 400, 300, 200, -3)]
    [50.0, 50.0, 50.0, 80.0, 100.0, 100.0]
    """
    if not knots or amount <= 0:
        return 100.0
    at_or_above = bisect_right(knots, -amount, key=lambda knot: -knot[0])
    if at_or_above == len(knots) and amount < knots[-1][0]:
        return 100.0
    return knots[max(at_or_above - 1, 0)][1]


def abc_class_of(amount: float, limits: Mapping[str, float | None]) -> str:
    """The ABC class of one amount from the limits of a run (`abc_limits`).

    >>> [abc_class_of(amount, {"a": 300, "b": 150}) for amount in (300, 299, 150, 149, -5)]
    ['A', 'B', 'B', 'C', 'C']
    >>> abc_class_of(10, {"a": None, "b": None})
    'C'
    """
    for name in ("a", "b"):
        if limits[name] is not None and amount >= limits[name]:
            return name.upper()
    return "C"


def _share_at(position: int, knots: Sequence[Sequence[float]]) -> float:
    if not knots:
        return 0.0
    return knots[position][1] if position < len(knots) else 1.0
