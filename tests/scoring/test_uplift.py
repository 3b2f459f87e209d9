import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.uplift import (
    FEWEST_IN_A_GROUP,
    Difference,
    Group,
    difference_of_means,
    difference_of_rates,
    uplift,
    wilson_interval,
)

from . import cdnow_purchases as cdnow

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


def ratio(one, other, axis=-1):
    """The difference of the means in standard errors, as the textbook has it."""
    one, other = np.asarray(one), np.asarray(other)
    error = one.var(axis, ddof=1) / one.shape[axis] + other.var(axis, ddof=1) / other.shape[axis]
    return (one.mean(axis) - other.mean(axis)) / np.sqrt(error)


def test_means_agree_with_scipy():
    """SciPy's permutations of the same ratio end where ours do, as near as two times so many draws can be."""
    generator = np.random.default_rng(3)
    one, other = generator.lognormal(3, 1, 90), generator.lognormal(3, 1, 40)
    drawn = stats.permutation_test((one, other), ratio, n_resamples=20_000, rng=generator).null_distribution
    difference = difference_of_means(one, other, draws=20_000)
    estimate = one.mean() - other.mean()
    error = estimate / ratio(one, other)
    assert difference.estimate == pytest.approx(estimate)
    for share, limit in ((0.025, difference.high), (0.975, difference.low)):
        assert stats.percentileofscore(drawn, (estimate - limit) / error) == pytest.approx(100 * share, abs=0.5)


def test_where_nothing_is_skewed_the_interval_is_the_textbooks():
    generator = np.random.default_rng(4)
    one, other = generator.normal(20, 5, 400), generator.normal(19, 5, 100)
    difference = difference_of_means(one, other, draws=20_000)
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    assert (difference.low, difference.high) == pytest.approx((expected.low, expected.high), abs=0.06)


@given(amounts, amounts, st.randoms(use_true_random=False))
def test_the_order_of_the_customers_does_not_matter(treated, control, random):
    difference = difference_of_means(treated, control, draws=100)
    scale = max(1.0, *map(abs, treated + control))
    assert difference.low <= difference.high
    assert difference.estimate == pytest.approx(
        math.fsum(treated) / len(treated) - math.fsum(control) / len(control), abs=1e-9 * scale
    )
    again = difference_of_means(random.sample(treated, len(treated)), control, draws=100)
    assert again == pytest.approx(difference, abs=1e-6 * scale)


def test_who_is_treated_and_who_is_control_only_turns_the_sign():
    one, other = [0.0] * 300 + [20.0, 500.0] * 30, [0.0] * 30 + [30.0] * 10
    there, back = difference_of_means(one, other), difference_of_means(other, one)
    assert back == pytest.approx(Difference(-there.estimate, -there.high, -there.low))


def test_equal_revenues_leave_nothing_to_chance():
    difference = difference_of_means([0.1] * 40, [0.1] * 40)
    assert (difference.low, difference.high) == pytest.approx((0, 0), abs=1e-9)
    assert difference_of_means([3.0] * 30, [1.0] * 30) == pytest.approx(Difference(2, 2, 2))


def revenues(days):
    """What each customer of the sample brought in so many days after the calibration period: real, skewed money."""
    rows, start = cdnow.purchases(), cdnow.CUT_OFF_DAY
    inside = (rows.day > start) & (rows.day <= start + days)
    return np.bincount(rows.customer[inside], rows.amount[inside], cdnow.CUSTOMERS)


def treated_revenues(revenue, effect):
    """What the same customers would have brought, had they been treated."""
    changed, generator = revenue.copy(), np.random.default_rng(7)
    silent, buyers = np.flatnonzero(revenue == 0), np.flatnonzero(revenue)
    if effect == "half as much again":
        changed *= 1.5
    elif effect == "a fifth of the silent order":
        woken = generator.choice(silent, silent.size // 5, replace=False)
        changed[woken] = revenue[generator.choice(buyers, woken.size)]
    elif effect == "a fifth of the buyers do not":
        changed[generator.choice(buyers, buyers.size // 5, replace=False)] = 0
    return changed


def coverage(days, sizes, effect, experiments=500):
    """How often the interval about money holds the true difference, of the times it is given; how often it is."""
    revenue, generator = revenues(days), np.random.default_rng(11)
    changed = treated_revenues(revenue, effect)
    truth, held = changed.mean() - revenue.mean(), []
    for _experiment in range(experiments):
        treated, control = (
            generator.choice(values, size) for values, size in zip((changed, revenue), sizes, strict=True)
        )
        groups = (Group(int(np.count_nonzero(values)), values) for values in (treated, control))
        difference = uplift(*groups, draws=400).revenue
        if difference:
            held.append(difference.low <= truth <= difference.high)
    return sum(held) / max(len(held), 1), len(held) / experiments


@pytest.mark.parametrize("effect", ["none", "half as much again", "a fifth of the silent order"])
@pytest.mark.parametrize("days", [180, 270])
def test_an_interval_of_95_percent_about_money_holds_95_percent(days, effect):
    held, given_ = coverage(days, (450, 50), effect)
    assert 0.93 <= held <= 0.97
    assert given_ > 0.75


@pytest.mark.parametrize(
    ("days", "sizes", "effect"),
    [
        (180, (2000, 50), "none"),
        (180, (2000, 50), "half as much again"),
        (180, (270, 30), "none"),
        (270, (150, 150), "half as much again"),
        (270, (450, 50), "a fifth of the buyers do not"),
    ],
)
def test_it_does_so_for_groups_of_other_sizes(days, sizes, effect):
    assert 0.93 <= coverage(days, sizes, effect)[0] <= 0.97


@pytest.mark.parametrize(("days", "sizes"), [(180, (100, 20)), (20, (100, 30)), (20, (450, 50))])
def test_where_too_few_buy_no_percentage_is_claimed(days, sizes):
    assert coverage(days, sizes, "a fifth of the buyers do not", experiments=100)[1] < 0.05


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
        Group(ordered, [10.0] * ordered + [0.0] * (customers - ordered)) for customers, ordered in (treated, control)
    )
    assert uplift(one, other).verdict == verdict


def test_the_fewest_customers_of_a_group_is_the_limit():
    assert FEWEST_IN_A_GROUP == 30


def test_nobody_in_a_group_has_no_difference():
    nobody, somebody = Group(0, []), Group(1, [5.0])
    assert uplift(nobody, somebody) == ("too_few", None, None)
    assert uplift(somebody, nobody) == ("too_few", None, None)
    one_each = uplift(somebody, somebody)
    assert one_each.rate.estimate == 0
    assert one_each.revenue is None


def test_money_is_judged_from_eight_orders_to_be_expected_in_the_smaller_group():
    def money(ordered):
        return uplift(Group(ordered, [10.0] * ordered + [0.0] * (90 - ordered)), Group(4, [10.0] * 4 + [0.0] * 26))

    assert money(28).revenue is not None
    assert money(27).revenue is None
    assert money(27).verdict != "too_few"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson_interval(0, 0), "A rate of 0 customers"),
        (lambda: wilson_interval(3, 2), "3 of 2 customers"),
        (lambda: wilson_interval(-1, 2), "-1 of 2 customers"),
        (lambda: wilson_interval(1, 2, 1), "between 0 and 1"),
        (lambda: difference_of_means([1], [1, 2]), "at least two values"),
        (lambda: difference_of_means([1, 2], [1, 2], 0), "between 0 and 1"),
    ],
)
def test_impossible_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
