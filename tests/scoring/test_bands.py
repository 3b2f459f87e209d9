from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.bands import check_bands, check_cut_offs, mean_cut_point, quantile_cut_points, scores

from .builders import amounts, cents

some_amounts = amounts.filter(len)
band_counts = st.integers(2, 9)


def quantile_by_definition(values, bands):
    """Smallest observed value with at least k/n of the values at or below it, counted one by one."""
    return [
        min(v for v in values if Fraction(sum(w <= v for w in values), len(values)) >= Fraction(k, bands))
        for k in range(1, bands)
    ]


@given(some_amounts, band_counts)
@example([float(number) for number in range(1, 36)], 7)
def test_quantile_cut_points_are_as_defined(values, bands):
    assert quantile_cut_points(values, bands).tolist() == quantile_by_definition(values, bands)


@pytest.mark.parametrize("bands", range(2, 10))
def test_quantile_ranks_never_slip(bands):
    for size in range(1, 400):
        values = np.arange(1, size + 1)
        expected = [-(-k * size // bands) for k in range(1, bands)]
        assert quantile_cut_points(values, bands).tolist() == expected


@given(some_amounts, band_counts, st.booleans())
def test_equal_values_get_equal_scores_and_scores_are_monotone(values, bands, higher_is_better):
    points = quantile_cut_points(values, bands)
    found = scores(values, points, bands, higher_is_better=higher_is_better)
    assert found.dtype == np.int8
    assert found.min() >= 1
    assert found.max() <= bands
    ordered = sorted(zip(values, found.tolist(), strict=True), reverse=not higher_is_better)
    for (value, score), (next_value, next_score) in pairwise(ordered):
        assert score == next_score if value == next_value else score <= next_score


@given(some_amounts, band_counts, st.sampled_from([0.25, 2, 1024, 10, 1000]))
def test_scaling_all_values_changes_no_score(values, bands, factor):
    scaled = [value * factor for value in values]
    before = scores(values, quantile_cut_points(values, bands), bands, higher_is_better=True)
    after = scores(scaled, quantile_cut_points(scaled, bands), bands, higher_is_better=True)
    assert before.tolist() == after.tolist()


@given(st.lists(cents, min_size=1, max_size=60), st.sampled_from([1, 2, 10]))
@example([10, 20, 30], 1)  # 0.1 + 0.2 + 0.3 is not 0.6
@example([10, 10, 10], 1)
@example([70, 70, 70, 10, 130], 10)
def test_at_the_mean_is_high_to_the_cent(whole_cents, factor):
    values = [amount / 100 * factor for amount in whole_cents]
    found = scores(values, mean_cut_point(values), 2, higher_is_better=True, at_cut_point_high=True)
    expected = [2 if amount * len(whole_cents) >= sum(whole_cents) else 1 for amount in whole_cents]
    assert found.tolist() == expected


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=60))
def test_at_the_mean_is_high_where_lower_is_better(days):
    found = scores(days, mean_cut_point(days), 2, higher_is_better=False, at_cut_point_high=True)
    assert found.tolist() == [2 if day * len(days) <= sum(days) else 1 for day in days]


@given(some_amounts, st.randoms())
def test_the_order_of_values_never_matters(values, random):
    shuffled = random.sample(values, len(values))
    assert quantile_cut_points(values, 5).tolist() == quantile_cut_points(shuffled, 5).tolist()
    assert mean_cut_point(values).tolist() == mean_cut_point(shuffled).tolist()


def test_all_equal_values_are_frequency_1_and_recency_n():
    points = quantile_cut_points([7, 7, 7], 5)
    assert points.tolist() == [7, 7, 7, 7]
    assert scores([7], points, 5, higher_is_better=True).tolist() == [1]
    assert scores([7], points, 5, higher_is_better=False).tolist() == [5]


def test_without_cut_points_everybody_is_worst():
    assert quantile_cut_points([], 5).tolist() == []
    assert mean_cut_point([]).tolist() == []
    for higher_is_better in (True, False):
        assert scores([1, 900], [], 5, higher_is_better=higher_is_better).tolist() == [1, 1]
    assert scores([], [1, 2, 3, 4], 5, higher_is_better=True).tolist() == []


def test_huge_and_infinite_values():
    points = quantile_cut_points([1e15, 1e15 + 1, 1e15 + 2, 1e15 + 3], 4)
    assert points.tolist() == [1e15, 1e15 + 1, 1e15 + 2]
    values = [-np.inf, 1e15, 1e15 + 1, np.inf]
    assert scores(values, points, 4, higher_is_better=True).tolist() == [1, 1, 2, 4]
    assert scores(values, points, 4, higher_is_better=False).tolist() == [4, 4, 3, 1]


@pytest.mark.parametrize("compute", [lambda v: quantile_cut_points(v, 5), mean_cut_point])
def test_nan_is_refused(compute):
    with pytest.raises(ValueError, match=r"1 of 3 values are NaN"):
        compute([1, float("nan"), 2])
    with pytest.raises(ValueError, match=r"1 of 1 values are NaN"):
        scores([float("nan")], [1], 2, higher_is_better=True)


@pytest.mark.parametrize(
    ("cut_offs", "sentence"),
    [
        ([1, 2, 3], "5 bands need exactly 4 cut-offs, but there are 3."),
        ([], "5 bands need exactly 4 cut-offs, but there are 0."),
        ([1, 2, 3, float("inf")], "Cut-offs must be finite numbers, but one is inf."),
        ([1, float("nan"), 3, 4], "Cut-offs must be finite numbers, but one is nan."),
        ([1, 3, 2, 4], "Cut-offs must ascend, but 3 is followed by 2."),
        ([1, 2, 2, 4], "Cut-offs must ascend, but 2 is followed by 2."),
        ([1, 1000000.5, 1000000.25, 4], "Cut-offs must ascend, but 1000000.5 is followed by 1000000.25."),
    ],
)
def test_wrong_cut_offs_are_refused_saying_why(cut_offs, sentence):
    with pytest.raises(ValueError) as refused:
        check_cut_offs(cut_offs, 5)
    assert str(refused.value) == sentence


def test_right_cut_offs_pass():
    assert check_cut_offs([-5, 0, 0.5, 1e9], 5) is None


def test_wrong_numbers_of_bands_and_cut_points_are_refused():
    for bands in (0, 1, 10):
        with pytest.raises(ValueError, match=f"number of bands is {bands}"):
            check_bands(bands)
    with pytest.raises(ValueError, match="5 bands need 4 cut points, but there are 1"):
        scores([1], [1], 5, higher_is_better=True)
