import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.pareto import abc_class_of, abc_classes, abc_limits, classes_at

from .builders import amounts, cents

shares = st.sampled_from([(80.0, 95.0), (50.0, 100.0), (33.3, 66.6), (0.1, 99.9)])


def classes_by_definition(whole_cents, share_a, share_b):
    """The definition with exact fractions, customer by customer."""
    total = sum(amount for amount in whole_cents if amount > 0)
    found = []
    for amount in whole_cents:
        before = sum(other for other in whole_cents if other > amount)
        if amount <= 0:
            found.append("C")
        elif before < Fraction(str(share_a)) / 100 * total:
            found.append("A")
        else:
            found.append("B" if before < Fraction(str(share_b)) / 100 * total else "C")
    return found


@given(st.lists(cents, max_size=60), shares)
@example([8000, 1500, 500], (80.0, 95.0))
def test_classes_are_as_defined_to_the_cent(whole_cents, limits):
    found = abc_classes([amount / 100 for amount in whole_cents], *limits)
    assert found.tolist() == classes_by_definition(whole_cents, *limits)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([80, 15, 5], "ABC"),
        ([79, 16, 5], "AAC"),
        ([81, 14, 5], "ABC"),
        ([0.8, 0.15, 0.05], "ABC"),
        ([40, 40, 15, 5], "AABC"),
        ([10] * 10, "A" * 10),
        ([90, 10], "AB"),
        ([96, 4], "AC"),
        ([5], "A"),
        ([0], "C"),
        ([-5, -3], "CC"),
        ([100, 0, -50], "ACC"),
        ([1e15, 1e-3], "AC"),
        ([1e15, 1e15, 1.0], "AAC"),
        ([], ""),
    ],
)
def test_classes_of_small_examples(values, classes):
    assert "".join(abc_classes(values)) == classes


@given(st.lists(cents, max_size=60), st.sampled_from([2.0**-40, 0.5, 4, 2.0**30, 10, 0.01, 1e6, 3]))
@example([8000, 1500, 500], 0.1)
@example([8000, 1500, 500], 3)
def test_scaling_all_amounts_changes_nothing(whole_cents, factor):
    values = np.array(whole_cents) / 100
    assert abc_classes(values * factor).tolist() == abc_classes(values).tolist()


@given(amounts, st.randoms())
def test_the_order_of_amounts_never_matters(values, random):
    order = random.sample(range(len(values)), len(values))
    shuffled = [values[position] for position in order]
    assert abc_classes(shuffled).tolist() == abc_classes(values)[order].tolist()


@given(amounts.filter(lambda values: any(value > 0 for value in values)))
def test_shares_add_up(values):
    values = np.array(values)
    classes = abc_classes(values)
    positive = values * (values > 0)
    revenue = {name: math.fsum(positive[classes == name]) for name in "ABC"}
    total = math.fsum(positive)
    assert math.fsum(revenue.values()) == pytest.approx(total, rel=1e-12)
    # A reaches its share, and without its smallest amount it does not; A and B together likewise.
    for names, share in (("A", 80), ("AB", 95)):
        members = positive[np.isin(classes, list(names))]
        assert members.sum() >= share / 100 * total * (1 - 1e-9)
        assert members[members > members.min()].sum() < share / 100 * total


@given(amounts, shares)
def test_one_amount_is_classed_as_in_the_run(values, limits):
    classes = abc_classes(values, *limits)
    found = abc_limits(values, classes)
    assert [abc_class_of(value, found) for value in values] == classes.tolist()
    assert classes_at(values, found).tolist() == classes.tolist()


def test_a_million_equal_amounts_do_not_drift():
    # Added one by one, 800,000 times 0.1 is not 80,000.
    values = np.full(1_000_000, 0.1)
    values[800_000:950_000] = 0.05
    values[950_000:] = 0.025
    classes = abc_classes(values, 80_000 / 88_750 * 100, 87_500 / 88_750 * 100)
    assert [np.count_nonzero(classes == name) for name in "ABC"] == [800_000, 150_000, 50_000]


def test_a_million_different_amounts_do_not_drift():
    cents_descending = np.arange(1_000_000, 0, -1)
    classes = abc_classes(cents_descending / 100)
    before = np.cumsum(cents_descending) - cents_descending
    total = int(cents_descending.sum())
    expected = np.where(before * 100 < 80 * total, "A", np.where(before * 100 < 95 * total, "B", "C"))
    assert (classes == expected).all()


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_amounts_that_are_not_finite_are_refused(wrong):
    with pytest.raises(ValueError, match="1 of 2 amounts are not finite"):
        abc_classes([1, wrong])


@pytest.mark.parametrize("limits", [(95, 80), (80, 80), (0, 95), (80, 101), (float("nan"), 95)])
def test_shares_that_do_not_ascend_are_refused(limits):
    with pytest.raises(ValueError, match="must ascend, above 0 and up to 100"):
        abc_classes([1], *limits)
