"""Stages day by day, against hand-made histories and against a plain machine that lives through every day."""

import statistics
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.calendar import date_of, day_of
from scoring.lifecycle import STAGES, Limits, after_months, check_limits, next_stages, stages, turns, whole_months
from scoring.rhythm import PurchaseDays, purchase_days

START = day_of(date(2024, 1, 1))
COMPANY_MEDIAN = 90.0
LAST = 731  # days after the start: 1 January 2026
HAND_MADE = {
    "weekly, stops after a year": (
        range(0, 365, 7),
        # (52 · 7 + 2 · 90) / 54 = 10.07 days: 2 × is before 30 days, 4 × after 40, 6 × after 60
        {0: "new", 91: "active", 366: "mature", 394: "at_risk", 405: "dormant", 425: "lost"},
    ),
    "monthly": (range(0, 732, 30), {0: "new", 91: "active", 366: "mature"}),
    "yearly": (
        (0, 366, 731),
        # The second order is late by what the others do; for the third, (366 + 2 · 90) / 3 = 182 days are known.
        {0: "new", 91: "active", 181: "at_risk", 361: "dormant", 366: "returning", 731: "active"},
    ),
    "irregular": (
        (0, 10, 100, 105, 300, 320, 600),
        {
            0: "new",
            91: "active",
            190: "at_risk",
            274: "dormant",  # (3 · 10 + 180) / 5 = 42 days
            300: "returning",
            320: "active",
            366: "mature",
            401: "at_risk",
            481: "dormant",
            561: "lost",  # (5 · 20 + 180) / 7 = 40 days
            600: "returning",
            728: "at_risk",  # (6 · 55 + 180) / 8 = 63.75 days
        },
    ),
    "one order": ((0,), {0: "new", 91: "active", 181: "at_risk", 361: "dormant", 541: "lost"}),
    "two orders after being lost": (
        (0, 600, 610),
        {0: "new", 91: "active", 181: "at_risk", 361: "dormant", 541: "lost", 600: "returning", 610: "active"},
    ),
    "daily, on holiday for four weeks, then silent": (
        (*range(0, 400), *range(428, 500)),
        # Judged as by a weekly rhythm: two weeks of silence are news, four weeks are long.
        {
            0: "new",
            91: "active",
            366: "mature",
            414: "at_risk",
            428: "mature",
            514: "at_risk",
            528: "dormant",
            542: "lost",
        },
    ),
    "never": ((), {}),
}


def stage_on(bought, day, company_median=COMPANY_MEDIAN, limits=Limits()):  # noqa: B008 - a tuple
    known = [one for one in bought if one <= day]
    return stages(purchase_days([0] * len(known), known, 1), company_median, day, limits)[0]


@pytest.mark.parametrize("name", HAND_MADE)
def test_hand_made_customers_day_by_day_over_two_years(name):
    bought, changes = HAND_MADE[name]
    found, before = {}, "prospect"
    for day in range(LAST + 1):
        stage = stage_on([START + one for one in bought], START + day)
        if stage != before:
            found[day] = before = stage
    assert found == changes


def test_all_at_once_is_each_alone():
    rows = [(number, START + day) for number, (bought, _changes) in enumerate(HAND_MADE.values()) for day in bought]
    for day in range(START, START + LAST + 1, 17):
        known = [row for row in rows if row[1] <= day]
        together = stages(
            purchase_days([who for who, _day in known], [when for _who, when in known], len(HAND_MADE)),
            COMPANY_MEDIAN,
            day,
        )
        alone = [stage_on([START + one for one in bought], day) for bought, _changes in HAND_MADE.values()]
        assert together.tolist() == alone


class Machine:
    """Lives through the days one by one and remembers whether the customer came back."""

    def __init__(self, company_median, limits):
        self.company_median, self.limits = company_median, limits
        self.bought, self.returning, self.stage = [], False, "prospect"

    def live(self, day, buys):
        if buys:
            self.returning = self.stage in ("dormant", "lost")
            self.bought.append(day)
        self.stage = self.judge(day)
        return self.stage

    def judge(self, day):
        if not self.bought:
            return "prospect"
        limits, silence = self.limits, day - self.bought[-1]
        gaps = [later - earlier for earlier, later in pairwise(self.bought)]
        own = statistics.median(gaps) if gaps else 0
        gap = (len(gaps) * own + 2 * self.company_median) / (len(gaps) + 2)
        floor = limits.at_risk_minimum_days
        late = silence >= (min(floor, max(7, 3 * gap)) if len(gaps) >= 6 else floor)
        gap = max(gap, 7)
        long_ago = date_of(self.bought[-1]) + relativedelta(months=limits.lost_months) < date_of(day)
        old = date_of(self.bought[0]) + relativedelta(months=limits.mature_months) <= date_of(day)
        if day - self.bought[0] <= limits.new_days:
            return "new"
        if (late and silence > limits.lost_ratio * gap) or long_ago:
            return "lost"
        if late and silence > limits.dormant_ratio * gap:
            return "dormant"
        if late and silence > limits.at_risk_ratio * gap:
            return "at_risk"
        if self.returning:
            return "returning"
        return "mature" if old and len(self.bought) >= limits.mature_purchase_days else "active"


