"""Facts to scores, segment and ABC class of every customer, and the cut points to score one customer later.

Two bands at the median; scored on day 1000, the window begins after day 635:

| partner | first | last | orders | revenue |   | code | score | segment | class |
|       1 |   990 |  995 |      4 |     800 |   |  222 |   100 |      20 |     A |
|       2 |   100 |  960 |      1 |     150 |   |  211 | 33.33 |      20 |     B |
|       3 |   910 |  910 |      1 |      50 |   |  111 |     0 |      10 |     C |
|       4 |   100 |  500 |      0 |       0 |   |  111 |     0 |      10 |     C |
|       5 |       |      |      0 |       0 |   |      |       |      -1 |       |

>>> facts = pd.DataFrame({
...     "partner_id": [1, 2, 3, 4, 5],
...     "first_order_day": [990, 100, 910, 100, -1],
...     "last_order_day": [995, 960, 910, 500, -1],
...     "recency_days": [5, 40, 90, 500, -1],
...     "order_count": [4, 1, 1, 0, 0],
...     "revenue": [800.0, 150.0, 50.0, 0.0, 0.0],
...     "lifetime_order_count": [4, 3, 1, 8, 0],
...     "lifetime_revenue": [800.0, 450.0, 50.0, 2400.0, 0.0],
...     "refund_total": [0.0, 0.0, 0.0, 0.0, 0.0],
... })
>>> ranges = [SegmentRange(10, (1, 1), *[(1, 2)] * 3), SegmentRange(20, (2, 2), *[(1, 2)] * 3)]
>>> parameters = Parameters(
...     2, dict.fromkeys(rfm.MEASURES, rfm.Banding("quantile")), (1, 1, 1), ranges, 80, 95, 635, 1000
... )
>>> result, found = score_customers(facts, parameters)
>>> print(result[["rfm_code", "rfm_score", "segment", "abc_class"]].replace("", "none").to_string())
  rfm_code  rfm_score  segment abc_class
0      222     100.00       20         A
1      211      33.33       20         B
2      111       0.00       10         C
3      111       0.00       10         C
4     none        NaN       -1      none
>>> {name: found[name] for name in ("recency", "frequency", "monetary", "abc")}
{'recency': [40.0], 'frequency': [1.0], 'monetary': [150.0], 'abc': {'a': 800.0, 'b': 150.0}}
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import rfm
from .bands import quantile_cut_points
from .facts import check_facts, has_purchase, has_window_purchase, numbers
from .pareto import abc_classes, abc_limits, classes_at
from .percentiles import percentile_knots
from .segments import SegmentRange, lookup_table, segment_index


@dataclass(frozen=True)
class Parameters:
    """What a policy says: how to score. Days are days since 1970-01-01; the window begins after `window_start_day`."""

    bands: int
    bandings: Mapping[str, rfm.Banding]
    weights: tuple[float, float, float]
    ranges: Sequence[SegmentRange]
    share_a: float
    share_b: float
    window_start_day: int
    as_of_day: int


def score_customers(facts: pd.DataFrame, parameters: Parameters) -> tuple[pd.DataFrame, dict]:
    """Score all customers of a company.

    `facts` as described in `facts`; with recency by own rhythm also the columns of `own_rhythm`, and for a scheme that
    asks who is gone `is_gone` (bool). Returns the scores, columns and index as from `score_with`, and the cut points as
    plain JSON values:

    `bands`, `methods`, `weights`              the rule
    `recency`, `frequency`, `monetary`         `bands - 1` cut points each, empty when nobody bought in the window;
                                               recency by own rhythm: multiples of the usual gap
    `abc`                                      smallest amounts of A (`a`) and B (`b`), or None
    `knots`                                    `recency`, `frequency`, `monetary` over who bought in the window,
                                               `lifetime_revenue` over all customers (`share_below`)
    `total_revenue`                            sum of the positive amounts of the window
    `customer_count`, `window_customer_count`  who ever bought, and who did in the window
    `lifetime_top_10`                          lifetime revenue from which on a customer is in the top 10 %, None when
                                               ties or small numbers leave nobody there

    Raises ValueError for facts or parameters that cannot be scored, SchemeError for a scheme with a gap or overlap.
    """
    check_facts(facts, parameters.as_of_day)
    run_cut_points = _run_cut_points(facts, parameters)
    return _scored(facts, parameters, run_cut_points), run_cut_points


def score_with(facts: pd.DataFrame, parameters: Parameters, cut_points: Mapping) -> pd.DataFrame:
    """Score some customers with the cut points of an earlier run: the same scores for the customers of that run.

    Columns: `recency_score`, `frequency_score`, `monetary_score` (int8, 0 = not scored), `rfm_code` (str, "" = not
    scored), `rfm_score` (0…100, NaN = not scored), `segment` (int64, -1 = not scored), `abc_class` ("A", "B", "C",
    "" = not scored). Index of `facts`.

    Raises ValueError as `score_customers`, and when the cut points were made for other bands or methods.
    """
    check_facts(facts, parameters.as_of_day)
    if (cut_points["bands"], cut_points["methods"]) != (parameters.bands, _methods(parameters)):
        raise ValueError("The cut points were made by another rule (bands or banding methods): recompute first.")
    return _scored(facts, parameters, cut_points)


def _scored(facts: pd.DataFrame, parameters: Parameters, cut_points: Mapping) -> pd.DataFrame:
    scored = has_purchase(facts)
    scores = rfm.rfm_scores(facts, cut_points, parameters.bandings, parameters.bands)
    segments, table = lookup_table(parameters.ranges, parameters.bands)
    first_inside_window = numbers(facts, "first_order_day") > parameters.window_start_day
    positions = segment_index(scores, first_inside_window, table, _is_gone(facts))
    classes = np.where(scored, classes_at(numbers(facts, "revenue"), cut_points["abc"]), "").astype(object)
    return scores.assign(
        # As objects: pandas would otherwise look at every string to guess its type.
        rfm_code=pd.Series(rfm.rfm_code(scores), index=facts.index, dtype=object),
        rfm_score=rfm.rfm_score(scores, parameters.weights, parameters.bands),
        # Position -1, not scored, is the last entry.
        segment=np.array([*segments, -1], dtype=np.int64)[positions],
        abc_class=pd.Series(classes, index=facts.index, dtype=object),
    )


def _is_gone(facts: pd.DataFrame) -> np.ndarray | bool:
    """Who is gone by its rhythm; nobody where the facts do not say."""
    return facts["is_gone"].to_numpy(dtype=bool) if "is_gone" in facts else False


def _run_cut_points(facts: pd.DataFrame, parameters: Parameters) -> dict:
    rfm.check_weights(parameters.weights)
    bought, inside = has_purchase(facts), has_window_purchase(facts)
    amounts = numbers(facts, "revenue")[bought]
    lifetime_revenue = numbers(facts, "lifetime_revenue")[bought]
    classes = abc_classes(amounts, parameters.share_a, parameters.share_b)
    knots = {measure: percentile_knots(numbers(facts, column)[inside]) for measure, column in rfm.MEASURES.items()}
    knots["lifetime_revenue"] = percentile_knots(lifetime_revenue)
    return {
        "bands": parameters.bands,
        "methods": _methods(parameters),
        "weights": [float(weight) for weight in parameters.weights],
        **rfm.cut_points(facts, parameters.bandings, parameters.bands),
        "abc": abc_limits(amounts, classes),
        "knots": knots,
        "total_revenue": math.fsum(amounts[amounts > 0]),
        "customer_count": int(np.count_nonzero(bought)),
        "window_customer_count": int(np.count_nonzero(inside)),
        "lifetime_top_10": _lifetime_top_10(lifetime_revenue),
    }


def _lifetime_top_10(lifetime_revenue: np.ndarray) -> float | None:
    """The smallest value in the highest of ten bands: ties are fair, so it holds at most a tenth of the customers."""
    if not lifetime_revenue.size:
        return None
    above = lifetime_revenue[lifetime_revenue > quantile_cut_points(lifetime_revenue, 10)[-1]]
    return float(above.min()) if above.size else None


def _methods(parameters: Parameters) -> dict[str, str]:
    return {measure: parameters.bandings[measure].method for measure in rfm.MEASURES}
