"""ABC classes by the cumulated share of revenue (ABC analysis, H. Ford Dickie, 1951; Pareto principle, J. M. Juran)."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .knots import abc_class_of as abc_class_of  # offered here too

# A share of exactly 80 % may come out as 79.99999999999999 %.
SHARE_TOLERANCE = 1e-10


def abc_classes(amounts: Sequence[float], share_a: float = 80.0, share_b: float = 95.0) -> np.ndarray:
    """'A', 'B' or 'C' of each customer's net amount, shape (len(amounts),), dtype U1.

    Sorted descending, a customer is A while the cumulated share of all positive amounts before it is below `share_a` %,
    B below `share_b` %, else C. Equal amounts share the class of the first of them; an amount of 0 or less is C.

    | amount     | 500 |  300 |  100 |   50 |   50 | -20 |
    | before it  | 0 % | 50 % | 80 % | 90 % | 90 % |     |
    | class      |   A |    A |    B |    B |    B |   C |

    >>> "".join(abc_classes([50, 500, -20, 100, 300, 50]))
    'BACBAB'

    Raises ValueError for amounts that are not finite, and unless 0 < share_a < share_b <= 100.
    """
    check_shares(share_a, share_b)
    amounts = _finite(amounts)
    distinct, included = _cumulated_shares(amounts)
    before = np.concatenate([[0.0], included[:-1]])[: distinct.size]
    limits = {}
    for name, share in (("a", share_a), ("b", share_b)):
        inside = distinct[before < share - SHARE_TOLERANCE]
        limits[name] = inside[-1] if inside.size else None
    return classes_at(amounts, limits)


def abc_limits(amounts: Sequence[float], classes: np.ndarray) -> dict[str, float | None]:
    """The smallest amount of class A and of class B, None for a class without customers. Unit of `amounts`.

    >>> abc_limits([500, 300, 100, 50, -20], np.array(["A", "A", "B", "B", "C"]))
    {'a': 300.0, 'b': 50.0}
    >>> abc_limits([500, -20], np.array(["A", "C"]))
    {'a': 500.0, 'b': None}
    """
    amounts = np.asarray(amounts, dtype=float)
    members = {name: amounts[classes == name.upper()] for name in ("a", "b")}
    return {name: float(found.min()) if found.size else None for name, found in members.items()}


def classes_at(amounts: Sequence[float], limits: Mapping[str, float | None]) -> np.ndarray:
    """`abc_class_of` for many amounts at once: shape (len(amounts),), dtype U1.

    >>> classes_at([300, 299, 149], {"a": 300, "b": 150}).tolist()
    ['A', 'B', 'C']
    """
    amounts = np.asarray(amounts, dtype=float)
    limit_a, limit_b = (math.inf if limits[name] is None else limits[name] for name in ("a", "b"))
    return np.where(amounts >= limit_a, "A", np.where(amounts >= limit_b, "B", "C"))


def check_shares(share_a: float, share_b: float) -> None:
    """Refuse shares that do not ascend between 0 and 100 % with a ValueError.

    >>> check_shares(95, 80)
    Traceback (most recent call last):
    ValueError: The shares of A and B are 95 % and 80 %; they must ascend, above 0 and up to 100.
    """
    if not 0 < share_a < share_b <= 100:
        raise ValueError(
            f"The shares of A and B are {share_a:g} % and {share_b:g} %; they must ascend, above 0 and up to 100."
        )


def _cumulated_shares(amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct positive amounts, descending, and the share (%) of the customers at or above each."""
    distinct, customers = np.unique(amounts[amounts > 0], return_counts=True)
    if not distinct.size:
        return distinct, distinct
    # Equal amounts are multiplied, not added one by one: a million times 0.1 drifts by more than the tolerance.
    included = np.cumsum((distinct * customers)[::-1])
    return distinct[::-1], 100.0 * included / included[-1]


def _finite(amounts: Sequence[float]) -> np.ndarray:
    amounts = np.asarray(amounts, dtype=float)
    wrong = np.count_nonzero(~np.isfinite(amounts))
    if wrong:
        raise ValueError(f"{wrong} of {amounts.size} amounts are not finite numbers.")
    return amounts
