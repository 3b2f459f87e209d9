"""Closed days, known and found, against plain counting."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import day_of
from scoring.closed_days import NO_CLOSED_DAYS, _maximal_runs, closed_days, found_closed_days, quiet_runs
from scoring.lifecycle import silence, stages
from scoring.own_rhythm import scores, usual_limits
from scoring.rhythm import company_median_gap, overdue_ratio, purchase_days

runs = st.lists(st.tuples(st.integers(-40, 120), st.integers(0, 30)).map(lambda run: (run[0], sum(run))), max_size=5)
LIMITS = usual_limits(5, 2, 4)


@given(runs, st.integers(-60, 200), st.integers(1, 100))
def test_open_numbers_are_counted_one_by_one(closed_runs, day, more):
    closed = closed_days(closed_runs)
    shut = {one for first, last in closed_runs for one in range(first, last + 1)}
    begin = -100
    counted = begin + sum(one not in shut for one in range(begin + 1, day + 1))
    assert closed.open_number(day) == counted
    later, left = day, more
    while left:
        later += 1
        left -= later not in shut
    assert closed.later(day, more) == later


@given(runs)
def test_the_runs_are_apart_and_hold_the_same_days(closed_runs):
    joined = closed_days(closed_runs).runs()
    days = [day for first, last in joined for day in range(first, last + 1)]
    assert sorted({day for first, last in closed_runs for day in range(first, last + 1)}) == days
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(joined))


def test_a_run_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="from 9 to 8"):
        closed_days([(9, 8)])


def shop(customers=60, days=700, seed=5):
    """Purchases of customers of many rhythms, on working days: customer and day of each."""
    random = np.random.default_rng(seed)
    who, when = [], []
    for customer in range(customers):
        gap, day = random.uniform(6, 40), random.uniform(0, 40)
        while day < days:
            if int(day) % 7 not in (5, 6):
                who.append(customer)
                when.append(int(day))
            day += gap * random.uniform(0.7, 1.3)
    return np.array(who), np.array(when)


def closed_for_three_weeks(when, begins=500):
    """The same purchases, all from a day on three weeks later."""
    return np.where(when >= begins, when + 21, when)


def judged(who, when, as_of, closed):
    days = purchase_days(who, when, 60, closed)
    median = company_median_gap(days.median_gap)
    stage = stages(days, median, as_of, closed=closed).tolist()
    return stage, scores(silence(days, median, as_of, closed=closed), LIMITS, 5, 2).tolist()


@pytest.mark.parametrize("later", [0, 1, 5, 30, 90, 199])
def test_three_weeks_of_the_calendar_change_no_stage_and_no_score(later):
    who, when = shop()
    known = when <= 500 + later
    before = judged(who[known], when[known], 500 + later, NO_CLOSED_DAYS)
    shifted = closed_for_three_weeks(when[known])
    closed = found_closed_days(shifted, [(500, 520)])
    assert closed.runs() == [[500, 520]]
    assert judged(who[known], shifted, 521 + later, closed) == before


def test_nobody_gets_older_while_the_shop_is_closed():
    who, when = shop()
    known = when < 500
    closed = closed_days([(500, 520)])
    everything = [judged(who[known], when[known], day, closed) for day in range(499, 521)]
    assert all(one == everything[0] for one in everything)
    days = purchase_days(who[known], when[known], 60, closed)
    overdue = [overdue_ratio(days.last_day, np.full(60, 30.0), day, closed).tolist() for day in (499, 520)]
    assert overdue[0] == overdue[1]


def test_three_weeks_without_anybody_are_found_when_they_are_over():
    _who, when = shop()
    shifted = closed_for_three_weeks(when)
    (run,) = quiet_runs(shifted)
    assert run[0] in range(496, 501) and run[1] in range(520, 525)  # with the weekends around them
    assert quiet_runs(shifted[shifted < 500]) == []
    assert quiet_runs(when) == []


def test_a_few_who_buy_all_the_same_do_not_open_the_shop():
    _who, when = shop(customers=300)
    shifted = np.append(closed_for_three_weeks(when), [504, 511, 512])
    (run,) = quiet_runs(shifted)
    assert run[0] in range(496, 501) and run[1] in range(520, 525)


@pytest.mark.parametrize(
    "when",
    [
        pytest.param([day for month in range(0, 1000, 30) for day in [month] * 40], id="bills once a month"),
        pytest.param([0] * 50 + [400] * 50, id="two days of orders"),
        pytest.param(list(range(0, 700, 3)), id="too few to expect any"),
        pytest.param([int(day) for day in np.sqrt(np.linspace(0, 700**2, 9000))], id="grows"),
        pytest.param([int(day) for day in 700 - np.sqrt(np.linspace(60**2, 700**2, 9000))], id="shrinks"),
        pytest.param([], id="nobody"),
    ],
)
def test_a_shop_that_was_open_is_not_closed(when):
    assert quiet_runs(when) == []


@given(st.lists(st.integers(-4, 4), max_size=30))
def test_runs_are_the_maximal_ones(points):
    """As defined: the highest-scoring run, and the same again on both sides of it."""

    def expected(begin, end):
        spans = [(sum(points[b:e]), b - e, -b, b, e) for b in range(begin, end) for e in range(b + 1, end + 1)]
        score, _length, _first, b, e = max(spans, default=(0, 0, 0, 0, 0))
        return [*expected(begin, b), (b, e - 1), *expected(e, end)] if score > 0 else []

    found = _maximal_runs(np.array(points, dtype=float))
    assert [sum(points[b : e + 1]) for b, e in found] == [sum(points[b : e + 1]) for b, e in expected(0, len(points))]


def test_weekends_are_no_closed_days():
    working = [day for day in range(700) if day % 7 < 5 for _purchase in range(20)]
    assert quiet_runs(working) == []


def test_weekdays_are_those_of_the_calendar_after_a_closure():
    """Open numbers after closed days are other weekdays than the same numbers without."""
    begins = day_of(date(2025, 1, 1))
    working = [day for day in range(begins, begins + 500) if day % 7 < 5 for _purchase in range(20)]
    closed = [begins + 200, begins + 209]
    sold = [day for day in working if not closed[0] <= day <= closed[1]]
    assert found_closed_days(sold, [closed]).runs() == [closed]
