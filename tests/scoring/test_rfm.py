import numpy as np
import pandas as pd
import pytest

from scoring.rfm import SCORE_COLUMNS, Banding, cut_points, rfm_code, rfm_score, rfm_scores

from .builders import MEASURES, customer, facts_of, never_bought

QUANTILE = dict.fromkeys(MEASURES, Banding("quantile"))


def scored(facts, bandings=QUANTILE, bands=5):
    points = cut_points(facts, bandings, bands)
    return rfm_scores(facts, points, bandings, bands)


def test_ten_customers_by_quantile():
    # days ago, orders, revenue → R, F, M; cut points: 20 40 60 80 days, 1 1 1 2 orders, 20 40 60 80 money
    table = [
        (10, 9, 100, 5, 5, 5),
        (20, 3, 90, 5, 5, 5),
        (30, 2, 80, 4, 4, 4),
        (40, 2, 70, 4, 4, 4),
        (50, 1, 60, 3, 1, 3),
        (60, 1, 50, 3, 1, 3),
        (70, 1, 40, 2, 1, 2),
        (80, 1, 30, 2, 1, 2),
        (90, 1, 20, 1, 1, 1),
        (100, 1, 10, 1, 1, 1),
    ]
    facts = facts_of(*(customer(*row[:3]) for row in table))
    assert cut_points(facts, QUANTILE, 5) == {
        "recency": [20, 40, 60, 80],
        "frequency": [1, 1, 1, 2],
        "monetary": [20, 40, 60, 80],
    }
    assert scored(facts).to_numpy().tolist() == [list(row[3:]) for row in table]


def test_customers_outside_the_window_shape_no_cut_point_and_are_lowest():
    inside = [customer(days, 2, 50) for days in (10, 20, 30, 40, 50)]
    silent = [customer(900, 0, 0, lifetime_order_count=40), customer(366, 0, -20)] * 10
    alone, together = facts_of(*inside), facts_of(*inside, *silent, never_bought())
    assert cut_points(alone, QUANTILE, 5) == cut_points(together, QUANTILE, 5)
    assert scored(together)[5:].to_numpy().tolist() == [[1, 1, 1]] * 20 + [[0, 0, 0]]


def test_own_cut_offs_do_not_lift_who_bought_nothing_inside_the_window():
    bandings = {
        "recency": Banding("cut_offs", (30, 90, 180, 1000)),
        "frequency": Banding("cut_offs", (-4, -3, -2, -1)),
        "monetary": Banding("cut_offs", (-400, -300, -200, -100)),
    }
    facts = facts_of(customer(30, 1, 5), customer(31, 1, 5), customer(700, 0, 0))
    assert scored(facts, bandings).to_numpy().tolist() == [[5, 5, 5], [4, 5, 5], [2, 1, 1]]


def test_the_mean_makes_high_and_low_and_at_the_mean_is_high():
    bandings = dict.fromkeys(MEASURES, Banding("mean"))
    facts = facts_of(customer(10, 1, 10.0), customer(20, 2, 20.0), customer(30, 3, 30.0), customer(700, 0, 0.0))
    assert cut_points(facts, bandings, 2) == {"recency": [20], "frequency": [2], "monetary": [20]}
    assert scored(facts, bandings, 2).to_numpy().tolist() == [[2, 1, 1], [2, 2, 2], [1, 2, 2], [1, 1, 1]]


def test_scores_keep_the_index_and_are_small():
    facts = facts_of(customer(10, 1, 10)).set_axis(["x"])
    found = scored(facts)
    assert list(found.index) == ["x"]
    assert list(found.columns) == list(SCORE_COLUMNS)
    assert set(found.dtypes) == {np.dtype("int8")}


@pytest.mark.parametrize(
    ("banding", "bands", "sentence"),
    [
        (Banding("mean"), 5, "The mean makes 2 bands"),
        (Banding("median"), 5, "Unknown banding method 'median'"),
        (Banding("cut_offs", (1, 2)), 5, "exactly 4 cut-offs"),
        (Banding("quantile"), 10, "number of bands is 10"),
    ],
)
def test_wrong_bandings_are_refused(banding, bands, sentence):
    with pytest.raises(ValueError, match=sentence):
        cut_points(facts_of(customer(10, 1, 10)), QUANTILE | {"frequency": banding}, bands)


def test_every_code():
    triples = [(r, f, m) for r in range(1, 10) for f in range(1, 10) for m in range(1, 10)]
    scores = pd.DataFrame([*triples, (0, 0, 0)], columns=SCORE_COLUMNS, dtype="int8")
    assert rfm_code(scores).tolist() == [f"{r}{f}{m}" for r, f, m in triples] + [""]


def test_the_score_runs_from_0_to_100_in_any_number_of_bands():
    for bands in range(2, 10):
        scores = pd.DataFrame([(1, 1, 1), (bands, bands, bands)], columns=SCORE_COLUMNS, dtype="int8")
        assert rfm_score(scores, (0.2, 0.3, 0.5), bands).tolist() == [0, 100]


def test_only_the_proportion_of_the_weights_counts():
    triples = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]
    scores = pd.DataFrame(triples, columns=SCORE_COLUMNS, dtype="int8")
    expected = [round(100 * ((r - 1) + (f - 1) + (m - 1)) / 12, 2) for r, f, m in triples]
    for weights in ((1, 1, 1), (33, 33, 33), (0.5, 0.5, 0.5)):
        assert rfm_score(scores, weights, 5).tolist() == expected


@pytest.mark.parametrize(
    "weights", [(0, 0, 0), (1, -1, 1), (1, 1), (1, 1, 1, 1), (1, float("nan"), 1), (1, float("inf"), 1)]
)
def test_wrong_weights_are_refused(weights):
    scores = pd.DataFrame([(1, 1, 1)], columns=SCORE_COLUMNS)
    with pytest.raises(ValueError, match="weights of R, F and M"):
        rfm_score(scores, weights, 5)
