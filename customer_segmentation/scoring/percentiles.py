"""Where a value stands among all customers, kept small enough to be stored with a run."""

from collections.abc import Sequence

import numpy as np

from .knots import share_above as share_above  # offered here too
from .knots import share_below as share_below


def percentile_knots(values: Sequence[float], count: int = 100) -> list[list[float]]:
    """[value, share of the values strictly below it (0…1)] at observed values, ascending; read by `share_below`.

    All distinct values when there are no more than `count`; otherwise at most 2 · count + 2 of them, such that what is
    read is at most 1/count too little, never too much, and exact in whole steps of 1/count.

    | orders          |   1 |    2 |    5 |
    | customers       |   6 |    3 |    1 |
    | strictly below  | 0 % | 60 % | 90 % |

    >>> percentile_knots([1, 1, 2, 1, 5, 1, 2, 1, 1, 2])
    [[1.0, 0.0], [2.0, 0.6], [5.0, 0.9]]

    Raises ValueError for NaN.
    """
    values = np.asarray(values, dtype=float)
    if np.isnan(values).any():
        raise ValueError(f"{np.count_nonzero(np.isnan(values))} of {values.size} values are NaN (not a number).")
    distinct, customers = np.unique(values, return_counts=True)
    below = (np.cumsum(customers) - customers) / max(values.size, 1)
    positions = knot_positions(below, count)
    return np.column_stack([distinct, below])[positions].tolist()


def knot_positions(shares: np.ndarray, count: int) -> np.ndarray:
    """Which of the ascending `shares` (0…1) to keep: one left out is in the same step of 1/count as its neighbours.

    Every step keeps the first share that reaches it and the last that does not, so a jump stays a jump.

    >>> knot_positions(np.array([0.0, 0.1, 0.2, 0.9, 1.0]), 2).tolist()
    [0, 2, 3, 4]
    """
    if shares.size <= count:
        return np.arange(shares.size)
    # The division gives the very number that a share of so many hundredths is.
    reached = np.searchsorted(shares, np.arange(count + 1) / count)
    ends = [0, shares.size - 1]
    return np.unique(np.clip(np.concatenate([ends, reached, reached - 1]), 0, shares.size - 1))
