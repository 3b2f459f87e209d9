import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.similarity import FACTS, NEIGHBOURS, look_alikes, standardised

values = st.floats(0, 1e9, allow_nan=False).map(lambda value: round(value, 2))
customers = st.lists(st.tuples(*[values] * len(FACTS)), min_size=2, max_size=40)


@st.composite
def populations(draw):
    """Facts and which customers are members, at least one of them."""
    rows = draw(customers)
    members = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    members[draw(st.integers(0, len(rows) - 1))] = True
    return frame(rows), np.array(members)


def frame(rows):
    return pd.DataFrame(rows, columns=list(FACTS), dtype=float)


def by_hand(facts, members):
    """Closeness of everybody who is no member, one by one."""
    points = standardised(facts)
    closeness = {}
    for position in np.flatnonzero(~members):
        distances = sorted(
            np.sqrt(np.mean((points[position] - point) ** 2)) for point in points[np.flatnonzero(members)]
        )
        closeness[position] = 100 / (1 + np.mean(distances[:NEIGHBOURS]))
    return closeness


@given(populations())
def test_same_as_by_hand(population):
    facts, members = population
    position, closeness = look_alikes(facts, members, len(facts))
    expected = by_hand(facts, members)
    assert sorted(position) == sorted(expected)
    assert closeness == pytest.approx([expected[one] for one in position], abs=1e-6)


@given(populations(), st.integers(0, 50))
def test_nearest_first_without_members_and_at_most_the_limit(population, limit):
    facts, members = population
    position, closeness = look_alikes(facts, members, limit)
    assert not members[position].any()
    assert len(set(position)) == len(position) == len(closeness) == min(limit, (~members).sum())
    assert (np.diff(closeness) <= 1e-6).all()
    assert ((closeness > 0) & (closeness <= 100)).all()


@given(populations(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(population, random):
    facts, members = population
    order = random.sample(range(len(facts)), len(facts))
    _position, closeness = look_alikes(facts, members, len(facts))
    _position, shuffled = look_alikes(facts.iloc[order], members[order], len(facts))
    assert shuffled == pytest.approx(closeness, abs=1e-6)


@given(customers)
def test_standardised_has_mean_0_and_spread_1_or_0(rows):
    points = standardised(frame(rows))
    assert points.shape == (len(rows), len(FACTS))
    assert points.mean(axis=0) == pytest.approx(0, abs=1e-6)
    assert all(spread == pytest.approx(1, abs=1e-6) or spread == 0 for spread in points.std(axis=0))


def test_same_facts_are_100_percent_close():
    facts = frame([(5, 3, 100, 40, 60)] * 2 + [(50, 30, 9000, 400, 600)])
    position, closeness = look_alikes(facts, np.array([True, False, False]), 1)
    assert (position.tolist(), closeness.tolist()) == ([1], [100])


def test_group_of_two_kinds_has_look_alikes_of_each_kind():
    """Nobody of the middle, although the middle is the centre of the group."""
    small, large, middle = (300, 1, 10, 10, 300), (3, 90, 90_000, 1000, 3000), (30, 9, 900, 100, 900)
    facts = frame([small] * 4 + [large] * 4 + [middle] * 2)
    members = np.array([True, True, True, False] * 2 + [False] * 2)
    position, _closeness = look_alikes(facts, members, 2)
    assert position.tolist() == [3, 7]


def test_negative_revenue_counts_as_none():
    facts = frame([(5, 1, 0, 10, 9), (5, 1, -500, 10, 9), (5, 1, 500, 10, 9)])
    assert look_alikes(facts, np.array([True, False, False]), 9)[0].tolist() == [1, 2]


def test_nobody_else():
    position, closeness = look_alikes(frame([(1, 1, 1, 1, 1)]), np.array([True]), 9)
    assert (len(position), len(closeness)) == (0, 0)


def test_refused():
    facts = frame([(1, 1, 1, 1, 1)] * 2)
    with pytest.raises(ValueError, match="no member"):
        look_alikes(facts, np.array([False, False]), 9)
    with pytest.raises(ValueError, match="no column revenue"):
        standardised(facts.drop(columns="revenue"))
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match="not a number"):
            standardised(facts.assign(revenue=wrong))
    assert standardised(facts[:0]).shape == (0, len(FACTS))
