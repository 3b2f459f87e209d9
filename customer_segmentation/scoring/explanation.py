"""The parts of the sentence that explains a customer: numbers and choices, no words. Plain Python, for HTTP workers.

"At Risk: last order 94 days ago, longer than 80 % of your customers; 12 orders and 8,450 € in the last 12 months put
them in the top fifth."
"""

import math
from collections.abc import Mapping, Sequence

from .calendar import MINIMUM_GAP_DAYS
from .knots import share_above, share_below

# What a customer may be said to be in: the top hundredth, twentieth, tenth, fifth, half.
TOP_SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
# 1 - 0.8 is a little less than 0.2, other differences a little more.
SHARE_TOLERANCE = 1e-9
VALUES = {"recency": "recency_days", "frequency": "order_count", "monetary": "revenue"}


def measure_parts(
    measure: str,
    value: float,
    score: int,
    bands: int,
    cut_points: Sequence[float],
    knots: Sequence[Sequence[float]],
    method: str,
) -> dict:
    """What explains one score ("why can 2 orders be F = 4? because 60 % of your customers have one").

    `cut_points` come back without duplicates; `band` is what `band_of` says of the score; `empty_scores` are those
    that ties leave without customers; `share_below` and `share_above` are shares (0…1) of the customers who bought
    inside the window.

    >>> parts = measure_parts("frequency", 2, 4, 5, [1, 1, 1, 2], [[1, 0.0], [2, 0.75], [9, 0.9]], "quantile")
    >>> for name, part in parts.items():
    ...     print(name, part)
    measure frequency
    value 2
    score 4
    bands 5
    band_rule quantile
    cut_points [1, 2]
    band (1, 2)
    empty_scores [2, 3]
    share_below 0.75
    share_above 0.09999999999999998
    """
    return {
        "measure": measure,
        "value": value,
        "score": score,
        "bands": bands,
        "band_rule": method,
        "cut_points": sorted(set(cut_points)),
        "band": band_of(measure, score, bands, cut_points),
        "empty_scores": _empty_scores(measure, bands, cut_points, knots) if method == "quantile" else [],
        "share_below": share_below(value, knots),
        "share_above": share_above(value, knots),
    }


def band_of(measure: str, score: int, bands: int, cut_points: Sequence[float]) -> tuple[float | None, float | None]:
    """The cut points around a score, None for none: above the first, up to the second.

    By the mean, of frequency and money, the other way round: from the first on, below the second.

    >>> band_of("recency", 5, 5, [10, 20, 30, 40]), band_of("recency", 4, 5, [10, 20, 30, 40])
    ((None, 10), (10, 20))
    >>> band_of("frequency", 5, 5, [1, 1, 1, 2]), band_of("frequency", 1, 5, [])
    ((2, None), (None, None))
    """
    if not cut_points:
        return None, None
    passed = bands - score if measure == "recency" else score - 1
    limits = [None, *cut_points, None]
    return limits[passed], limits[passed + 1]


def customer_parts(profile_values: Mapping, cut_points: Mapping) -> dict:
    """The parts of a customer's sentence, from its profile's values and the cut points of its run.

    `profile_values`: `recency_days`, `order_count`, `revenue`, `recency_score`, `frequency_score`, `monetary_score`,
    and `typical_gap_days`, of which the cut points of recency by own rhythm are multiples: they come back as days.

    `scored`       False: never bought, and there is nothing else to say
    `longer_than`  share (0…1) of the customers who bought inside the window and waited less long
    `window`       "purchases", or "none": nothing bought inside it
    `top_share`    share of those customers who have at least as many orders, or as much revenue if those are more
    `top`          the smallest of `TOP_SHARES` it fits in, or None
    `measures`     `measure_parts` of recency, frequency and monetary value

    >>> cut_points = {
    ...     "bands": 2, "methods": {"recency": "quantile", "frequency": "quantile", "monetary": "quantile"},
    ...     "recency": [40.0], "frequency": [1.0], "monetary": [50.0],
    ...     "knots": {
    ...         "recency": [[5.0, 0.0], [40.0, 0.4], [94.0, 0.8]],
    ...         "frequency": [[1.0, 0.0], [12.0, 0.8]],
    ...         "monetary": [[50.0, 0.0], [300.0, 0.6], [8450.0, 0.8]],
    ...     },
    ... }
    >>> profile = {
    ...     "recency_days": 94, "order_count": 12, "revenue": 8450.0,
    ...     "recency_score": 1, "frequency_score": 2, "monetary_score": 2,
    ... }
    >>> parts = customer_parts(profile, cut_points)
    >>> parts["longer_than"], parts["window"], parts["top"]
    (0.8, 'purchases', 0.2)
    >>> customer_parts({**profile, "recency_score": 0}, cut_points)
    {'scored': False}
    """
    if not profile_values["recency_score"]:
        return {"scored": False}
    measures = _measures(profile_values, cut_points)
    bought = profile_values["order_count"] > 0
    top_share = max(1.0 - measures[measure]["share_below"] for measure in ("frequency", "monetary"))
    return {
        "scored": True,
        "recency_days": profile_values["recency_days"],
        "longer_than": measures["recency"]["share_below"],
        "window": "purchases" if bought else "none",
        "order_count": profile_values["order_count"],
        "revenue": profile_values["revenue"],
        "top_share": top_share if bought else None,
        "top": _top(top_share) if bought else None,
        "measures": measures,
    }


def _measures(profile_values: Mapping, cut_points: Mapping) -> dict[str, dict]:
    return {
        measure: measure_parts(
            measure,
            profile_values[field],
            profile_values[f"{measure}_score"],
            cut_points["bands"],
            _limits(measure, profile_values, cut_points),
            cut_points["knots"][measure],
            cut_points["methods"][measure],
        )
        for measure, field in VALUES.items()
    }


def _limits(measure: str, profile_values: Mapping, cut_points: Mapping) -> Sequence[float]:
    """The cut points of a measure in its unit, which for recency by own rhythm are those of the customer."""
    if cut_points["methods"][measure] != "own_rhythm":
        return cut_points[measure]
    gap = max(profile_values["typical_gap_days"], MINIMUM_GAP_DAYS)
    return [limit * gap for limit in cut_points[measure]]


def _top(share: float) -> float | None:
    return next((top for top in TOP_SHARES if share <= top + SHARE_TOLERANCE), None)


def _empty_scores(measure: str, bands: int, cut_points: Sequence[float], knots: Sequence[Sequence[float]]) -> list[int]:
    """Nobody lies between two equal cut points, nor above the last when it is the highest value there is."""
    if not cut_points or not knots:
        return []
    # Who bought nothing inside the window is always older than the last cut point of recency.
    highest = math.inf if measure == "recency" else knots[-1][0]
    limits = [*cut_points, highest]
    passed = [count for count in range(1, bands) if limits[count] <= limits[count - 1]]
    return sorted(bands - count if measure == "recency" else 1 + count for count in passed)
