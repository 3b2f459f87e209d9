import numpy as np
import pytest
from hypothesis import given

from scoring.percentiles import percentile_knots, share_above, share_below

from .builders import amounts, cents


@given(amounts.filter(len), cents)
def test_few_values_have_exact_shares(values, other):
    knots = percentile_knots(values)
    for value in [*values, other / 100]:
        assert share_below(value, knots) == pytest.approx(sum(v < value for v in values) / len(values))
        assert share_above(value, knots) == pytest.approx(sum(v > value for v in values) / len(values))


def test_ties_are_not_interpolated():
    knots = percentile_knots([1] * 60 + [2] * 25 + [7] * 15)
    assert knots == [[1, 0], [2, 0.6], [7, 0.85]]
    assert share_below(2, knots) == 0.6
    assert share_above(1, knots) == pytest.approx(0.4)


@pytest.mark.parametrize("size", [101, 5_000, 100_000])
def test_many_values_have_shares_within_one_point(size):
    random = np.random.default_rng(3)
    for values in (random.normal(size=size), random.lognormal(4, 2, size).round(), random.geometric(0.01, size)):
        knots = percentile_knots(values)
        assert len(knots) <= 202
        asked = np.unique(np.concatenate([values, values + 0.5]))
        ordered = np.sort(values)
        below = np.array([share_below(value, knots) for value in asked.tolist()])
        above = np.array([share_above(value, knots) for value in asked.tolist()])
        assert np.abs(below - np.searchsorted(ordered, asked) / size).max() <= 0.01
        assert np.abs(above - 1 + np.searchsorted(ordered, asked, side="right") / size).max() <= 0.01
        # Never overstated; and of a value there was, the whole percent is exact.
        exact = np.searchsorted(ordered, asked)
        assert (below <= exact / size).all()
        assert (above <= 1 - np.searchsorted(ordered, asked, side="right") / size + 1e-12).all()
        there = np.isin(asked, values)
        assert (np.floor(100 * below[there] + 1e-9) == 100 * exact[there] // size).all()
        assert (np.diff(below) >= 0).all()
        assert (np.diff(above) <= 0).all()


def test_a_value_half_of_the_customers_have_stays_a_jump():
    values = np.concatenate([np.arange(500), np.full(500, 1000), np.arange(2000, 2500)])
    knots = percentile_knots(values)
    assert share_below(1000, knots) == pytest.approx(500 / 1500)
    assert share_below(1001, knots) == pytest.approx(1000 / 1500)


def test_nobody_to_compare_with():
    assert percentile_knots([]) == []
    assert share_below(5, []) == 0
    assert share_above(5, []) == 1


def test_nan_is_refused():
    with pytest.raises(ValueError, match="1 of 2 values are NaN"):
        percentile_knots([1, float("nan")])
