import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from scoring.pipeline import score_customers, score_with
from scoring.rfm import Banding
from scoring.segments import SchemeError

from .builders import (
    EIGHT_CLASSES,
    ELEVEN_SEGMENTS,
    MEASURES,
    bandings,
    customer,
    facts,
    facts_of,
    never_bought,
    numbered,
    parameters,
)

SCORES = ["recency_score", "frequency_score", "monetary_score"]
COLUMNS = [*SCORES, "rfm_code", "rfm_score", "segment", "abc_class"]
_, ELEVEN_NAMES = numbered(ELEVEN_SEGMENTS)
_, EIGHT_NAMES = numbered(EIGHT_CLASSES)


def summary(rows, chosen=None):
    """Code, score, segment name and class of each customer."""
    result, _ = score_customers(rows, chosen or parameters())
    names = result["segment"].map({**ELEVEN_NAMES, -1: None})
    return list(zip(result["rfm_code"], result["rfm_score"].tolist(), names, result["abc_class"], strict=True))


def test_ten_customers():
    # days ago, orders, revenue, first purchase → code, score, segment, class
    table = [
        (5, 9, 500.0, 100, "555", 100.0, "Champions", "A"),
        (10, 3, 250.0, 100, "555", 100.0, "Champions", "A"),
        (20, 2, 90.0, 100, "444", 75.0, "Loyal", "A"),
        (30, 2, 60.0, 100, "444", 75.0, "Loyal", "B"),
        (40, 1, 40.0, 960, "313", 33.33, "About to Sleep", "B"),
        (50, 1, 20.0, 950, "313", 33.33, "About to Sleep", "B"),
        (60, 1, 15.0, 940, "212", 16.67, "Hibernating", "C"),
        (70, 1, 12.0, 930, "212", 16.67, "Hibernating", "C"),
        (90, 1, 8.0, 910, "111", 0.0, "Lost", "C"),
        (100, 1, 5.0, 900, "111", 0.0, "Lost", "C"),
    ]
    rows = facts_of(*(customer(*row[:3], first_order_day=row[3]) for row in table))
    assert summary(rows) == [row[4:] for row in table]


def test_new_is_who_bought_for_the_first_time_inside_the_window():
    old = [customer(days, 5, 100.0 + days, first_order_day=10) for days in range(200, 240)]
    rows = facts_of(customer(1, 1, 5.0), customer(1, 1, 5.0, first_order_day=635), *old)
    assert [row[2] for row in summary(rows)[:2]] == ["New", "Promising"]


def test_what_a_run_keeps():
    rows = facts_of(
        *(customer(10 * number, number, 100.0 * number) for number in range(1, 21)),
        customer(500, 0, -30.0, lifetime_order_count=3, lifetime_revenue=9000.0),
        never_bought(),
    )
    _, cut_points = score_customers(rows, parameters(weights=(50, 30, 20)))
    knots = cut_points.pop("knots")
    assert cut_points == {
        "bands": 5,
        "methods": dict.fromkeys(MEASURES, "quantile"),
        "weights": [50, 30, 20],
        "recency": [40, 80, 120, 160],
        "frequency": [4, 8, 12, 16],
        "monetary": [400, 800, 1200, 1600],
        "abc": {"a": 900, "b": 500},
        "total_revenue": 21000,
        "customer_count": 21,
        "window_customer_count": 20,
        "lifetime_top_10": 2000,
    }
    assert {name: len(found) for name, found in knots.items()} == {
        **dict.fromkeys(MEASURES, 20),
        "lifetime_revenue": 21,
    }


@pytest.mark.parametrize("method", ["quantile", "mean"])
def test_nobody_at_all(method):
    result, cut_points = score_customers(facts_of(), parameters(method))
    assert list(result.columns) == COLUMNS
    assert result.empty
    assert cut_points["recency"] == cut_points["knots"]["monetary"] == []
    assert cut_points["abc"] == {"a": None, "b": None}
    assert (cut_points["customer_count"], cut_points["total_revenue"]) == (0, 0)
    assert cut_points["lifetime_top_10"] is None


