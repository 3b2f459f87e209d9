import statistics
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rhythm import (
    activity_level,
    company_median_gap,
    expected_next_day,
    overdue_ratio,
    purchase_days,
    typical_gap,
)

CUSTOMERS = 5
purchases = st.lists(st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(-50, 400)), max_size=80)


def nan_if_none(value):
    return np.nan if value is None else value


def expected_of(days):
    """The six facts of one customer, the plain way."""
    days = sorted(set(days))
    gaps = [later - earlier for earlier, later in pairwise(days)]
    return [
        len(days),
        days[0] if days else None,
        days[-1] if days else None,
        statistics.median(gaps) if gaps else None,
        days[-2] if gaps else None,
        statistics.median(gaps[:-1]) if len(gaps) > 1 else None,
    ]


@given(purchases)
def test_purchase_days_of_every_customer(rows):
    found = purchase_days([row[0] for row in rows], [row[1] for row in rows], CUSTOMERS)
    for number in range(CUSTOMERS):
        expected = [nan_if_none(value) for value in expected_of([day for who, day in rows if who == number])]
        np.testing.assert_array_equal([values[number] for values in found], expected)


@given(purchases, st.randoms())
def test_neither_order_nor_repetition_of_a_day_matters(rows, random):
    shuffled = [*rows, *rows]
    random.shuffle(shuffled)
    once, twice = (
        purchase_days([row[0] for row in list_], [row[1] for row in list_], CUSTOMERS) for list_ in (rows, shuffled)
    )
    for before, after in zip(once, twice, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("customer", "day", "said"),
    [([0], [1, 2], "1 customers for 2 days"), ([2], [1], "from 0 to 1"), ([-1], [1], "from 0 to 1")],
)
def test_wrong_arrays_are_refused(customer, day, said):
    with pytest.raises(ValueError, match=said):
        purchase_days(customer, day, 2)


def test_nobody_at_all():
    days = purchase_days([], [], 0)
    assert [values.size for values in days] == [0] * 6
    assert company_median_gap(days.median_gap) == 90


def test_few_gaps_lean_on_the_company_and_many_stand_alone():
    gaps = typical_gap(np.array([2, 5, 102]), np.array([10.0, 10.0, 10.0]), 100.0)
    assert gaps.tolist() == [(10 + 200) / 3, (40 + 200) / 6, (1010 + 200) / 103]


def test_without_own_gaps_the_company_decides():
    assert typical_gap(np.array([0, 1]), np.array([np.nan, np.nan]), 45.0).tolist() == [45.0, 45.0]


@pytest.mark.parametrize("median", [0, -1, np.nan])
def test_a_company_median_that_is_no_time_is_refused(median):
    with pytest.raises(ValueError, match="must be positive"):
        typical_gap(np.array([1]), np.array([np.nan]), median)


@given(st.integers(1, 60), st.floats(1, 400), st.floats(1, 400))
def test_the_typical_gap_lies_between_the_own_and_the_company_s(count, own, company):
    gap = typical_gap(np.array([count + 1]), np.array([own]), company)[0]
    assert min(own, company) - 1e-9 <= gap <= max(own, company) + 1e-9


def test_overdue_grows_by_one_each_typical_gap():
    ratios = [overdue_ratio(np.array([100.0]), np.array([31.0]), 100 + 31 * times)[0] for times in range(4)]
    assert ratios == [0, 1, 2, 3]


def test_the_next_order_is_due_a_typical_gap_after_the_last():
    assert expected_next_day(np.array([100.0, 100.0]), np.array([30.49, 30.5])).tolist() == [130, 131]


@given(st.integers(-3, 90), st.one_of(st.none(), st.integers(-3, 90)), st.integers(1, 60))
def test_the_activity_is_high_by_purchases_and_medium_by_contacts(bought, met, gap):
    def within(days_ago):
        return days_ago is not None and 0 <= days_ago <= gap

    expected = "high" if within(bought) else "medium" if within(met) else "low"
    for today in (0, 100):
        last, contact = ([np.nan if days is None else today - days] for days in (bought, met))
        assert activity_level(last, contact, [gap], today).tolist() == [expected]


def test_activity_counts_both_ends_and_nothing_of_the_future():
    def level(last, contact):
        return activity_level(np.array([float(last)]), np.array([float(contact)]), np.array([10.0]), 100)[0]

    assert [level(day, "nan") for day in (100, 90, 89, 101)] == ["high", "high", "low", "low"]
    assert [level(0, day) for day in (100, 90, 89, 101)] == ["medium", "medium", "low", "low"]
    assert level(95, 95) == "high"
