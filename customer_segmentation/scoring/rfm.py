"""Recency, frequency and monetary scores (Arthur M. Hughes, Strategic Database Marketing, 1994).

Recency runs from the last purchase ever; frequency and monetary value are counted inside the window.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import bands as banding_rules
from . import own_rhythm
from .facts import has_purchase, has_window_purchase, numbers
from .lifecycle import Silence
from .rounding import half_up_all

MEASURES = {"recency": "recency_days", "frequency": "order_count", "monetary": "revenue"}
SCORE_COLUMNS = tuple(f"{measure}_score" for measure in MEASURES)


@dataclass(frozen=True)
class Banding:
    """How one measure is cut into bands: `method` is "quantile", "cut_offs" (then `cut_offs` holds them) or "mean".

    Recency may be judged by "own_rhythm" (`own_rhythm`); then `cut_offs` are multiples of the usual gap, and
    `at_risk_ratio` the one from which on a customer is at risk.
    """

    method: str
    cut_offs: tuple[float, ...] = ()
    at_risk_ratio: float = 0.0


def cut_points(facts: pd.DataFrame, bandings: Mapping[str, Banding], bands: int) -> dict[str, list[float]]:
    """The `bands - 1` cut points of each measure (days, purchases, money), from the customers who bought in the window.

    Those of own rhythm are multiples of the usual gap. Empty lists when nobody bought, but for own rhythm and own
    cut-offs. See `rfm_scores` for an example.

    Raises ValueError for an unknown method, wrong cut-offs, and the mean with any other number of bands than 2.
    """
    inside = has_window_purchase(facts)
    if any(bandings[measure].method == "own_rhythm" for measure in ("frequency", "monetary")):
        raise ValueError("Only recency is judged by the own rhythm.")
    return {
        measure: _measure_cut_points(numbers(facts, column)[inside], bandings[measure], bands)
        for measure, column in MEASURES.items()
    }


def _is_by_own_rhythm(measure: str, banding: Banding) -> bool:
    return measure == "recency" and banding.method == "own_rhythm"


def _measure_cut_points(values: np.ndarray, banding: Banding, bands: int) -> list[float]:
    banding_rules.check_bands(bands)
    if banding.method == "quantile":
        return banding_rules.quantile_cut_points(values, bands).tolist()
    if banding.method in ("cut_offs", "own_rhythm"):
        banding_rules.check_cut_offs(banding.cut_offs, bands)
        return [float(cut_off) for cut_off in banding.cut_offs]
    if banding.method == "mean":
        if bands != 2:
            raise ValueError(f"The mean makes 2 bands, above and below it, but {bands} are asked for.")
        return banding_rules.mean_cut_point(values).tolist()
    raise ValueError(
        f"Unknown banding method {banding.method!r}: use quantile, cut_offs or mean, or own_rhythm for recency."
    )


def rfm_scores(
    facts: pd.DataFrame, cut_points: Mapping[str, Sequence[float]], bandings: Mapping[str, Banding], bands: int
) -> pd.DataFrame:
    """Scores 1 (worst) … `bands` (best), int8, columns `SCORE_COLUMNS`, index of `facts`.

    Who has no purchase inside the window gets F = M = 1 whatever the method, and R by the rule. Who never bought gets
    0, the empty score. Two bands by quantile, so each cut point is a median of the three who bought in the window:

    | recency_days | order_count | revenue |   | R | F | M |
    |            5 |           4 |     900 |   | 2 | 2 | 2 |
    |           40 |           1 |      50 |   | 2 | 1 | 1 |
    |           90 |           1 |     300 |   | 1 | 1 | 1 |
    |          500 |           0 |       0 |   | 1 | 1 | 1 |
    |      (never) |           0 |       0 |   | 0 | 0 | 0 |

    >>> facts = pd.DataFrame({
    ...     "recency_days": [5, 40, 90, 500, -1],
    ...     "order_count": [4, 1, 1, 0, 0],
    ...     "revenue": [900, 50, 300, 0, 0],
    ...     "lifetime_order_count": [4, 1, 1, 8, 0],
    ... })
    >>> bandings = dict.fromkeys(MEASURES, Banding("quantile"))
    >>> points = cut_points(facts, bandings, 2)
    >>> points
    {'recency': [40.0], 'frequency': [1.0], 'monetary': [300.0]}
    >>> rfm_scores(facts, points, bandings, 2).to_numpy().tolist()
    [[2, 2, 2], [2, 1, 1], [1, 1, 1], [1, 1, 1], [0, 0, 0]]

    Raises ValueError for NaN in a scored row and for a wrong number of cut points.
    """
    scored, inside = has_purchase(facts), has_window_purchase(facts)
    result = {}
    for measure, column in MEASURES.items():
        if _is_by_own_rhythm(measure, bandings[measure]):
            points, ratio = cut_points[measure], bandings[measure].at_risk_ratio
            result[f"{measure}_score"] = _scores_by_own_rhythm(facts, points, bands, ratio)
            continue
        counted = scored if measure == "recency" else inside
        measure_scores = banding_rules.scores(
            np.where(counted, numbers(facts, column), 0.0),
            cut_points[measure],
            bands,
            higher_is_better=measure != "recency",
            at_cut_point_high=bandings[measure].method == "mean",
        )
        result[f"{measure}_score"] = np.where(counted, measure_scores, scored).astype(np.int8)
    return pd.DataFrame(result, index=facts.index)


def _scores_by_own_rhythm(facts: pd.DataFrame, limits: Sequence[float], bands: int, at_risk_ratio: float) -> np.ndarray:
    """Recency scores, int8; `facts` have the columns of `lifecycle.Silence`, ValueError where they do not."""
    missing = [column for column in Silence._fields if column not in facts.columns]
    if missing:
        raise ValueError(f"Own rhythm cannot be judged: no column {', '.join(missing)}.")
    silence = Silence(*(numbers(facts, column) for column in Silence._fields))
    found = own_rhythm.scores(silence, limits, bands, at_risk_ratio)
    return np.where(has_purchase(facts), found, 0).astype(np.int8)


def recency_spread(facts: pd.DataFrame, scores: pd.DataFrame, bands: int) -> dict[str, list[int]]:
    """How many customers have each recency score, 1 to `bands`: as scored (`scored`), and by quantiles (`quantile`).

    >>> facts = pd.DataFrame({"recency_days": [5, 40, 90], "order_count": [1, 1, 1], "lifetime_order_count": [1, 2, 1]})
    >>> recency_spread(facts, pd.DataFrame({"recency_score": [2, 2, 1]}), 2)
    {'scored': [1, 2], 'quantile': [1, 2]}
    """
    bought, inside = has_purchase(facts), has_window_purchase(facts)
    days = numbers(facts, "recency_days")
    points = banding_rules.quantile_cut_points(days[inside], bands)
    by_quantile = banding_rules.scores(days[bought], points, bands, higher_is_better=False)
    found = {"scored": scores["recency_score"].to_numpy()[bought], "quantile": by_quantile}
    return {name: np.bincount(values, minlength=bands + 1)[1:].tolist() for name, values in found.items()}


def rfm_code(scores: pd.DataFrame) -> np.ndarray:
    """The three scores side by side, an object array of strings: "543"; "" for who is not scored.

    >>> rfm_code(pd.DataFrame([[5, 4, 3], [0, 0, 0]], columns=SCORE_COLUMNS)).tolist()
    ['543', '']
    """
    codes = np.array([""] + [f"{number:03d}" for number in range(1, 1000)], dtype=object)
    recency, frequency, monetary = _score_arrays(scores)
    return codes[100 * recency + 10 * frequency + monetary]


def rfm_score(scores: pd.DataFrame, weights: Sequence[float], bands: int) -> np.ndarray:
    """One number from 0 (worst) to 100 (best), float64, two decimals; NaN for who is not scored.

    100 · Σ wᵢ (scoreᵢ - 1) / (bands - 1), the three weights brought to a sum of 1.

    | R | F | M | weights 1 1 1 | weights 50 30 20 |
    | 5 | 5 | 5 |        100.00 |           100.00 |
    | 5 | 3 | 1 |         50.00 |            65.00 |
    | 1 | 1 | 2 |          8.33 |             5.00 |

    >>> scores = pd.DataFrame([[5, 5, 5], [5, 3, 1], [1, 1, 2], [0, 0, 0]], columns=SCORE_COLUMNS)
    >>> rfm_score(scores, (1, 1, 1), 5).tolist()
    [100.0, 50.0, 8.33, nan]
    >>> rfm_score(scores, (50, 30, 20), 5).tolist()
    [100.0, 65.0, 5.0, nan]

    Raises ValueError unless the weights are three finite numbers, none negative, with a positive sum.
    """
    check_weights(weights)
    recency, frequency, monetary = _score_arrays(scores)
    reached = weights[0] * (recency - 1) + weights[1] * (frequency - 1) + weights[2] * (monetary - 1)
    # One division at the end: 33/33/33 and 1/1/1 must not differ in the last decimal.
    score = half_up_all(100.0 * reached / (math.fsum(weights) * (bands - 1)), 2)
    return np.where(recency > 0, score, np.nan)


def check_weights(weights: Sequence[float]) -> None:
    """Refuse anything but three finite numbers, none negative, with a positive sum, with a ValueError.

    >>> check_weights((0, 0, 0))
    Traceback (most recent call last):
    ValueError: The weights of R, F and M are 0, 0, 0; they must be three numbers, none negative and not all zero.
    """
    valid = len(weights) == 3 and all(math.isfinite(weight) and weight >= 0 for weight in weights) and any(weights)
    if not valid:
        given = ", ".join(f"{weight:g}" for weight in weights)
        raise ValueError(
            f"The weights of R, F and M are {given}; they must be three numbers, none negative and not all zero."
        )


def _score_arrays(scores: pd.DataFrame) -> list[np.ndarray]:
    # int8 holds a score, not 100 times a score.
    return [scores[column].to_numpy(dtype=np.int64) for column in SCORE_COLUMNS]