def test_one_customer():
    assert summary(facts_of(customer(3, 2, 50.0))) == [("511", 33.33, "New", "A")]
    assert summary(facts_of(customer(3, 2, 0.0))) == [("511", 33.33, "New", "C")]
    result, _ = score_customers(facts_of(customer(3, 2, 50.0)), parameters("mean"))
    assert EIGHT_NAMES[result["segment"].item()] == "重要价值客户"


def test_all_equal_are_frequency_1_and_recency_best():
    assert summary(facts_of(*[customer(30, 4, 20.0)] * 7)) == [("511", 33.33, "New", "A")] * 7


def test_all_one_time_buyers_differ_by_recency_and_money_only():
    rows = facts_of(*(customer(10 * number, 1, 10.0 * number) for number in range(1, 6)))
    assert [row[0] for row in summary(rows)] == ["511", "412", "313", "214", "115"]


def test_negative_and_zero_totals():
    rows = facts_of(customer(10, 1, -50.0), customer(20, 1, 0.0), customer(30, 1, 10.0), customer(500, 0, -99.0))
    result, cut_points = score_customers(rows, parameters())
    assert result["monetary_score"].tolist() == [1, 2, 4, 1]
    assert result["abc_class"].tolist() == ["C", "C", "A", "C"]
    assert cut_points["total_revenue"] == 10


def test_nobody_bought_inside_the_window():
    rows = facts_of(customer(400, 0, 0.0), customer(900, 0, -5.0, lifetime_order_count=8))
    assert summary(rows) == [("111", 0.0, "Lost", "C")] * 2


def test_huge_amounts():
    rows = facts_of(*(customer(10, 1, 1e15 + number) for number in range(5)))
    assert summary(rows)[0][0] == "511"
    assert summary(rows)[4][0] == "515"


def test_who_never_bought_is_not_scored_whatever_the_dates_hold():
    dates = ("first_order_day", "last_order_day", "recency_days")
    rows = facts_of(customer(10, 1, 5.0), never_bought(), never_bought(**dict.fromkeys(dates, pd.NA)))
    result, cut_points = score_customers(rows.convert_dtypes(), parameters())
    assert cut_points["customer_count"] == 1
    for row in result[1:].to_dict("records"):
        assert np.isnan(row.pop("rfm_score"))
        assert row == {**dict.fromkeys(SCORES, 0), "rfm_code": "", "segment": -1, "abc_class": ""}


@given(facts, bandings, st.randoms())
def test_the_order_of_rows_never_matters(rows, method, random):
    shuffled = rows.iloc[random.sample(range(len(rows)), len(rows))]
    result, cut_points = score_customers(rows, parameters(method))
    shuffled_result, shuffled_cut_points = score_customers(shuffled, parameters(method))
    assert_frame_equal(shuffled_result.sort_index(), result)
    assert shuffled_cut_points == cut_points


@given(facts, bandings, st.sampled_from([0.25, 2, 1024, 10, 1000]))
def test_scaling_all_amounts_changes_nothing(rows, method, factor):
    columns = ["revenue", "lifetime_revenue", "refund_total"]
    scaled = rows.assign(**{column: rows[column].astype(float) * factor for column in columns})
    result, _ = score_customers(rows, parameters(method))
    scaled_result, _ = score_customers(scaled, parameters(method))
    assert_frame_equal(scaled_result, result)


@given(facts, bandings)
def test_one_customer_alone_is_scored_as_in_the_run(rows, method):
    result, cut_points = score_customers(rows, parameters(method))
    stored = json.loads(json.dumps(cut_points, allow_nan=False))
    assert_frame_equal(score_with(rows, parameters(method), stored), result)
    for position in range(len(rows)):
        one = slice(position, position + 1)
        assert_frame_equal(score_with(rows[one], parameters(method), stored), result[one])


@given(facts, bandings)
def test_equal_values_get_equal_scores_and_more_is_never_worse(rows, method):
    result, _ = score_customers(rows, parameters(method))
    scored = result.join(rows[["recency_days", "order_count", "revenue"]])[rows["lifetime_order_count"] > 0]
    inside = scored[scored["order_count"] > 0]
    for table, score, value, ascending in (
        (scored, "recency_score", "recency_days", False),
        (inside, "frequency_score", "order_count", True),
        (inside, "monetary_score", "revenue", True),
    ):
        bounds = table.groupby(value, sort=True)[score].agg(["min", "max"])
        assert (bounds["min"] == bounds["max"]).all()
        assert bounds["min"].is_monotonic_increasing if ascending else bounds["min"].is_monotonic_decreasing


