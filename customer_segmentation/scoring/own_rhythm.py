"""Recency by the customer's own rhythm: how many of its usual gaps the silence has lasted.

| silence ÷ usual gap | up to 1 | 1.5 | 2 | 4 | more |   five bands, the limits of the stages (2 and 4)
| score               |       5 |   4 | 3 | 2 |    1 |

The score says no more than the stage does: it is below 3 exactly when the customer is slipping, silent or gone by its
silence (`lifecycle`): so it takes the same gap, of 7 days at least, and who is new or has not been silent for long
enough to be slipping keeps what `at_risk_ratio` is the limit of.
"""

from collections.abc import Sequence

import numpy as np

from .lifecycle import Silence


def usual_limits(bands: int, at_risk_ratio: float, dormant_ratio: float) -> tuple[float, ...]:
    """The `bands - 1` limits, multiples of the usual gap, that follow the stages.

    The last score begins where the customer is silent, the one before where it is slipping; the others part the time
    from one usual gap to there evenly. Two bands: slipping or not.

    >>> [usual_limits(bands, 2, 4) for bands in (2, 3, 4, 5)]
    [(2.0,), (2.0, 4.0), (1.0, 2.0, 4.0), (1.0, 1.5, 2.0, 4.0)]
    """
    if bands == 2:
        return (float(at_risk_ratio),)
    on_time = np.linspace(at_risk_ratio, 1, bands - 2)[::-1]
    return (*on_time.tolist(), float(dormant_ratio))


def scores(silence: Silence, limits: Sequence[float], bands: int, at_risk_ratio: float) -> np.ndarray:
    """Scores 1 (worst) … `bands` (best), int8, shape (customers,), by `bands - 1` ascending multiples of the gap.

    >>> silence = Silence(np.array([30, 31, 46, 61, 121, 121]), np.full(6, 30.0), np.array([False] * 5 + [True]))
    >>> scores(silence, (1, 1.5, 2, 4), 5, 2).tolist()
    [5, 4, 3, 2, 1, 3]

    Raises ValueError for a wrong number of limits.
    """
    if len(limits) != bands - 1:
        raise ValueError(f"{bands} bands need {bands - 1} limits, but there are {len(limits)}.")
    passed = (silence.silence_days[:, None] > np.asarray(limits, dtype=float) * silence.judged_gap_days[:, None]).sum(1)
    on_time = np.count_nonzero(np.asarray(limits) < at_risk_ratio)
    return (bands - np.where(silence.is_protected, np.minimum(passed, on_time), passed)).astype(np.int8)
