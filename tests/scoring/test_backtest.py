"""The back-test: CDNOW's hold-out figures from raw purchases, and judgement of small and odd companies."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import backtest as backtest_module
from scoring import lifecycle
from scoring.backtest import NOT_USABLE, GradeLimits, area_under_curve, backtest, grade_of
from scoring.lifetime_value import BandLimits

from .cdnow_purchases import CUT_OFF_DAY, LAST_DAY, purchases

THIRTY_NINE_WEEKS = 273


@pytest.fixture(scope="module")
def cdnow():
    return backtest(*purchases(), LAST_DAY, horizon_days=THIRTY_NINE_WEEKS)


class TestCdnow:
    def test_the_quality_that_was_measured(self, cdnow):
        """39 weeks to learn, 39 to predict."""
        assert cdnow["cut_off_day"] == CUT_OFF_DAY
        assert (cdnow["customers"], cdnow["actual_orders"], cdnow["bought"]) == (2357, 1882, 684)
        assert round(cdnow["mean_error"], 3) == 0.765
        assert round(cdnow["root_mean_square_error"], 3) == 1.607
        assert round(cdnow["area_under_curve"], 3) == 0.760
        assert round(cdnow["brier_score"], 3) == 0.161
        assert round(cdnow["top_found"], 3) == 0.558
        assert round(cdnow["top_captured"], 3) == 0.673
        assert round(cdnow["expected_orders"] / cdnow["actual_orders"] - 1, 2) == -0.16

    def test_the_naive_baseline_is_beaten(self, cdnow):
        assert round(cdnow["naive_mean_error"], 3) == 1.024
        assert round(cdnow["naive_orders"] / cdnow["actual_orders"] - 1, 2) == 0.56
        assert cdnow["mean_error"] < cdnow["naive_mean_error"]
        assert cdnow["area_under_curve"] > cdnow["naive_area_under_curve"]

    def test_revenue(self, cdnow):
        everything = purchases()
        held_out = everything.amount[everything.day > CUT_OFF_DAY].sum()
        assert cdnow["actual_revenue"] == pytest.approx(held_out)
        assert abs(cdnow["expected_revenue"] / held_out - 1) < abs(cdnow["naive_revenue"] / held_out - 1)

    def test_the_flags_hold_what_they_say(self, cdnow):
        assert cdnow["flagged_did_not_buy"] / cdnow["flagged"] > 0.8
        assert cdnow["flagged_did_not_buy"] == pytest.approx(cdnow["flagged_expected"], rel=0.06)

    def test_the_flags_follow_the_limits(self, cdnow):
        bands = BandLimits(medium_risk=0.5, high_risk=0.85)
        strict = backtest(*purchases(), LAST_DAY, horizon_days=THIRTY_NINE_WEEKS, bands=bands)
        assert 0 < strict["flagged"] < cdnow["flagged"]
        assert strict["flagged_expected"] / strict["flagged"] > 0.845

    def test_the_grade(self, cdnow):
        assert (cdnow["grade"], cdnow["grade_reasons"]) == ("A", [])

    def test_it_is_json(self, cdnow):
        assert json.loads(json.dumps(cdnow, allow_nan=False)) == cdnow

    def test_who_was_lost_then_is_left_out(self, cdnow):
        found = backtest(*purchases(), LAST_DAY, horizon_days=THIRTY_NINE_WEEKS, stages=lifecycle.Limits())
        assert found["lost"] > 0
        assert found["customers"] + found["lost"] == cdnow["customers"]
        assert found["actual_orders"] < cdnow["actual_orders"]

    def test_neither_later_purchases_nor_the_order_of_the_rows_matter(self, cdnow):
        everything = purchases()
        shuffled = np.random.default_rng(2).permutation(everything.day.size)
        rows = [np.append(values[shuffled], 0) for values in everything]
        rows[1][-1] = LAST_DAY + 1
        again = backtest(*rows, LAST_DAY, horizon_days=THIRTY_NINE_WEEKS)
        assert {name: again[name] for name in ("grade", "bought", "flagged")} == {
            name: cdnow[name] for name in ("grade", "bought", "flagged")
        }
        assert again["expected_revenue"] == pytest.approx(cdnow["expected_revenue"])


def some_rows(customers=60, repeats=3):
    """Every second customer buys every 50 days, the others stop after a few times."""
    rows = [
        (number, number % 40 + 50 * time, 100.0 + number)
        for number in range(customers)
        for time in range(14 if number % 2 else 1 + number % repeats)
    ]
    return [np.array(values) for values in zip(*rows, strict=True)]


class TestOthers:
    def test_a_clear_case(self):
        found = backtest(*some_rows(), as_of_day=640)
        assert (found["customers"], found["bought"]) == (60, 30)
        assert found["area_under_curve"] == 1
        assert found["flagged"] == found["flagged_did_not_buy"] == 30
        assert found["grade"] == "A"

    def test_a_refund_takes_money_back_and_is_no_purchase(self):
        customer, day, amount = some_rows()
        plain = backtest(customer, day, amount, as_of_day=640)
        rows = np.append(customer, 0), np.append(day, 600), np.append(amount, -30.0)
        found = backtest(*rows, as_of_day=640)
        assert found["actual_orders"] == plain["actual_orders"]
        assert found["actual_revenue"] == plain["actual_revenue"] - 30

    @pytest.mark.parametrize(
        ("rows", "reason"),
        [
            (([], [], []), "no_customers"),
            (([0], [700], [5.0]), "no_customers"),
            (([0], [3], [5.0]), "no_repeat_purchases"),
        ],
    )
    def test_without_a_model_there_is_nothing_to_judge(self, rows, reason):
        found = backtest(*rows, as_of_day=800)
        assert (found["grade"], found["grade_reasons"]) == (NOT_USABLE, [reason])

    def test_too_few_to_judge(self):
        found = backtest(*some_rows(customers=16), as_of_day=640)
        assert (found["grade"], found["grade_reasons"]) == (
            NOT_USABLE,
            ["too_few_customers", "too_few_buyers", "too_few_non_buyers"],
        )

    def test_nobody_left_to_compare(self):
        customer, day, amount = some_rows()
        long_ago = lifecycle.Limits(new_days=0, lost_months=1, lost_ratio=6)
        found = backtest(customer, day, amount, as_of_day=3000, stages=long_ago)
        assert (found["customers"], found["lost"]) == (0, 60)
        assert found["mean_error"] is None
        assert found["area_under_curve"] is None
        assert found["grade"] == NOT_USABLE

    def test_everybody_stays_away(self):
        customer, day, amount = some_rows()
        found = backtest(customer, day, amount, as_of_day=1000)
        assert (found["bought"], found["top_found"], found["area_under_curve"]) == (0, None, None)
        assert found["grade_reasons"] == ["too_few_buyers"]

    @pytest.mark.parametrize(
        ("rows", "options", "said"),
        [
            (([0], [1], [np.nan]), {}, "1 of 1 amounts are not a number"),
            (([0], [1, 2], [5.0]), {}, "one entry a purchase each"),
            (([-1], [1], [5.0]), {}, "numbered from 0"),
            (([0], [1], [5.0]), {"horizon_days": 0}, "horizon is 0 days"),
        ],
    )
    def test_wrong_rows_are_refused(self, rows, options, said):
        with pytest.raises(ValueError, match=said):
            backtest(*rows, as_of_day=1000, **options)


GOOD = {
    "customers": 900,
    "bought": 300,
    "area_under_curve": 0.8,
    "expected_orders": 950.0,
    "actual_orders": 1000,
    "mean_error": 0.7,
    "naive_mean_error": 0.9,
    "low_confidence": [],
}


@pytest.mark.parametrize(
    ("changes", "grade", "reasons"),
    [
        ({}, "A", []),
        ({"area_under_curve": 0.75, "expected_orders": 1300.0}, "A", []),
        ({"area_under_curve": 0.749}, "B", ["ranking"]),
        ({"area_under_curve": 0.699, "expected_orders": 690.0}, "C", ["ranking"]),
        ({"expected_orders": 1501.0}, "C", ["totals"]),
        ({"expected_orders": 2100.0}, NOT_USABLE, ["totals"]),
        ({"area_under_curve": 0.59}, NOT_USABLE, ["ranking"]),
        ({"mean_error": 0.91}, "C", ["baseline"]),
        ({"low_confidence": ["few_customers"]}, "C", ["low_confidence"]),
        ({"customers": 29, "bought": 15}, NOT_USABLE, ["too_few_customers"]),
        ({"bought": 9}, NOT_USABLE, ["too_few_buyers"]),
        ({"bought": 891}, NOT_USABLE, ["too_few_non_buyers"]),
    ],
)
def test_grades_and_what_kept_from_a_better_one(changes, grade, reasons):
    assert grade_of(GOOD | changes) == (grade, reasons)


def test_own_limits_of_the_grades():
    assert grade_of(GOOD, GradeLimits(area_under_curve=(0.9, 0.85, 0.8)))[0] == "C"


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_the_area_counts_pairs(rows):
    buyers = [score for score, bought in rows if bought]
    others = [score for score, bought in rows if not bought]
    pairs = [(one > other) + 0.5 * (one == other) for one in buyers for other in others]
    found = area_under_curve([row[0] for row in rows], [row[1] for row in rows])
    assert found == pytest.approx(np.mean(pairs)) if pairs else np.isnan(found)


def test_the_best_fifth():
    predicted, actual = np.arange(10.0), np.array([9.0, 0, 0, 0, 0, 0, 0, 0, 1, 10])
    assert backtest_module._top(predicted, actual) == (0.5, 11 / 20)
