import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.uplift import (
    FEWEST_IN_A_GROUP,
    Group,
    difference_of_means,
    difference_of_rates,
    group_of,
    student_quantile,
    uplift,
    wilson_interval,
)

# Newcombe (1998), Statistics in Medicine 17, 873-890: the eight contrasts of table II, limits by method 10.
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]
# The sleep data of Student (1908) as R's documentation prints it: `t.test(extra ~ group, data = sleep)`.
SLEEP = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

counts = st.integers(1, 10_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))
amounts = st.lists(st.integers(-10_000, 10_000_000).map(lambda cents: cents / 100), min_size=2, max_size=40)


@pytest.mark.parametrize(("observed", "limits"), NEWCOMBE)
def test_published_differences_of_rates(observed, limits):
    difference = difference_of_rates(*observed)
    assert (round(difference.low, 4), round(difference.high, 4)) == limits


def test_published_interval_of_one_rate():
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I: score intervals without continuity correction."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for observed, limits in published.items():
        assert tuple(round(limit, 4) for limit in wilson_interval(*observed)) == limits


def test_published_difference_of_means():
    one, other = (stats.describe(values) for values in SLEEP)
    difference = difference_of_means(one.mean, one.variance, 10, other.mean, other.variance, 10)
    assert difference.estimate == pytest.approx(-1.58)
    assert (difference.low, difference.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-4)


@given(counts, counts)
def test_an_interval_holds_its_difference_and_stays_in_range(one, other):
    difference = difference_of_rates(*one, *other)
    assert -1 - 1e-12 <= difference.low <= difference.estimate <= difference.high <= 1 + 1e-12
    mirrored = difference_of_rates(*other, *one)
    assert (mirrored.low, mirrored.high) == pytest.approx((-difference.high, -difference.low))


@given(counts)
def test_one_rate_agrees_with_scipy(observed):
    expected = stats.binomtest(*observed).proportion_ci(method="wilson")
    assert wilson_interval(*observed) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(counts, counts, st.integers(2, 9))
def test_more_customers_narrow_the_interval(one, other, times):
    def width(factor):
        difference = difference_of_rates(*(factor * number for number in (*one, *other)))
        return difference.high - difference.low

    assert width(times) < width(1)


@given(st.floats(5, 1e6), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_quantile_of_student_agrees_with_scipy(freedom, confidence):
    assert student_quantile(freedom, confidence) == pytest.approx(stats.t.ppf((1 + confidence) / 2, freedom), abs=0.002)


@given(amounts, amounts)
def test_means_agree_with_scipy(treated, control):
    treated, control = treated * 15, control * 15  # as large as a verdict asks for
    one, other = group_of(treated), group_of(control)
    difference = uplift(one, other).revenue
    scale = max(1.0, *map(abs, treated + control))
    assert difference.estimate == pytest.approx(math.fsum(treated) / len(treated) - math.fsum(control) / len(control))
    if len(set(treated)) > 1 and len(set(control)) > 1:
        expected = stats.ttest_ind(treated, control, equal_var=False).confidence_interval()
        assert (difference.low, difference.high) == pytest.approx((expected.low, expected.high), abs=2e-4 * scale)


def test_equal_revenues_leave_nothing_to_chance():
    difference = uplift(group_of([0.1] * 40), group_of([0.1] * 40)).revenue
    assert (difference.low, difference.high) == pytest.approx((0, 0), abs=1e-9)
    assert difference_of_means(3, 0, 30, 1, 0, 30) == (2, 2, 2)


@pytest.mark.parametrize(
    ("treated", "control", "verdict"),
    [
        ((30, 30), (30, 0), "more"),
        ((30, 0), (30, 30), "less"),
        ((30, 15), (30, 15), "unclear"),
        ((5000, 1700), (300, 100), "unclear"),
        ((5000, 1700), (5000, 1500), "more"),
        ((29, 29), (5000, 0), "too_few"),
        ((5000, 5000), (29, 0), "too_few"),
        ((0, 0), (0, 0), "too_few"),
    ],
)
def test_verdicts(treated, control, verdict):
    one, other = (
        Group(customers, ordered, ordered * 10.0, ordered * 100.0) for customers, ordered in (treated, control)
    )
    assert uplift(one, other).verdict == verdict


def test_the_fewest_customers_of_a_group_is_the_limit():
    assert FEWEST_IN_A_GROUP == 30


def test_nobody_in_a_group_has_no_difference():
    nobody, somebody = group_of([]), group_of([5])
    assert uplift(nobody, somebody) == ("too_few", None, None)
    assert uplift(somebody, nobody) == ("too_few", None, None)
    one_each = uplift(somebody, somebody)
    assert one_each.rate.estimate == 0
    assert one_each.revenue is None


def test_a_refund_is_no_order():
    assert group_of([-5, 0, 7]) == (3, 1, 2, 74)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson_interval(0, 0), "A rate of 0 customers"),
        (lambda: wilson_interval(3, 2), "3 of 2 customers"),
        (lambda: wilson_interval(-1, 2), "-1 of 2 customers"),
        (lambda: wilson_interval(1, 2, 1), "between 0 and 1"),
        (lambda: difference_of_means(1, 1, 1, 1, 1, 9), "at least two values"),
        (lambda: difference_of_means(1, -1, 9, 1, 1, 9), "not negative"),
        (lambda: student_quantile(0.5), "at least 1"),
        (lambda: student_quantile(math.nan), "at least 1"),
    ],
)
def test_impossible_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
