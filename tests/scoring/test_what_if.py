"""What is foretold of one customer is what scoring everybody says once it has come true."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import lifecycle, own_rhythm, what_if
from scoring.calendar import months_before
from scoring.closed_days import closed_days
from scoring.lifecycle import Limits
from scoring.pipeline import score_customers, score_with
from scoring.rfm import Banding
from scoring.rhythm import purchase_days
from scoring.rounding import half_up
from scoring.segment_range import SegmentRange, segment_at, splits_frequency_and_money
from scoring.segments import lookup_table
from scoring.transactions import facts_at, last_window, ordered
from scoring.what_if import Chance, History, Rhythm, Rules

from .builders import AS_OF_DAY, BY_OWN_RHYTHM, EIGHT_CLASSES, ELEVEN_SEGMENTS, MEASURES, facts, numbered, parameters

WINDOW_MONTHS = 12
CUT_OFFS = {"recency": (30, 90, 180, 365), "frequency": (1, 2, 4, 8), "monetary": (100, 500, 1000, 9000.5)}

cents = st.integers(1, 500_000).map(lambda amount: amount / 100)
recent_days = st.integers(AS_OF_DAY - 900, AS_OF_DAY)
purchases = st.tuples(recent_days, cents, st.just(True))
refunds = st.tuples(recent_days, cents.map(lambda amount: -amount), st.just(False))
histories = st.tuples(st.lists(purchases, min_size=1, max_size=12), st.lists(refunds, max_size=3)).map(
    lambda both: [*both[0], *both[1]]
)


@st.composite
def runs(draw):
    """The parameters of a run, the cut points it left behind, as JSON gives them back, and both as rules."""
    method = draw(st.sampled_from(["quantile", "mean", "cut_offs", "own_rhythm"]))
    chosen = parameters("mean" if method == "mean" else "quantile")
    if method == "own_rhythm":
        return draw(runs_by_own_rhythm(chosen))
    if method == "cut_offs":
        chosen = replace(chosen, bandings={measure: Banding("cut_offs", CUT_OFFS[measure]) for measure in MEASURES})
    _scores, cut_points = score_customers(draw(facts), chosen)
    cut_points = json.loads(json.dumps(cut_points))
    return chosen, cut_points, Rules(cut_points, chosen.ranges, WINDOW_MONTHS, 2, draw(st.booleans()))


@st.composite
def runs_by_own_rhythm(draw, chosen):
    """The same for recency by own rhythm and the scheme that asks who is gone."""
    found, limits = draw(facts), draw(st.sampled_from([Limits(), Limits(new_days=0, at_risk_minimum_days=0)]))
    ratios = draw(st.sampled_from([own_rhythm.usual_limits(5, 2, 4), (0.5, 1.0, 1.7, 3.0)]))
    bandings = {**chosen.bandings, "recency": Banding("own_rhythm", ratios, limits.at_risk_ratio)}
    chosen = replace(chosen, bands=5, bandings=bandings, ranges=numbered(BY_OWN_RHYTHM)[0])
    silence = {"silence_days": found["recency_days"], "judged_gap_days": 30.0, "is_protected": False}
    _scores, cut_points = score_customers(found.assign(**silence), chosen)
    closed = closed_days(draw(st.lists(st.integers(AS_OF_DAY - 900, AS_OF_DAY + 900), max_size=2).map(three_weeks)))
    rhythm = Rhythm(draw(st.sampled_from([7.0, 30.5, 90.0])), limits, closed)
    rules = Rules(json.loads(json.dumps(cut_points)), chosen.ranges, WINDOW_MONTHS, 2, draw(st.booleans()), rhythm)
    return chosen, rules.cut_points, rules


def three_weeks(begins):
    return [(begin, begin + 20) for begin in begins]


def with_rhythm(found, rows, day, rules):
    """The facts with what is known of the rhythm."""
    if not rules.rhythm:
        return found
    bought = [when for when, _amount, is_purchase in rows if is_purchase and when <= day]
    days = purchase_days([0] * len(bought), bought, 1, rules.rhythm.closed)
    judged = lifecycle.silence(days, rules.rhythm.median_gap, day, *rules.rhythm[1:])
    stage = lifecycle.stages(days, rules.rhythm.median_gap, day, *rules.rhythm[1:])
    return found.assign(**judged._asdict(), is_gone=stage == "lost")


def scored(rows, day, run):
    """State of one customer through the door everybody goes through; None before the first purchase."""
    chosen, cut_points, rules = run
    chosen = replace(chosen, window_start_day=months_before(day, WINDOW_MONTHS), as_of_day=day)
    days, amounts, bought = (np.array(column) for column in zip(*rows, strict=True))
    known = ordered(np.full(len(rows), 7), days, amounts, bought)
    found = facts_at(known, day, chosen.window_start_day, 2)
    if not len(found):
        return None
    found = with_rhythm(found, rows, day, rules)
    row = score_with(found, chosen, cut_points).iloc[0]
    abc_class, last = row["abc_class"], found["last_order_day"][0]
    remembered = rules.remembers_silent and months_before(day, 24) < last
    remembered |= rules.is_by_own_rhythm and not found["is_gone"][0]
    if remembered and last <= chosen.window_start_day:
        past = last_window(known, day, WINDOW_MONTHS, 2).iloc[0]
        found = found.assign(order_count=past["order_count"], revenue=past["revenue"])
        row = score_with(found, chosen, cut_points).iloc[0]
    return (*(row[f"{measure}_score"] for measure in MEASURES), row["segment"], abc_class)


@given(runs(), histories, st.integers(AS_OF_DAY - 900, AS_OF_DAY + 900))
def test_the_state_on_any_day_is_what_scoring_says(run, rows, day):
    assert what_if.state_on(History(rows), day, run[2]) == scored(rows, day, run)


@given(runs(), histories, cents, st.integers(0, 120), st.data())
def test_orders_lead_where_they_are_said_to_lead(run, rows, amount, days, data):
    ranks = {one.segment: -one.segment for one in run[0].ranges}
    now = scored(rows, AS_OF_DAY, run)
    best = ranks[now[3]]
    for chance in what_if.chances(History(rows), AS_OF_DAY, AS_OF_DAY + days, amount, ranks, run[2]):
        assert ranks[chance.segment] > best
        best = ranks[chance.segment]
        assert AS_OF_DAY <= chance.until_day <= AS_OF_DAY + days
        when = st.integers(AS_OF_DAY, chance.until_day)
        placed = data.draw(st.lists(when, min_size=chance.orders, max_size=chance.orders))
        new = [(day, amount, True) for day in placed]
        assert scored([*rows, *new], max(placed), run)[3] == chance.segment
        fewer = [(AS_OF_DAY, amount, True)] * (chance.orders - 1)
        assert ranks[scored([*rows, *fewer], AS_OF_DAY, run)[3]] < best


@given(runs(), histories, st.lists(st.integers(1, 1200), min_size=1, max_size=8))
def test_silence_changes_nothing_but_on_the_days_named(run, rows, later):
    history = History(rows)
    changes = dict(what_if.quiet_states(history, AS_OF_DAY, AS_OF_DAY + 1200, run[2]))
    named = [day for change in changes for day in (change - 1, change)]
    for day in {*(AS_OF_DAY + days for days in later), *named}:
        since = [change for change in changes if change <= day]
        expected = changes[max(since)] if since else what_if.state_on(history, AS_OF_DAY, run[2])
        assert scored(rows, day, run) == expected


def test_an_order_of_today_must_still_be_in_the_window():
    points = {
        "bands": 2,
        "methods": dict.fromkeys(MEASURES, "cut_offs"),
        "recency": [30.0],
        "frequency": [2.0],
        "monetary": [0.0],
        "abc": {"a": None, "b": None},
    }
    ranges = [SegmentRange(1, (1, 2), (2, 2), (1, 2), (1, 2)), SegmentRange(2, (1, 2), (1, 1), (1, 2), (1, 2))]
    history, rules = History([(990, 10.0, True)]), Rules(points, ranges, 1, 2)
    # One order is in the window until 1020: from then on it takes three instead of two.
    assert what_if.chances(history, 1000, 1010, 10.0, {1: 1}, rules) == [Chance(2, 1010, 1)]
    (chance,) = what_if.chances(history, 1000, 1060, 10.0, {1: 1}, rules)
    assert months_before(chance.until_day, 1) < 990 <= months_before(chance.until_day + 1, 1)
    assert what_if.chances(history, 1000, 1060, 10.0, {2: 1}, rules) == []


@given(runs(), histories, st.tuples(cents, cents).map(sorted), st.integers(0, 400), st.data())
def test_missing_revenue_leads_to_the_class(run, rows, limits, days, data):
    cut_points = run[1] | {"abc": {"a": half_up(3 * limits[1], 2), "b": limits[0]}}
    run = run[0], cut_points, run[2]._replace(cut_points=cut_points)
    chance = what_if.class_chance(History(rows), AS_OF_DAY, AS_OF_DAY + days, run[2])
    if not chance:
        assert scored(rows, AS_OF_DAY, run)[4] == "A"
        return
    assert chance.abc_class < scored(rows, AS_OF_DAY, run)[4]
    day = data.draw(st.integers(AS_OF_DAY, chance.until_day))
    assert scored([*rows, (day, chance.missing, True)], day, run)[4] <= chance.abc_class
    less = [*rows, (AS_OF_DAY, half_up(chance.missing - 0.01, 2), True)]
    assert scored(less, AS_OF_DAY, run)[4] > chance.abc_class


def test_no_class_above():
    rules = Rules({"abc": {"a": 10.0, "b": None}}, [], WINDOW_MONTHS, 2)
    bought = [(990, amount, True) for amount in (5.0, 10.0)]
    assert what_if.class_chance(History(bought[:1]), 1000, 1010, rules) is None
    assert what_if.class_chance(History(bought[1:]), 1000, 1010, rules) is None
    assert what_if.class_chance(History([]), 1000, 1010, rules) is None


@pytest.mark.parametrize(("ranges", "bands"), [(ELEVEN_SEGMENTS, 5), (BY_OWN_RHYTHM, 5), (EIGHT_CLASSES, 2)])
def test_one_cell_is_looked_up_as_all_are(ranges, bands):
    segments, table = lookup_table(ranges, bands)
    for position, segment in np.ndenumerate(table):
        recency, frequency, monetary = (index + 1 for index in position[:3])
        halves = bool(position[3]), not position[4]
        assert segment_at(ranges, recency, frequency, monetary, *halves) == segments[segment]
    assert splits_frequency_and_money(ranges, bands) == (bands == 2)
    assert segment_at(ranges[1:], *([bands] * 3), False) != ranges[0].segment


def test_cells_without_a_segment():
    assert segment_at(numbered(ELEVEN_SEGMENTS)[0][1:], 5, 5, 5, False) is None
