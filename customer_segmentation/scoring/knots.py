"""What is looked up while a page is read: plain Python over the lists a run has stored, no NumPy, no pandas.

Knots are [value, share] pairs at observed values: all of them when they are few, otherwise enough for the whole
percent. They are read as steps, not interpolated: nobody stands between one order and two. Where a value lies between
two knots of the same percent, the lower share is said: a percentage is never overstated.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter

_value = itemgetter(0)
STEP = 0.01  # neighbours at least so far apart have no value between them


def share_below(value: float, knots: Sequence[Sequence[float]]) -> float:
    """Share (0…1) of the customers strictly below `value`; 0 without knots.

    `knots` as from `percentile_knots`: [value, share of customers strictly below it], ascending.

    >>> orders = [[1, 0.0], [2, 0.6], [5, 0.9]]
    >>> [share_below(value, orders) for value in (1, 2, 3, 5, 6)]
    [0.0, 0.6, 0.9, 0.9, 1.0]
    """
    position = bisect_left(knots, value, key=_value)
    if 0 < position < len(knots) and value != knots[position][0]:
        lower, upper = knots[position - 1][1], knots[position][1]
        return lower if upper - lower < STEP - 1e-12 else upper
    return _share_at(position, knots)


def share_above(value: float, knots: Sequence[Sequence[float]]) -> float:
    """Share (0…1) of the customers strictly above `value`; 1 without knots: nobody is at or below it.

    >>> orders = [[1, 0.0], [2, 0.6], [5, 0.9]]
    >>> [round(share_above(value, orders), 4) for value in (0, 1, 2, 3, 5)]
    [1.0, 0.4, 0.1, 0.1, 0.0]
    """
    return 1.0 - _share_at(bisect_right(knots, value, key=_value), knots)


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
