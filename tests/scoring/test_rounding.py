"""One way to round: halves away from zero, as a merchant does by hand and Odoo does with amounts."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rounding import half_up, half_up_all
from scoring.transactions import facts_at, ordered


def by_hand(typed, places):
    """A number as it was typed, by decimal arithmetic."""
    return float(Decimal(typed).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


typed_numbers = st.tuples(st.integers(-(10**10), 10**10), st.integers(0, 4)).map(
    lambda parts: str(Decimal(parts[0]).scaleb(-parts[1]))
)


@given(typed_numbers, st.integers(0, 3))
def test_numbers_are_rounded_as_by_hand(typed, places):
    expected = by_hand(typed, places)
    assert half_up(float(typed), places) == expected
    assert half_up_all([float(typed)], places).tolist() == [expected]


@pytest.mark.parametrize(("typed", "rounded"), [("2.675", 2.68), ("1.005", 1.01), ("0.125", 0.13), ("-0.125", -0.13)])
def test_halves_go_away_from_zero_whatever_binary_numbers_make_of_them(typed, rounded):
    assert half_up(float(typed), 2) == by_hand(typed, 2) == rounded


def test_a_sum_that_ends_on_half_a_cent_is_rounded_up():
    """0.005 three times is 0.015, of which a binary sum is a little less or more."""
    bought = ordered(*map(np.array, ([7, 7, 7, 8], [1, 2, 3, 1], [0.005, 0.005, 0.005, 0.125], [True] * 4)))
    assert facts_at(bought, 5, 0, 2)["revenue"].tolist() == [0.02, 0.13]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.integers(0, 3))
def test_what_is_rounded_stays_so_and_is_never_minus_zero(numbers, places):
    rounded = half_up_all(numbers, places)
    assert half_up_all(rounded, places).tolist() == rounded.tolist()
    assert rounded.tolist() == [half_up(number, places) for number in numbers]
    assert not np.signbit(rounded[rounded == 0]).any()
