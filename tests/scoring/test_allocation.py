"""Who should own which customer: every rule of `scoring.allocation`, and what holds whatever the customers are."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocation import NOBODY, allocate, loads

OWNERS = 5
weights = st.sampled_from([0.5, 1.0, 1.1, 2.0, 3.0, 10.0])
members = st.lists(st.integers(0, OWNERS - 1), max_size=OWNERS, unique=True)
tolerances = st.sampled_from([0.0, 0.1, 0.25, 1.0])


@st.composite
def companies(draw):
    """Customers with weight, owner and rung, and who may own each rung."""
    eligible = draw(st.lists(members, min_size=1, max_size=4))
    rows = st.tuples(weights, st.integers(NOBODY, OWNERS - 1), st.integers(0, len(eligible) - 1))
    chosen = draw(st.lists(rows, max_size=40))
    columns = list(zip(*chosen, strict=True)) or [(), (), ()]
    customers = draw(st.permutations(range(1, 3 * len(chosen) + 1)))[: len(chosen)]
    return {
        "customers": np.array(customers, dtype=int),
        "weights": np.array(columns[0], dtype=float),
        "owners": np.array(columns[1], dtype=int),
        "rungs": np.array(columns[2], dtype=int),
        "eligible": eligible,
        "owner_count": OWNERS,
    }


def may_own(company, customer, owner):
    return owner in company["eligible"][company["rungs"][customer]]


def one_rung(owners, weights=None, eligible=(0, 1), tolerance=0.25):
    customers, owners = np.arange(len(owners)), np.array(owners, dtype=int)
    weights, rungs = np.array(weights or [1.0] * len(owners)), np.zeros(len(owners), int)
    return allocate(customers, weights, owners, rungs, [eligible], OWNERS, tolerance).tolist()


@given(companies(), tolerances)
def test_everybody_who_can_has_an_eligible_owner(company, tolerance):
    for customer, owner in enumerate(allocate(**company, tolerance=tolerance)):
        if company["eligible"][company["rungs"][customer]]:
            assert may_own(company, customer, owner)
        else:
            assert owner == company["owners"][customer], "a rung without owners stays as it is"


@given(companies(), tolerances, st.randoms())
def test_the_order_of_rows_and_owners_does_not_matter(company, tolerance, random):
    proposed = allocate(**company, tolerance=tolerance)
    order = list(range(len(proposed)))
    random.shuffle(order)
    shuffled = {name: company[name][order] for name in ("customers", "weights", "owners", "rungs")}
    eligible = [random.sample(rung, len(rung)) for rung in company["eligible"]]
    again = allocate(**(company | shuffled | {"eligible": eligible}), tolerance=tolerance)
    assert again.tolist() == proposed[order].tolist()


@given(companies(), tolerances)
def test_a_second_allocation_moves_nobody(company, tolerance):
    proposed = allocate(**company, tolerance=tolerance)
    assert allocate(**(company | {"owners": proposed}), tolerance=tolerance).tolist() == proposed.tolist()


@given(companies())
def test_with_all_the_tolerance_in_the_world_only_the_homeless_move(company):
    proposed = allocate(**company, tolerance=1e9)
    for customer, (owner, new) in enumerate(zip(company["owners"], proposed, strict=True)):
        if may_own(company, customer, owner):
            assert new == owner


@given(companies(), tolerances)
def test_no_single_move_would_help_who_carries_too_much(company, tolerance):
    proposed = allocate(**company, tolerance=tolerance)
    load = loads(company["weights"], proposed, OWNERS)
    for customer, owner in enumerate(proposed):
        others = company["eligible"][company["rungs"][customer]]
        if others and load[owner] > load[others].mean() * (1 + tolerance) * (1 + 1e-6):
            least = load[others].min()
            assert least + company["weights"][customer] >= load[owner] * (1 - 1e-6)


@given(companies(), tolerances)
def test_nobody_moves_in_vain(company, tolerance):
    """Who leaves an eligible owner leaves one who carried too much."""
    proposed = allocate(**company, tolerance=tolerance)
    evened = loads(company["weights"], proposed, OWNERS)
    placed = loads(company["weights"], allocate(**company, tolerance=1e9), OWNERS)
    assert (evened**2).sum() <= (placed**2).sum() * (1 + 1e-9)


@given(st.lists(weights, min_size=1, max_size=7), st.integers(1, 3))
def test_owners_who_start_empty_are_balanced_within_grahams_bound(chosen, owner_count):
    proposed = one_rung([NOBODY] * len(chosen), chosen, range(owner_count), tolerance=1e9)
    ways = product(range(owner_count), repeat=len(chosen))
    best = min(loads(np.array(chosen), np.array(way), owner_count).max() for way in ways)
    load = loads(np.array(chosen), np.array(proposed), owner_count)
    assert load.max() <= best * (4 / 3 - 1 / (3 * owner_count)) + 1e-9


@pytest.mark.parametrize(
    ("owners", "options", "proposed"),
    [
        ([], {}, []),
        ([NOBODY, NOBODY], {}, [0, 1]),
        ([2, 2], {}, [0, 1]),
        ([0, 1], {}, [0, 1]),
        ([0, 0, 0, 1, 1], {}, [0, 0, 0, 1, 1]),  # 3 is not more than 25 % above 2.5
        ([0, 0, 0, 0], {}, [1, 1, 0, 0]),
        ([0, 0, 0, 0], {"tolerance": 0.5}, [1, 0, 0, 0]),  # 3 is not more than 50 % above 2
        ([0, 0, 0, 0], {"eligible": ()}, [0, 0, 0, 0]),
        ([0, NOBODY], {"eligible": (0,)}, [0, 0]),
        ([NOBODY, 1], {"weights": [10.0, 1.0]}, [0, 1]),
        ([NOBODY, NOBODY, NOBODY], {"weights": [1.0, 1.0, 2.0]}, [1, 1, 0]),  # the heaviest first
        ([0, 0], {"weights": [5.0, 5.0], "tolerance": 0}, [1, 0]),
        ([0, 0], {"weights": [5.0, 1.0], "tolerance": 0}, [0, 1]),
        ([0], {"weights": [5.0]}, [0]),  # moving the only one helps nobody
    ],
)
def test_small_examples(owners, options, proposed):
    assert one_rung(owners, **options) == proposed


def test_who_moves_anyway_evens_out_before_who_could_stay():
    """The load of another rung fills the first owner; the newcomer goes, not one of those who are there."""
    customers, rungs = np.arange(5), np.array([0, 0, 0, 0, 1])
    owners = np.array([0, 0, 0, NOBODY, 0])
    proposed = allocate(customers, np.ones(5), owners, rungs, [[0, 1], [0]], 2, tolerance=0.0)
    assert proposed.tolist() == [1, 0, 0, 1, 0]


def test_customers_of_rungs_without_owners_are_load():
    customers, rungs = np.arange(4), np.array([1, 1, 1, 0])
    proposed = allocate(customers, np.ones(4), np.array([0, 0, 0, NOBODY]), rungs, [[0, 1], []], 2)
    assert proposed.tolist() == [0, 0, 0, 1]


def test_who_leaves_an_owner_is_no_load_of_that_owner():
    """Owner 0 gives up three customers of rung 1 and is free for the newcomer of rung 0."""
    customers, rungs = np.arange(6), np.array([1, 1, 1, 0, 0, 0])
    owners = np.array([0, 0, 0, 1, 1, NOBODY])
    proposed = allocate(customers, np.ones(6), owners, rungs, [[0, 1], [2]], 3)
    assert proposed.tolist() == [2, 2, 2, 1, 1, 0]


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        one_rung([0], [weight])


@pytest.mark.parametrize("tolerance", [-0.1, float("nan")])
def test_a_negative_tolerance_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        one_rung([0], tolerance=tolerance)


def test_loads_of_nobody():
    assert loads(np.array([]), np.array([], dtype=int), 2).tolist() == [0, 0]
