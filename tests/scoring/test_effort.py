import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.effort import (
    TOO_LITTLE,
    TOO_MUCH,
    cadence_days,
    check_weights,
    directions,
    index,
    owners,
    shares,
    weighted,
    worst,
)

counts = st.integers(0, 500)
cents = st.integers(-(10**7), 10**9)
customers = st.lists(st.tuples(counts, cents), max_size=40)


def both_shares(rows):
    effort = shares([count for count, _cents in rows])
    revenue = shares([cents / 100 for _count, cents in rows])
    return effort, revenue


@given(customers)
def test_shares_are_percentages_of_the_whole(rows):
    for found in both_shares(rows):
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(100) or not found.any()


@given(customers, st.floats(0.001, 1000))
def test_scale_does_not_matter(rows, factor):
    amounts = np.array([cents for _count, cents in rows], dtype=float)
    assert shares(amounts * factor) == pytest.approx(shares(amounts))


@given(customers, st.randoms())
def test_order_of_the_customers_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    for direction in (TOO_MUCH, TOO_LITTLE):
        found = []
        for some in (rows, shuffled):
            positions, ranks = worst(*both_shares(some), direction)
            found.append(sorted(zip(ranks.tolist(), (some[position] for position in positions), strict=True)))
        assert found[0] == found[1]


@given(customers)
def test_directions_are_as_defined(rows):
    effort, revenue = both_shares(rows)
    if not effort.any() or not revenue.any():
        assert not any(directions(effort, revenue))
        return
    for part, share, direction in zip(effort, revenue, directions(effort, revenue), strict=True):
        ratio = part / share if share else math.inf if part else None
        assume(ratio is None or all(abs(ratio - limit) > 1e-6 for limit in (0.5, 2)))
        expected = "" if ratio is None else TOO_MUCH if ratio > 2 else TOO_LITTLE if ratio < 0.5 else ""
        assert direction == expected


@given(customers, st.sampled_from([TOO_MUCH, TOO_LITTLE]))
def test_ranks_by_definition(rows, direction):
    """A customer's rank is one more than the number of customers whose shares lie farther apart."""
    effort, revenue = both_shares(rows)
    positions, ranks = worst(effort, revenue, direction)
    assert sorted(positions.tolist()) == np.flatnonzero(directions(effort, revenue) == direction).tolist()
    apart = [round(abs(effort[position] - revenue[position]), 9) for position in positions]
    assert ranks.tolist() == [1 + sum(other > one for other in apart) for one in apart]
    assert apart == sorted(apart, reverse=True)


@given(customers, st.integers(0, 10), st.sampled_from([TOO_MUCH, TOO_LITTLE]))
def test_limit_cuts_between_ranks_only(rows, limit, direction):
    effort, revenue = both_shares(rows)
    every, some = worst(effort, revenue, direction), worst(effort, revenue, direction, limit)
    assert some.positions.tolist() == every.positions[every.ranks <= limit].tolist()


def test_equal_customers_share_a_rank():
    positions, ranks = worst([30, 30, 20, 20], [0, 0, 50, 50], TOO_MUCH, limit=1)
    assert (positions.tolist(), ranks.tolist()) == ([0, 1], [1, 1])
    assert worst([30, 30, 20, 20], [0, 0, 50, 50], TOO_LITTLE).ranks.tolist() == [1, 1]
    # Each 2.1 points apart, which binary numbers cannot say exactly.
    assert worst([4.2, 2.4, 2.8], [2.1, 0.3, 0.7], TOO_MUCH).ranks.tolist() == [1, 1, 1]


def test_exactly_twice_and_half_are_mismatches():
    assert directions([20, 10, 19.9, 10.1], [10, 20, 10, 20]).tolist() == [TOO_MUCH, TOO_LITTLE, "", ""]
    assert directions([0.2, 0.3 / 3], [0.1, 0.2]).tolist() == [TOO_MUCH, TOO_LITTLE]


def test_nothing_to_compare():
    assert shares([]).size == 0
    assert shares([0, -5]).tolist() == [0, 0]
    assert worst([], [], TOO_MUCH).positions.size == 0
    assert math.isnan(index([0], [0])[0])
    assert directions([0], [0]).tolist() == [""]


def test_huge_amounts():
    assert shares([1e308, 1e308]).tolist() == [50, 50]


@given(st.dictionaries(st.sampled_from("abc"), st.lists(counts, min_size=3, max_size=3), min_size=1))
def test_weights_add_up(by_channel):
    weights = {"a": 1, "b": 3, "c": 0.5}
    expected = [sum(weights[name] * column[row] for name, column in by_channel.items()) for row in range(3)]
    assert weighted(by_channel, weights).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("weights", [{"a": -1}, {"a": 0}, {"a": math.nan}, {"a": math.inf}, {}])
def test_weights_that_cannot_be_used(weights):
    with pytest.raises(ValueError, match="weight"):
        check_weights(weights)


def test_other_input_that_is_refused():
    with pytest.raises(ValueError, match="No weight for fax"):
        weighted({"fax": [1]}, {"call": 1})
    with pytest.raises(ValueError, match="1 of 2 amounts"):
        shares([1, math.nan])
    with pytest.raises(ValueError, match="'sideways'"):
        worst([1], [1], "sideways")


@given(st.dictionaries(st.integers(1, 9), cents))
def test_owners_are_the_fewest_that_cover_half(revenues):
    found = owners(revenues, limit=9)
    total = sum(max(revenue, 0) for revenue in revenues.values())
    assert [revenues[owner] for owner, _share in found] == sorted(
        (revenue for revenue in revenues.values() if revenue > 0), reverse=True
    )[: len(found)]
    assert bool(found) == (total > 0)
    if found:
        assert sum(share for _owner, share in found) >= 50 - 1e-6
        assert sum(share for _owner, share in found[:-1]) < 50 + 1e-6


def test_owners_are_few():
    assert [owner for owner, _share in owners(dict.fromkeys(range(20), 1.0))] == [0, 1, 2]
    assert owners({1: 0.0, 2: -5.0}) == []


@pytest.mark.parametrize(
    ("days", "customers", "contacts", "expected"),
    [(92, 4, 8, 46), (92, 1, 1000, 1), (92, 0, 5, None), (92, 5, 0, None), (90, 3, 0.5, 540)],
)
def test_cadence(days, customers, contacts, expected):
    assert cadence_days(days, customers, contacts) == expected
