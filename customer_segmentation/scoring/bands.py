"""From values to scores 1 (worst) … n (best), with ties treated alike.

Equal values always get equal scores, because a score depends on the value and the cut points alone, never on a rank.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def quantile_cut_points(values: Sequence[float], bands: int) -> np.ndarray:
    """The cut points that split `values` into `bands` groups of about the same size, shape (bands - 1,).

    Cut point k of n is the smallest observed value with at least k/n of the values at or below it: the inverse of the
    empirical distribution, type 1 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996).
    No values, no cut points. Unit of `values`.

    | value           |   1  |   2  |   3  |   9   |
    | customers       |   6  |   2  |   1  |   1   |
    | at or below it  | 60 % | 80 % | 90 % | 100 % |   so 20, 40 and 60 % are reached at 1, 80 % at 2

    >>> quantile_cut_points([1, 9, 1, 2, 1, 1, 3, 1, 2, 1], 5).tolist()
    [1.0, 1.0, 1.0, 2.0]
    >>> quantile_cut_points([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5).tolist()
    [2.0, 4.0, 6.0, 8.0]
    >>> quantile_cut_points([], 5).tolist()
    []

    Raises ValueError for NaN.
    """
    values = _without_nan(values)
    if not values.size:
        return values
    # In whole numbers, so that nobody has to prove that k / n * N never slips past a rank in floating point.
    ranks = np.array([-(-k * values.size // bands) for k in range(1, bands)])
    return np.partition(values, np.unique(ranks - 1))[ranks - 1]


def mean_cut_point(values: Sequence[float]) -> np.ndarray:
    """The arithmetic mean as the one cut point, shape (1,); no values, no cut point. Unit of `values`.

    >>> mean_cut_point([10, 20, 60]).tolist()
    [30.0]
    >>> mean_cut_point([0.1, 0.1, 0.1]).tolist()
    [0.1]

    Raises ValueError for NaN.
    """
    values = _without_nan(values)
    if not values.size:
        return values
    mean = math.fsum(values) / values.size
    # Who is at the mean must not fall below it by the last binary digit (0.1 is not a binary fraction).
    nearest = values[np.argmin(np.abs(values - mean))]
    if abs(nearest - mean) <= 4 * np.spacing(np.abs(values).mean()):
        mean = nearest
    return np.array([mean])


def check_bands(bands: int) -> None:
    """Refuse a number of bands outside 2…9 (a score is one digit of the RFM code) with a ValueError.

    >>> check_bands(1)
    Traceback (most recent call last):
    ValueError: The number of bands is 1; it must be between 2 and 9.
    """
    if not 2 <= bands <= 9:
        raise ValueError(f"The number of bands is {bands}; it must be between 2 and 9.")


def check_cut_offs(cut_offs: Sequence[float], bands: int) -> None:
    """Refuse own cut-offs that are not exactly `bands - 1` finite, strictly ascending numbers with a ValueError.

    >>> check_cut_offs([30, 90, 180, 365], 5)
    >>> check_cut_offs([30, 90], 5)
    Traceback (most recent call last):
    ValueError: 5 bands need exactly 4 cut-offs, but there are 2.
    >>> check_cut_offs([30, 90, 60, 365], 5)
    Traceback (most recent call last):
    ValueError: Cut-offs must ascend, but 90 is followed by 60.
    """
    if len(cut_offs) != bands - 1:
        raise ValueError(f"{bands} bands need exactly {bands - 1} cut-offs, but there are {len(cut_offs)}.")
    for cut_off in cut_offs:
        if not math.isfinite(cut_off):
            raise ValueError(f"Cut-offs must be finite numbers, but one is {cut_off}.")
    for lower, upper in pairwise(cut_offs):
        if lower >= upper:
            raise ValueError(f"Cut-offs must ascend, but {lower:.15g} is followed by {upper:.15g}.")


def scores(
    values: Sequence[float],
    cut_points: Sequence[float],
    bands: int,
    *,
    higher_is_better: bool,
    at_cut_point_high: bool = False,
) -> np.ndarray:
    """Scores 1 (worst) … `bands` (best) of `values`, shape (len(values),), int8. Infinite values are allowed.

    Higher is better: 1 + number of cut points strictly below the value. Lower is better: `bands` - that number.
    `at_cut_point_high` is the rule of the mean: a value at the cut point counts as high (where lower is better it does
    anyway). Without cut points, nobody was there to compare with, and everybody gets 1: the rule for lower is better
    would call customers best who all stopped buying.

    | value                           | 1 | 2 | 3 | 9 |
    | cut points 1, 1, 1, 2 below it  | 0 | 3 | 4 | 4 |
    | score, higher is better         | 1 | 4 | 5 | 5 |
    | score, lower is better          | 5 | 2 | 1 | 1 |

    >>> scores([1, 2, 3, 9], [1, 1, 1, 2], 5, higher_is_better=True).tolist()
    [1, 4, 5, 5]
    >>> scores([1, 2, 3, 9], [1, 1, 1, 2], 5, higher_is_better=False).tolist()
    [5, 2, 1, 1]
    >>> scores([29, 30, 31], [30], 2, higher_is_better=True, at_cut_point_high=True).tolist()
    [1, 2, 2]
    >>> scores([29, 30, 31], [30], 2, higher_is_better=False, at_cut_point_high=True).tolist()
    [2, 2, 1]

    Raises ValueError for NaN, and for a number of cut points that is neither `bands - 1` nor 0.
    """
    values = _without_nan(values)
    if not len(cut_points):
        return np.ones(values.size, dtype=np.int8)
    if len(cut_points) != bands - 1:
        raise ValueError(f"{bands} bands need {bands - 1} cut points, but there are {len(cut_points)}.")
    side = "right" if higher_is_better and at_cut_point_high else "left"
    passed = np.searchsorted(np.asarray(cut_points, dtype=float), values, side=side).astype(np.int8)
    return 1 + passed if higher_is_better else bands - passed


def _without_nan(values: Sequence[float]) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    missing = np.count_nonzero(np.isnan(values))
    if missing:
        raise ValueError(f"{missing} of {values.size} values are NaN (not a number).")
    return values
