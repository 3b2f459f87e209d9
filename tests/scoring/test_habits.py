"""Habits of customers and products: against a slow, obvious reference, and with planted ones."""

import statistics
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.closed_days import NO_CLOSED_DAYS, closed_days
from scoring.habits import due, habits, lines_of, no_longer, product_gaps, usual_gap

CUSTOMER, TEA, COFFEE, BEANS = 1, 11, 12, 13
AS_OF = 400
rows = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(11, 13),
        st.integers(1, 4),
        st.integers(300, 420),
        st.integers(-30, 60).map(float),
        st.integers(1, 9).map(float),
    ),
    max_size=60,
)
closings = st.lists(st.integers(300, 400).map(lambda day: (day, day + 5)), max_size=2).map(closed_days)


def bought_by_day(rows):
    """What was kept of each customer and product: {pair: {day: [amount, quantity]}}."""
    kept = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    units = defaultdict(list)
    for customer, product, unit, day, amount, quantity in rows:
        if day <= AS_OF:
            units[customer, product, unit].append((day, amount, quantity))
    for (customer, product, _unit), of_unit in units.items():
        back = sum(-amount for _day, amount, _quantity in of_unit if amount < 0)
        for day, amount, quantity in sorted((row for row in of_unit if row[1] > 0), key=lambda row: -row[0]):
            taken = min(back, amount)
            back -= taken
            if amount > taken:
                kept[customer, product][day][0] += amount - taken
                kept[customer, product][day][1] += quantity
    return kept


def reference(rows, closed):
    kept, found = bought_by_day(rows), {}
    last_of = defaultdict(int)
    for (customer, _product), days in kept.items():
        last_of[customer] = max(last_of[customer], *days)
    for (customer, product), of_day in kept.items():
        days, number = sorted(of_day), lambda day: float(closed.open_number(day))
        gaps = [max(number(later) - number(earlier), 1) for earlier, later in pairwise(days)]
        found[customer, product] = (
            len(days),
            days[-1],
            statistics.median(gaps) if gaps else np.nan,
            max(gaps, default=0),
            number(AS_OF) - number(days[-1]),
            number(last_of[customer]) - number(days[-1]),
            sum(0.5 ** ((AS_OF - day) / 120) for day in days),
            sum(amount for amount, _quantity in of_day.values()),
            statistics.median(quantity for _amount, quantity in of_day.values()),
        )
    return dict(sorted(found.items()))


def one_purchase_a_day(rows):
    """Lines of one unit and day are taken back in the order they came in: of equal ones the reference knows none."""
    seen = set()
    return [row for row in rows if (key := row[:4]) not in seen and not seen.add(key)]


@given(rows, closings)
def test_the_same_as_counted_by_hand(rows, closed):
    rows = one_purchase_a_day(rows)
    found, expected = habits(lines_of(rows), AS_OF, closed), reference(rows, closed)
    assert list(zip(found.customer.tolist(), found.product.tolist(), strict=True)) == list(expected)
    for number, values in enumerate(found[2:]):
        np.testing.assert_allclose(values, [row[number] for row in expected.values()], rtol=1e-12, atol=1e-9)


@given(rows, st.randoms())
def test_the_order_in_which_lines_come_does_not_matter(rows, random):
    rows = one_purchase_a_day(rows)
    mixed = random.sample(rows, len(rows))
    for values, again in zip(habits(lines_of(rows), AS_OF), habits(lines_of(mixed), AS_OF), strict=True):
        np.testing.assert_allclose(values, again, rtol=1e-12)


@given(rows)
def test_each_customer_alone_is_as_all_together(rows):
    """The page of one customer says what the night says of everybody."""
    rows = one_purchase_a_day(rows)
    together = habits(lines_of(rows), AS_OF)
    for customer in {row[0] for row in rows}:
        alone = habits(lines_of([row for row in rows if row[0] == customer]), AS_OF)
        for values, of_all in zip(alone, together.at(together.customer == customer), strict=True):
            np.testing.assert_allclose(values, of_all, rtol=1e-12)


@given(rows)
def test_nothing_is_due_and_lost_at_once_and_all_of_it_is_a_habit(rows):
    found = habits(lines_of(rows), AS_OF)
    gap = own_gap(found)
    is_due, is_lost = due(found, gap), no_longer(found, gap, np.ones(gap.size, dtype=bool))
    assert not set(is_due) & set(is_lost)
    assert (found.times[is_due] >= 3).all() and (found.times[is_lost] >= 3).all()
    assert (np.diff(found.weight[is_due]) <= 0).all() and (np.diff(found.amount[is_lost]) <= 0).all()


def test_no_lines_no_habits():
    found = habits(lines_of([]), AS_OF)
    assert found.customer.size == 0
    assert due(found, own_gap(found)).size == 0


# ------------------------------------------------------------------ planted


def every(product, days, until, times, *, customer=CUSTOMER, amount=10.0):
    """A product bought so many times, the last time on a day, one order each time."""
    return [(customer, product, 1000 * product + number, until - number * days, amount, 2.0) for number in range(times)]


