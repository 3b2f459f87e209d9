"""Facts from transactions, against a computation row by row."""

from datetime import date

import numpy as np
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import date_of, day_of
from scoring.facts import check_facts
from scoring.transactions import facts_at, last_window, ordered, revenue_between, until

rows = st.lists(
    st.tuples(st.integers(1, 6), st.integers(-40, 1200), st.integers(-9_000, 9_999), st.booleans()), max_size=60
)
AS_OF, WINDOW_START = 900, 535


def transactions(of_rows):
    """Positive amounts are purchases; of the others some are purchases of zero, as the policy may count them."""
    table = [
        (partner, day, 0 if amount <= 0 and zero else amount / 100, amount > 0 or zero)
        for partner, day, amount, zero in of_rows
    ]
    return ordered(*(np.array([row[column] for row in table]) for column in range(4))), table


def known(table):
    """By customer who has bought: all rows up to the day of scoring."""
    bought = sorted({partner for partner, day, _amount, purchase in table if purchase and day <= AS_OF})
    return {partner: [row[1:] for row in table if row[0] == partner and row[1] <= AS_OF] for partner in bought}


@given(rows)
def test_facts_of_every_customer(of_rows):
    arrays, table = transactions(of_rows)
    facts = facts_at(arrays, AS_OF, WINDOW_START, 2)
    check_facts(facts, AS_OF)
    expected = known(table)
    assert facts["partner_id"].tolist() == list(expected)
    for (_index, row), (_partner, own) in zip(facts.iterrows(), expected.items(), strict=True):
        days = [day for day, _amount, purchase in own if purchase]
        assert (row.first_order_day, row.last_order_day, row.recency_days) == (min(days), max(days), AS_OF - max(days))
        assert row.order_count == sum(day > WINDOW_START for day in days)
        assert row.revenue == round(sum(amount for day, amount, _ in own if day > WINDOW_START), 2)
        assert row.lifetime_order_count == len(days)
        assert row.lifetime_revenue == round(sum(amount for _day, amount, _ in own), 2)
        assert row.refund_total == round(-sum(amount for _day, amount, purchase in own if not purchase), 2)
        first_month = date_of(AS_OF).replace(day=1)
        months = [day for day, _, _ in own if first_month - relativedelta(months=12) <= date_of(day) < first_month]
        in_months = sum(amount for day, amount, _ in own if day in months)
        first = date_of(min(days))
        age = (first_month.year - first.year) * 12 + first_month.month - first.month
        assert abs(row.average_monthly_revenue - in_months / min(max(age, 3), 12)) < 0.00501


@given(rows, st.integers(1, 24))
def test_window_that_ended_with_the_last_purchase(of_rows, months):
    arrays, table = transactions(of_rows)
    found = last_window(arrays, AS_OF, months, 2)
    expected = known(table)
    assert found.index.tolist() == list(expected)
    for partner, own in expected.items():
        last = max(day for day, _amount, purchase in own if purchase)
        start = day_of(date_of(last) - relativedelta(months=months))
        inside = [row for row in own if row[0] > start]
        assert found.loc[partner, "order_count"] == sum(purchase for _day, _amount, purchase in inside)
        assert found.loc[partner, "revenue"] == round(sum(amount for _day, amount, _ in inside), 2)


@given(rows, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(of_rows, random):
    shuffled = random.sample(of_rows, len(of_rows))
    facts, others = (facts_at(transactions(some)[0], AS_OF, WINDOW_START, 2) for some in (of_rows, shuffled))
    assert facts.equals(others)


def test_equal_sums_are_equal_whatever_was_added_first():
    partner, day = np.array([1, 1, 1, 2, 2]), np.full(5, 800)
    facts = facts_at(ordered(partner, day, np.array([0.1, 0.2, 0.3, 0.3, 0.3]), np.ones(5)), AS_OF, WINDOW_START, 2)
    assert facts["revenue"].tolist() == [0.6, 0.6]


def test_nothing_is_known_before_the_first_purchase():
    arrays = ordered(np.array([1, 1]), np.array([5, 9]), np.array([-5.0, 10.0]), np.array([False, True]))
    assert until(arrays, 8).day.size == 0
    assert facts_at(arrays, 8, 0, 2).empty
    assert facts_at(arrays, 9, 0, 2).loc[0, "lifetime_revenue"] == 5


def test_complete_months_end_with_the_last_one_that_is_over():
    as_of = date(2024, 3, 31)
    days = [day_of(day) for day in (date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 29), date(2024, 3, 1))]
    arrays = ordered(np.ones(4), np.array(days), np.array([1.0, 20.0, 300.0, 4000.0]), np.ones(4))
    assert facts_at(arrays, day_of(as_of), 0, 2).loc[0, "average_monthly_revenue"] == round(320 / 12, 2)


def test_the_window_before():
    arrays = ordered(np.array([7] * 5), np.array([4, 5, 9, 10, 11]), np.array([1.0, 2, 4, 8, 16]), np.ones(5))
    assert revenue_between(arrays, np.array([6, 7, 8]), 4, 9, 2).tolist() == [0, 6, 0]
    assert facts_at(arrays, 11, 9, 2).loc[0, "revenue"] == 24
