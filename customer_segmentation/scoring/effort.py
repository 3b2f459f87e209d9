"""Effort against value: what share of the work a customer or group gets, and what share of the revenue it brings.

The index is the share of effort divided by the share of revenue, as the "effort-to-value" or proportionality indices of
sales resource allocation (A. Zoltners, P. Sinha, G. Zoltners, The Complete Guide to Accelerating Sales Force
Performance, 2001): 1 = as much work as revenue, 2 = twice as much work, 0.5 = half as much.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

TOO_MUCH, TOO_LITTLE = "too_much", "too_little"
# From twice as much work as revenue, and up to half as much, the two do not match.
MISMATCH_INDEX = 2.0
# Two shares of 10 % may differ in their last digit.
TOLERANCE = 1e-9


class Mismatches(NamedTuple):
    """The customers farthest from a match, worst first, as positions in the arrays given; and the rank of each."""

    positions: np.ndarray
    ranks: np.ndarray


def weighted(counts: Mapping[str, Sequence[float]], weights: Mapping[str, float]) -> np.ndarray:
    """The effort of each customer: contacts of each channel times the channel's weight, shape (customers,).

    >>> weighted({"call": [2, 0], "meeting": [1, 1]}, {"call": 1, "meeting": 3}).tolist()
    [5.0, 3.0]

    Raises ValueError for weights that are negative or all zero, and for a channel without weight.
    """
    check_weights(weights)
    unknown = set(counts) - set(weights)
    if unknown:
        raise ValueError(f"No weight for {', '.join(sorted(unknown))}.")
    return sum(np.asarray(count, dtype=float) * weights[channel] for channel, count in counts.items())


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights that are negative, no numbers, or all zero with a ValueError.

    >>> check_weights({"call": 0, "meeting": 0})
    Traceback (most recent call last):
    ValueError: At least one weight must be above zero.
    """
    values = np.array(list(weights.values()), dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("A weight must be a number that is not negative.")
    if not values.any():
        raise ValueError("At least one weight must be above zero.")


def shares(amounts: Sequence[float]) -> np.ndarray:
    """Each amount in percent of all positive ones; an amount of 0 or less has the share 0. Shape (len(amounts),).

    >>> shares([30, 50, 20, -10]).tolist()
    [30.0, 50.0, 20.0, 0.0]
    >>> shares([0, 0]).tolist()
    [0.0, 0.0]

    Raises ValueError for amounts that are not finite.
    """
    amounts = np.asarray(amounts, dtype=float)
    if not np.isfinite(amounts).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(amounts))} of {amounts.size} amounts are not finite numbers.")
    positive = np.maximum(amounts, 0.0)
    largest = positive.max(initial=0.0)
    if not largest:
        return positive
    positive = positive / largest  # so that the total of huge amounts is finite
    return 100.0 * positive / positive.sum()


def index(effort_shares: Sequence[float], revenue_shares: Sequence[float]) -> np.ndarray:
    """Share of effort divided by share of revenue; infinite for effort without revenue, NaN for neither.

    >>> index([40, 10, 5, 0], [20, 20, 0, 0]).tolist()
    [2.0, 0.5, inf, nan]
    """
    effort, revenue = np.asarray(effort_shares, dtype=float), np.asarray(revenue_shares, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return effort / revenue


def directions(effort_shares: Sequence[float], revenue_shares: Sequence[float]) -> np.ndarray:
    """'too_much' from an index of 2, 'too_little' up to 0.5, '' between them and where there is neither. dtype U10.

    Nothing can be compared, so all are '', while nobody got any effort or nobody brought any revenue.

    >>> directions([40, 10, 21, 5, 0], [20, 20, 20, 0, 0]).tolist()
    ['too_much', 'too_little', '', 'too_much', '']
    >>> directions([0, 0], [60, 40]).tolist()
    ['', '']
    """
    found = index(effort_shares, revenue_shares)
    if not np.any(effort_shares) or not np.any(revenue_shares):
        return np.full(found.shape, "", dtype="U10")
    return np.where(
        found >= MISMATCH_INDEX - TOLERANCE,
        TOO_MUCH,
        np.where(found <= 1 / MISMATCH_INDEX + TOLERANCE, TOO_LITTLE, ""),
    )


def worst(
    effort_shares: Sequence[float], revenue_shares: Sequence[float], direction: str, limit: int | None = None
) -> Mismatches:
    """The worst mismatches of one direction: those whose two shares lie the most percentage points apart.

    Equal distances share the better rank (1, 2, 2, 4). `limit` keeps the ranks up to it, so more than `limit` customers
    when several share the last one.

    | effort    | 40 % | 10 % | 30 % | 20 % |
    | revenue   | 10 % | 40 % | 10 % | 40 % |
    | too much  |    1 |      |    2 |      |
    | too little|      |    1 |      |    2 |

    >>> positions, ranks = worst([40, 10, 30, 20], [10, 40, 10, 40], "too_little")
    >>> positions.tolist(), ranks.tolist()
    ([1, 3], [1, 2])

    Raises ValueError for an unknown direction.
    """
    if direction not in (TOO_MUCH, TOO_LITTLE):
        raise ValueError(f"The direction is {direction!r}; it must be {TOO_MUCH!r} or {TOO_LITTLE!r}.")
    effort, revenue = np.asarray(effort_shares, dtype=float), np.asarray(revenue_shares, dtype=float)
    positions = np.flatnonzero(directions(effort, revenue) == direction)
    distances = np.round(np.abs(effort - revenue)[positions], 9)
    order = np.argsort(-distances, kind="stable")
    # How many are farther apart: found from the far end of the distances in ascending order.
    ascending = np.sort(distances)
    ranks = 1 + distances.size - np.searchsorted(ascending, distances[order], side="right")
    kept = ranks <= (distances.size if limit is None else limit)
    return Mismatches(positions[order][kept], ranks[kept])


def owners(revenues: Mapping[int, float], covered: float = 50.0, limit: int = 3) -> list[tuple[int, float]]:
    """Who owns most of a group's revenue: the largest until they cover so many percent of it, at most `limit`.

    :param revenues: revenue by owner; amounts of 0 or less own nothing
    :return: (owner, share of the group's revenue in %), largest first; of equally large the smaller key first

    >>> owners({7: 30.0, 8: 50.0, 9: 20.0})
    [(8, 50.0)]
    >>> owners({7: 30.0, 8: 40.0, 9: 30.0})
    [(8, 40.0), (7, 30.0)]
    """
    ranked = sorted(revenues.items(), key=lambda item: (-item[1], item[0]))
    found, together = [], 0.0
    for (owner, _revenue), share in zip(ranked, shares([revenue for _owner, revenue in ranked]), strict=True):
        if not share or together >= covered - TOLERANCE or len(found) == limit:
            break
        found.append((owner, float(share)))
        together += share
    return found


def cadence_days(days: int, customers: int, contacts: float) -> int | None:
    """Every how many days each customer is contacted when `contacts` in `days` days are spread over all; at least 1.

    >>> cadence_days(90, 20, 60)
    30
    >>> cadence_days(90, 20, 0) is None
    True
    """
    if contacts <= 0 or not customers:
        return None
    return max(1, round(days * customers / contacts))