def own_gap(found):
    return usual_gap(found, np.full(found.times.size, np.nan))


def products_due(rows, closed=NO_CLOSED_DAYS):
    found = habits(lines_of(rows), AS_OF, closed)
    return found.product[due(found, own_gap(found))].tolist()


def products_lost(rows, about=True):
    found = habits(lines_of(rows), AS_OF)
    return found.product[no_longer(found, own_gap(found), np.full(found.times.size, about))].tolist()


@pytest.mark.parametrize(
    ("silent", "is_due"), [(0, False), (5, False), (6, True), (7, True), (14, True), (15, False), (60, False)]
)
def test_weekly_coffee_is_due_from_three_quarters_of_a_week_to_two_weeks(silent, is_due):
    assert products_due(every(COFFEE, 7, AS_OF - silent, 8)) == [COFFEE] * is_due


def test_bought_on_two_days_is_no_habit():
    assert products_due(every(COFFEE, 7, AS_OF - 7, 2)) == []
    assert products_due(every(COFFEE, 7, AS_OF - 7, 3)) == [COFFEE]


def test_twice_a_day_is_one_day():
    assert products_due([*every(COFFEE, 7, AS_OF - 7, 2), (CUSTOMER, COFFEE, 5, AS_OF - 7, 9.0, 1.0)]) == []


def test_what_is_bought_often_lately_comes_first_and_not_what_is_most_overdue():
    late = every(TEA, 30, AS_OF - 59, 3)
    often = every(COFFEE, 30, AS_OF - 25, 8)
    long_ago = every(BEANS, 100, AS_OF - 100, 8)  # as often as coffee, but longer ago
    assert products_due([*long_ago, *late, *often]) == [COFFEE, TEA, BEANS]


def test_a_closed_shop_is_no_silence():
    bought = every(COFFEE, 7, AS_OF - 18, 8)
    assert products_due(bought) == []
    assert products_due(bought, closed_days([(AS_OF - 12, AS_OF - 2)])) == [COFFEE]


def test_what_was_taken_back_was_not_bought():
    bought = every(COFFEE, 7, AS_OF - 7, 3)
    customer, product, unit, day, amount, _quantity = bought[1]
    back = (customer, product, unit, day + 3, -amount, 0.0)
    assert products_due([*bought, back]) == []
    assert products_due([*bought, (*back[:4], -amount / 2, 0.0)]) == [COFFEE]


def test_no_longer_bought():
    others = every(TEA, 30, AS_OF - 5, 12)
    assert products_lost([*every(COFFEE, 7, AS_OF - 22, 8), *others]) == [COFFEE]
    assert products_lost([*every(COFFEE, 7, AS_OF - 21, 8), *others]) == [], "three gaps are not more than three"


def test_who_buys_nothing_any_more_is_another_matter():
    assert products_lost([*every(COFFEE, 7, AS_OF - 50, 8), *every(TEA, 7, AS_OF - 50, 8)]) == []
    assert products_lost([*every(COFFEE, 7, AS_OF - 50, 8), *every(TEA, 7, AS_OF - 2, 8)], about=False) == []


def test_a_pause_as_long_as_there_was_one_before_is_no_news():
    bought = [*every(COFFEE, 7, AS_OF - 30, 4), *every(COFFEE, 7, AS_OF - 100, 4)]
    bought = [(*row[:2], number, *row[3:]) for number, row in enumerate(bought)]
    assert products_lost([*bought, *every(TEA, 30, AS_OF, 12)]) == []


def test_what_brought_most_is_missed_most():
    lost = [*every(COFFEE, 7, AS_OF - 40, 8, amount=5.0), *every(BEANS, 7, AS_OF - 40, 5, amount=100.0)]
    assert products_lost([*lost, *every(TEA, 30, AS_OF, 12)]) == [BEANS, COFFEE]


# ------------------------------------------------------------------ few gaps


def test_few_gaps_are_drawn_to_those_of_the_product():
    rows = every(COFFEE, 10, AS_OF, 3)
    for customer in range(2, 9):
        rows += every(COFFEE, 30, AS_OF, 12, customer=customer)
    found = habits(lines_of(rows), AS_OF)
    products, gaps = product_gaps(found)
    assert products.tolist() == [COFFEE] and gaps.tolist() == [30.0]
    gap = usual_gap(found, np.full(found.times.size, gaps[0]))
    assert gap[0] == (2 * 10 + 2 * 30) / 4
    assert gap[1] == 30.0
    assert own_gap(found)[0] == 10.0


def test_the_gap_of_a_product_counts_each_customer_once():
    rows = (
        every(COFFEE, 7, AS_OF, 50) + every(COFFEE, 20, AS_OF, 3, customer=2) + every(COFFEE, 40, AS_OF, 3, customer=3)
    )
    rows += every(COFFEE, 99, AS_OF, 2, customer=4)  # no habit
    assert product_gaps(habits(lines_of(rows), AS_OF))[1].tolist() == [20.0]