# Long silences and short gaps, so that all stages come up.
histories = st.lists(st.sampled_from([1, 2, 7, 29, 30, 31, 60, 90, 121, 200, 400]), max_size=9)
limits = st.builds(
    Limits,
    new_days=st.sampled_from([0, 30, 90]),
    lost_ratio=st.sampled_from([6.0, 8.5]),
    lost_months=st.sampled_from([3, 24]),
    dormant_ratio=st.sampled_from([3.3, 4.0]),
    at_risk_ratio=st.sampled_from([1.5, 2.0]),
    at_risk_minimum_days=st.sampled_from([0, 30]),
    mature_months=st.sampled_from([1, 12]),
    mature_purchase_days=st.sampled_from([1, 3, 5]),
)
medians = st.sampled_from([1.0, 7.0, 30.5, 90.0])


def days_of(gaps):
    return [START + 3 + int(total) for total in np.cumsum([0, *gaps])]


@settings(max_examples=25)
@given(histories, medians, limits)
def test_facts_alone_tell_what_living_through_every_day_tells(gaps, company_median, limits):
    bought = days_of(gaps)
    machine = Machine(company_median, limits)
    for day in range(START, bought[-1] + 300):
        expected = machine.live(day, day in bought)
        assert stage_on(bought, day, company_median, limits) == expected
        assert expected in STAGES


def silent_stages(bought, days, company_median, limits):
    """The stage on each of the days when nothing is bought any more."""
    facts = purchase_days([0] * len(bought), bought, 1)
    same = PurchaseDays(*(np.repeat(values, len(days)) for values in facts))
    return stages(same, company_median, np.array(days), limits).tolist()


@given(histories, medians, limits)
def test_a_silent_customer_only_moves_towards_lost(gaps, company_median, limits):
    bought = days_of(gaps)
    rank = {"new": 0, "returning": 1, "active": 1, "mature": 2, "at_risk": 3, "dormant": 4, "lost": 5}
    found = silent_stages(bought, range(bought[-1], bought[-1] + 900), company_median, limits)
    seen = [rank[stage] for stage in found]
    assert seen == sorted(seen)
    assert found[-1] == "lost"


@given(st.lists(histories | st.none(), min_size=1, max_size=4), st.integers(0, 400), medians, limits)
def test_the_next_stage_is_the_first_other_one_of_the_days_ahead(all_gaps, later, company_median, limits):
    """Looked up day by day, for several customers at once, of whom some have never bought."""
    bought = [days_of(gaps) if gaps is not None else [] for gaps in all_gaps]
    today = max([START, *(days[-1] for days in bought if days)]) + later
    rows = [(number, day) for number, days in enumerate(bought) for day in days]
    facts = purchase_days([number for number, _day in rows], [day for _number, day in rows], len(bought))
    ahead = range(today, today + 1500)
    for days, day, stage in zip(bought, *next_stages(facts, company_median, today, limits), strict=True):
        seen = silent_stages(days, ahead, company_median, limits)
        expected = next(((when, one) for when, one in zip(ahead, seen, strict=True) if one != seen[0]), None)
        assert (None if np.isnan(day) else (day, stage)) == expected
        assert bool(stage) == bool(expected)


@pytest.mark.parametrize("function", [stages, next_stages])
def test_a_purchase_of_tomorrow_is_refused(function):
    with pytest.raises(ValueError, match="1 customers have a purchase after"):
        function(purchase_days([0, 1], [START + 1, START], 2), 90.0, START)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lost_ratio": 4.0}, "one after the other, but the limits are 2, 4 and 4 times"),
        ({"at_risk_ratio": 0.5}, "before the usual gap is over, but the limit is 0.5"),
        ({"new_days": -1}, "new_days is -1"),
        ({"dormant_ratio": float("nan")}, "dormant_ratio is nan"),
        ({"lost_ratio": float("inf")}, "lost_ratio is inf"),
        ({"lost_months": 0}, "after 1 month at the earliest"),
        ({"mature_purchase_days": 0}, "it takes 1 purchase day at least"),
    ],
)
def test_limits_that_cannot_work_are_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        check_limits(Limits(**changes))


@given(st.dates(date(1960, 1, 1), date(2050, 12, 31)), st.integers(0, 60))
def test_months_are_those_of_the_calendar(when, months):
    assert after_months(np.array([day_of(when)]), months)[0] == day_of(when + relativedelta(months=months))


@given(st.dates(date(1971, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
def test_whole_months_are_counted_on_the_calendar(first, later):
    """The greatest number of months after which the day is not later, tried one by one."""
    last = first + timedelta(days=later)
    counted = max(months for months in range(120) if first + relativedelta(months=months) <= last)
    assert whole_months(np.array([day_of(first)]), day_of(last)).tolist() == [counted]


def test_exactly_twelve_months_are_twelve():
    first, last = day_of(date(2023, 3, 1)), day_of(date(2024, 2, 29))
    assert whole_months(np.array([first, first]), np.array([last, last + 1])).tolist() == [11, 12]


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=12),
    st.sampled_from((10.0, 45.0, 90.0)),
    st.integers(0, 900),
)
@settings(max_examples=150, deadline=None)
def test_the_days_on_which_a_silent_customer_turns_are_those_on_which_its_stage_does(bought, company_median, later):
    last = START + max(bought)
    days = purchase_days([0] * len(bought), [START + day for day in bought], 1)
    found = turns(days, company_median, last)
    assert (found.slipping <= found.silent).all()
    assert (found.silent <= found.gone).all()
    stage = stages(days, company_median, last + later)[0]
    assert (last + later >= found.gone[0]) == (stage == "lost")
    assert (last + later >= found.silent[0]) == (stage in ("dormant", "lost"))
    assert (last + later >= found.slipping[0]) == (stage in ("at_risk", "dormant", "lost"))