@given(facts, bandings)
def test_every_customer_has_exactly_one_segment_and_class(rows, method):
    result, cut_points = score_customers(rows, parameters(method))
    scored = (rows["lifetime_order_count"] > 0).to_numpy()
    known = {one.segment for one in parameters(method).ranges}
    assert set(result["segment"][scored]) <= known
    assert set(result["abc_class"][scored]) <= set("ABC")
    assert (result["segment"][~scored] == -1).all()
    assert (result["abc_class"][~scored] == "").all()
    assert result["segment"].dtype == np.int64
    assert cut_points["customer_count"] == scored.sum()


@pytest.mark.parametrize(("count", "top"), [(1, 0), (9, 0), (10, 1), (19, 1), (20, 2), (105, 10)])
def test_the_lifetime_top_10_percent_is_at_most_a_tenth(count, top):
    rows = facts_of(*(customer(10, 1, 5.0, lifetime_revenue=float(number)) for number in range(1, count + 1)))
    _, cut_points = score_customers(rows, parameters())
    assert cut_points["lifetime_top_10"] == (count - top + 1 if top else None)


def test_cut_points_of_another_rule_are_refused():
    rows = facts_of(customer(10, 1, 5.0))
    _, cut_points = score_customers(rows, parameters())
    bandings_changed = dict.fromkeys(MEASURES, Banding("quantile")) | {"monetary": Banding("cut_offs", (1, 2, 3, 4))}
    for chosen in (parameters("mean"), parameters(bandings=bandings_changed)):
        with pytest.raises(ValueError, match="made by another rule"):
            score_with(rows, chosen, cut_points)


GOOD = {"partner_id": 1} | customer(10, 1, 5.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"partner_id": 2}, r"same partner_id as another row \(2 rows\)"),
        ({"revenue": float("nan")}, r"revenue is not a number \(1 row\)"),
        ({"lifetime_revenue": float("-inf")}, r"lifetime_revenue is not a number \(1 row\)"),
        ({"refund_total": None}, r"refund_total is not a number \(1 row\)"),
        ({"order_count": float("nan")}, r"order_count is not a number \(1 row\)"),
        ({"order_count": -1}, r"a negative order_count \(1 row\)"),
        ({"order_count": 2}, r"more purchases inside the window than ever \(1 row\)"),
        ({"last_order_day": np.nan}, r"purchases but no first or last purchase day \(1 row\)"),
        ({"first_order_day": None}, r"purchases but no first or last purchase day \(1 row\)"),
        ({"last_order_day": 989}, r"last purchase before the first \(1 row\)"),
        ({"last_order_day": 1001, "recency_days": -1}, r"last purchase after the day of scoring \(1 row\)"),
        ({"recency_days": 11}, r"recency_days is not the day of scoring minus last_order_day \(1 row\)"),
    ],
)
def test_wrong_facts_are_refused_saying_what_in_how_many_rows(wrong, sentence):
    rows = pd.DataFrame([GOOD | wrong, GOOD | {"partner_id": 2}])
    with pytest.raises(ValueError, match=sentence):
        score_customers(rows, parameters())


def test_all_that_is_wrong_is_said_at_once():
    rows = facts_of(customer(10, 1, 5.0), customer(10, 1, 5.0)).assign(revenue=np.nan, recency_days=3)
    with pytest.raises(ValueError, match=r"revenue is not a number \(2 rows\); recency_days is not"):
        score_customers(rows, parameters())
    with pytest.raises(ValueError, match="no column order_count, revenue"):
        score_customers(rows.drop(columns=["revenue", "order_count"]), parameters())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"weights": (0, 0, 0)}, ValueError),
        ({"share_a": 96.0}, ValueError),
        ({"bands": 1}, ValueError),
        ({"ranges": []}, SchemeError),
    ],
)
def test_wrong_parameters_are_refused_even_without_customers(changes, error):
    with pytest.raises(error):
        score_customers(facts_of(), parameters(**changes))
