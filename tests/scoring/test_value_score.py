"""Ranks, weights and points of the value score, whatever the values are."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.value_points import LEFT_OUT, read_codes
from scoring.value_score import (
    NOT_SCORED,
    Indicator,
    check_weights,
    knots_of,
    rank_codes,
    ranked,
    value_bands,
    value_scores,
)

NAN = float("nan")
number = st.one_of(st.integers(-50, 50).map(float), st.floats(-1e9, 1e9))
numbers = st.lists(number, min_size=1, max_size=60)
with_gaps = st.lists(st.one_of(number, st.just(NAN)), min_size=1, max_size=60)
missing = st.sampled_from(["worst", "neutral", "left_out"])


def ranks_of(values, higher_is_better=True, missing="neutral"):
    return ranked(values, knots_of(values, higher_is_better), Indicator(100, higher_is_better, missing)).rank


def rank_by_counting(value, values, higher_is_better=True):
    worse = sum(other < value for other in values)
    better = sum(other > value for other in values)
    if not higher_is_better:
        worse, better = better, worse
    return math.floor(round(100 * worse / (worse + better), 9) + 0.5) if worse + better else 50


@given(numbers, st.booleans())
def test_the_rank_is_the_share_of_worse_among_those_who_differ(values, higher_is_better):
    counted = [rank_by_counting(value, values, higher_is_better) for value in values]
    assert ranks_of(values, higher_is_better).tolist() == counted


@given(numbers, st.randoms())
def test_the_order_of_customers_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    shuffled = [values[position] for position in order]
    assert ranks_of(shuffled).tolist() == ranks_of(values)[order].tolist()


@given(numbers)
def test_more_is_never_worse_and_ties_share(values):
    ranks = ranks_of(values)
    for value, rank in zip(values, ranks, strict=True):
        for other, other_rank in zip(values, ranks, strict=True):
            if value == other:
                assert rank == other_rank
            elif value > other:
                assert rank >= other_rank
    if len(set(values)) > 1:
        assert (ranks.min(), ranks.max()) == (0, 100)


@pytest.mark.parametrize("size", [500, 20_000])
@pytest.mark.parametrize("higher_is_better", [True, False])
def test_many_different_values_are_ranked_exactly(size, higher_is_better):
    random = np.random.default_rng(7)
    for values in (random.normal(size=size), random.geometric(0.3, size).astype(float)):
        knots = knots_of(values, higher_is_better)
        assert len(knots) <= 202
        indicator, ordered = Indicator(100, higher_is_better), np.sort(values)
        for asked, tolerance in ((values, 0), (values + 0.3, 1)):  # which nobody had, and so have no rank of their own
            lower = np.searchsorted(ordered, asked, side="left")
            higher = size - np.searchsorted(ordered, asked, side="right")
            worse = lower if higher_is_better else higher
            exact = (200 * worse + lower + higher) // (2 * (lower + higher))  # halves up, in whole numbers
            assert np.abs(ranked(asked, knots, indicator).rank - exact).max() <= tolerance


@given(with_gaps, missing, st.booleans())
def test_one_customer_alone_gets_what_the_run_gave(values, rule, higher_is_better):
    knots, indicator = knots_of(values, higher_is_better), Indicator(100, higher_is_better, rule)
    together = ranked(values, knots, indicator)
    for position, value in enumerate(values):
        alone = ranked([value], knots, indicator)
        assert [part[0] for part in alone] == [part[position] for part in together]


@given(numbers, number)
def test_a_value_nobody_had_lies_between_its_neighbours(values, value):
    assume(value not in values)
    rank = ranked([value], knots_of(values), Indicator(100)).rank[0]
    ranks = ranks_of(values)
    below = [rank for rank, known in zip(ranks, values, strict=True) if known < value]
    above = [rank for rank, known in zip(ranks, values, strict=True) if known > value]
    assert max(below, default=0) <= rank <= min(above, default=100)


@pytest.mark.parametrize(
    ("rule", "score"), [("worst", 50), ("neutral", 75), ("left_out", 100)]
)  # the other half of the weight has rank 100
def test_what_a_missing_value_counts(rule, score):
    known = ranked([1.0, 9.0], knots_of([1.0, 9.0]), Indicator(50))
    gap = ranked([3.0, NAN], knots_of([3.0, 5.0]), Indicator(50, missing=rule))
    assert value_scores([known, gap], [50, 50])[1] == score


def test_nothing_known_is_no_score():
    gaps = ranked([NAN, 1.0], knots_of([NAN, 1.0]), Indicator(100, missing="left_out"))
    assert value_scores([gaps], [100]).tolist() == [NOT_SCORED, 50]
    assert value_bands(value_scores([gaps], [100]), 34, 67).tolist() == [0, 2]


def test_nobody():
    nobody = ranked([], knots_of([]), Indicator(100))
    assert value_scores([nobody], [100]).tolist() == []
    assert rank_codes([nobody, nobody]).tolist() == []


def test_values_of_an_indicator_nobody_had_are_missing():
    assert ranked([5.0], [], Indicator(100, missing="worst")).rank.tolist() == [0]


weights = st.lists(st.integers(1, 60), min_size=1, max_size=6)


@given(weights, st.data())
def test_points_add_up_to_the_score(parts, data):
    customers = data.draw(st.integers(1, 12))
    values = [
        data.draw(st.lists(st.one_of(number, st.just(NAN)), min_size=customers, max_size=customers)) for _ in parts
    ]
    rules = [Indicator(weight, data.draw(st.booleans()), data.draw(missing)) for weight in parts]
    columns = [
        ranked(column, knots_of(column, rule.higher_is_better), rule)
        for column, rule in zip(values, rules, strict=True)
    ]
    scores = value_scores(columns, parts)
    for score, codes in zip(scores, rank_codes(columns), strict=True):
        contributed = read_codes(codes.decode(), parts)
        possible = sum(part.possible for part in contributed)
        if score == NOT_SCORED:
            assert all(part.mark == LEFT_OUT for part in contributed)
            assert possible == 0
        else:
            assert 0 <= score <= 100
            assert possible == pytest.approx(100)
            assert abs(sum(part.points for part in contributed) - score) <= 0.5 + 1e-6
            assert all(0 <= part.points <= part.possible + 1e-9 for part in contributed)


@given(numbers, st.integers(1, 99))
def test_a_better_value_never_lowers_the_score(values, weight):
    other = ranked([1.0] * len(values), knots_of([1.0, 2.0]), Indicator(100 - weight))
    part = ranked(values, knots_of(values), Indicator(weight))
    scores = value_scores([part, other], [weight, 100 - weight])
    for score, value in zip(scores, values, strict=True):
        assert all(score >= lower for lower, known in zip(scores, values, strict=True) if known <= value)


@pytest.mark.parametrize(
    ("parts", "message"),
    [([], "add up to 0;"), ([60, 41], "add up to 101;"), ([101, -1], "is -1;"), ([100, NAN], "each must be above 0")],
)
def test_weights_that_do_not_add_up_are_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        check_weights([Indicator(weight) for weight in parts])


def test_weights_that_add_up_as_people_count():
    assert check_weights([Indicator(weight) for weight in (33.3, 33.3, 33.4)]) == 100


@pytest.mark.parametrize("limits", [(67, 34), (0, 50), (50, 101), (50, 50)])
def test_limits_that_do_not_ascend_are_refused(limits):
    with pytest.raises(ValueError, match="must ascend"):
        value_bands(np.array([1]), *limits)
