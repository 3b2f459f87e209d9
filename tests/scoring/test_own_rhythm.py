"""Recency by own rhythm says what the stage says, for any history; the segments by it cannot contradict the stage."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.closed_days import closed_days
from scoring.lifecycle import Limits, silence, stages, turning_days
from scoring.own_rhythm import scores, usual_limits
from scoring.pipeline import score_customers
from scoring.rfm import Banding
from scoring.rhythm import PurchaseDays, company_median_gap, purchase_days
from scoring.transactions import facts_at, ordered

from .builders import BY_OWN_RHYTHM, MEASURES, customer, facts_of, numbered, parameters

AS_OF_DAY = 2000
SLIPPING = {"At Risk", "Can't Lose Them", "Hibernating"}
ON_TIME = {"Champions", "Loyal", "Potential Loyalist", "New", "Promising", "Need Attention", "About to Sleep"}

gaps = st.sampled_from([1, 1, 2, 3, 5, 7, 8, 14, 30, 31, 45, 90, 200, 400])
one_history = st.tuples(st.integers(0, 900), st.lists(gaps, max_size=12)).map(
    lambda drawn: (AS_OF_DAY - drawn[0] - np.cumsum([0, *drawn[1]])).tolist()
)
histories = st.lists(one_history, min_size=1, max_size=8)
three_weeks = st.lists(st.integers(500, AS_OF_DAY).map(lambda first: (first, first + 20)), max_size=2)


def rows_of(all_days):
    return [number for number, days in enumerate(all_days) for _day in days], [day for days in all_days for day in days]


def scored(all_days, closed, amount=lambda number, day: 10.0 * (number + 1)):
    """Segment, stage and R of each customer, by the default rules of a new company."""
    who, when = rows_of(all_days)
    bought = ordered(who, when, [amount(*row) for row in zip(who, when, strict=True)], np.ones(len(who)))
    found = facts_at(bought, AS_OF_DAY, AS_OF_DAY - 365, 2)
    days = purchase_days(who, when, len(all_days), closed)
    median = company_median_gap(days.median_gap)
    stage = stages(days, median, AS_OF_DAY, closed=closed)
    found = found.assign(**silence(days, median, AS_OF_DAY, closed=closed)._asdict(), is_gone=stage == "lost")
    ranges, names = numbered(BY_OWN_RHYTHM)
    bandings = dict.fromkeys(MEASURES, Banding("quantile")) | {
        "recency": Banding("own_rhythm", usual_limits(5, 2, 4), 2.0)
    }
    chosen = parameters(ranges=ranges, bandings=bandings, as_of_day=AS_OF_DAY, window_start_day=AS_OF_DAY - 365)
    result, _cut_points = score_customers(found, chosen)
    return [
        (names[segment], stage, score)
        for segment, stage, score in zip(result["segment"], stage.tolist(), result["recency_score"], strict=True)
    ]


@given(histories, three_weeks)
def test_a_segment_never_contradicts_the_stage(all_days, closed):
    for segment, stage, score in scored(all_days, closed_days(closed)):
        assert (segment == "Lost") == (stage == "lost")
        if stage in ("at_risk", "dormant"):
            assert segment in SLIPPING
        elif stage != "lost":
            assert segment in ON_TIME
        assert (score < 3) == (stage in ("at_risk", "dormant", "lost")) or stage == "lost"
        assert stage != "dormant" or score == 1


@given(one_history, st.sampled_from([7.0, 30.5, 90.0]), three_weeks, st.integers(2, 9))
def test_silence_never_raises_recency_and_lowers_it_on_the_days_named(bought, median, closed, bands):
    closed, limits = closed_days(closed), usual_limits(bands, 2, 4)
    days = purchase_days([0] * len(bought), bought, 1, closed)
    each_day = PurchaseDays(*(np.repeat(values, 400) for values in days))
    ahead = np.arange(AS_OF_DAY, AS_OF_DAY + 400)
    found = scores(silence(each_day, median, ahead, closed=closed), limits, bands, 2).tolist()
    assert all(later <= earlier for earlier, later in pairwise(found))
    named = {int(day[0]) for day in turning_days(days, median, AS_OF_DAY, limits, Limits(), closed)}
    changes = {AS_OF_DAY + at for at in range(1, 400) if found[at] != found[at - 1]}
    assert changes <= named


@given(st.integers(2, 9), st.floats(1.1, 5), st.floats(0.1, 9))
def test_limits_ascend_and_put_three_of_five_at_the_end_of_being_on_time(bands, at_risk, more):
    limits = usual_limits(bands, at_risk, at_risk + more)
    assert len(limits) == bands - 1
    assert list(limits) == sorted(set(limits))
    assert at_risk in limits
    assert bands == 2 or limits[-1] == at_risk + more


def test_a_daily_buyer_is_news_after_two_weeks_and_a_weekend_is_none():
    bought = list(range(AS_OF_DAY - 30, AS_OF_DAY))
    days = purchase_days([0] * 30, bought, 1)
    by_silence = {
        silent: int(scores(silence(days, 30.0, AS_OF_DAY - 1 + silent, Limits(new_days=0)), (1, 1.5, 2, 4), 5, 2)[0])
        for silent in (3, 7, 8, 14, 15, 28, 29)
    }
    assert by_silence == {3: 5, 7: 5, 8: 4, 14: 3, 15: 2, 28: 2, 29: 1}


def test_who_is_new_is_not_judged_below_three():
    days = purchase_days([0], [AS_OF_DAY - 90], 1)
    new, not_new = (
        scores(silence(days, 7.0, AS_OF_DAY + later), usual_limits(5, 2, 4), 5, 2).tolist() for later in (0, 1)
    )
    assert (new, not_new) == ([3], [1])


def test_facts_without_a_rhythm_are_refused():
    chosen = {"recency": Banding("own_rhythm", (1, 1.5, 2, 4), 2.0)}
    with pytest.raises(ValueError, match="no column silence_days"):
        score_customers(facts_of(customer(1, 1, 5.0)), parameters(bandings=parameters().bandings | chosen))
    with pytest.raises(ValueError, match="Only recency"):
        by_silence = dict.fromkeys(MEASURES, chosen["recency"])
        score_customers(facts_of(customer(1, 1, 5.0)), parameters(bandings=by_silence))
    with pytest.raises(ValueError, match="5 bands need 4 limits, but there are 2"):
        scores(silence(purchase_days([], [], 0), 30.0, 1), (2, 3), 5, 2)
