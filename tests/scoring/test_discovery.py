import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from scoring.discovery import FEWEST_CUSTOMERS, GROUP_COUNTS, _silhouette, _start, describe, discover
from scoring.similarity import FACTS

# days since the last purchase, purchases, revenue, average order, days as customer
PLANTED = [(10, 40, 80_000, 2000, 1500), (15, 50, 2500, 50, 1200), (250, 1, 900, 900, 300), (200, 2, 40, 20, 2500)]


def planted(kinds, each, spread=0.15, seed=1):
    """Customers around each kind, log-normally spread, and the kind of each."""
    random = np.random.default_rng(seed)
    kind = random.permutation(np.repeat(np.arange(len(kinds)), each))
    values = np.array(kinds, dtype=float)[kind] * np.exp(random.normal(0, spread, (len(kind), len(FACTS))))
    return pd.DataFrame(values, columns=list(FACTS)), kind


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_planted_groups_are_found(count, seed):
    facts, kind = planted(PLANTED[:count], 60)
    found = discover(facts, seed)
    assert found.label.tolist() == kind.tolist(), "numbered by revenue, as the kinds are"
    assert found.silhouette > 0.5


def test_groups_of_unequal_size():
    facts, kind = planted(PLANTED[:2], 500)
    few = np.concatenate([np.flatnonzero(kind == 0)[:12], np.flatnonzero(kind == 1)])
    assert (discover(facts.iloc[few], 3).label == kind[few]).all()


def test_same_seed_same_groups():
    facts = pd.DataFrame(np.random.default_rng(5).lognormal(3, 1, (400, len(FACTS))), columns=list(FACTS))
    one, other = discover(facts, 9), discover(facts, 9)
    assert one.label.tolist() == other.label.tolist()
    assert one.silhouette == other.silhouette


@settings(max_examples=25, deadline=None)
@given(st.integers(FEWEST_CUSTOMERS, 120), st.integers(1, 9), st.integers(0, 1000))
def test_labels_are_dense_and_ordered_by_revenue(size, kinds, seed):
    """Also of few distinct customers, where some groups would stay empty."""
    random = np.random.default_rng(seed)
    rows = random.lognormal(3, 2, (kinds + 1, len(FACTS)))[np.arange(size) % (kinds + 1)]
    facts = pd.DataFrame(rows, columns=list(FACTS))
    found = discover(facts, seed)
    groups = np.unique(found.label)
    assert groups.tolist() == list(range(len(groups)))
    assert 2 <= len(groups) <= max(GROUP_COUNTS)
    average = facts["revenue"].groupby(found.label).mean()
    assert (np.diff(average) <= 1e-9 * average.max()).all()
    assert -1 <= found.silhouette <= 1
    same = facts.assign(label=found.label).groupby(list(FACTS))["label"].nunique()
    assert (same == 1).all(), "the same facts, the same group"


def test_fifty_thousand_customers():
    facts, kind = planted(PLANTED, 12_500, spread=0.3)
    assert (discover(facts, 1).label == kind).mean() > 0.99


def test_refused():
    facts, _kind = planted(PLANTED, 60)
    with pytest.raises(ValueError, match="49 customers are too few for groups; 50 are needed"):
        discover(facts[:49], 1)
    with pytest.raises(ValueError, match="All customers are the same"):
        discover(pd.concat([facts[:1]] * 60), 1)
    with pytest.raises(ValueError, match="not a number"):
        discover(facts.assign(revenue=np.nan), 1)


def test_described_against_the_average():
    facts = pd.DataFrame(
        {
            "recency_days": [10.0, 10, 10, 10],
            "order_count": [9.0, 1, 1, 1],
            "revenue": [90.0, 10, 10, -10],
            "average_order": [0.0] * 4,
            "tenure_days": [110.0, 100, 100, 100],
        }
    )
    first, second = describe(facts, np.array([0, 1, 1, 1]))
    assert first == [("revenue", pytest.approx(90 / 27.5)), ("order_count", 3.0)]
    assert second == [("revenue", pytest.approx(20 / 3 / 27.5)), ("order_count", pytest.approx(1 / 3))]
    assert describe(facts, np.zeros(4, dtype=int)) == [[]], "all customers together are the average"


def test_silhouette_by_definition():
    random = np.random.default_rng(2)
    points, label = random.normal(size=(30, 2)), random.integers(0, 3, 30)
    label[0] = 3  # alone
    distances = cdist(points, points)
    own = []
    for i in range(30):
        inside = [distances[i, j] for j in range(30) if j != i and label[j] == label[i]]
        others = [distances[i, label == other].mean() for other in set(label) - {label[i]}]
        a, b = np.mean(inside) if inside else 0, min(others)
        own.append((b - a) / max(a, b) if inside else 0)
    assert _silhouette(distances, label) == pytest.approx(np.mean(own))
    assert _silhouette(distances, np.zeros(30)) == -1


def test_starts_lie_on_different_customers():
    points = np.repeat([[0.0, 0], [1, 0], [9, 9]], 20, axis=0)
    for seed in range(10):
        start = _start(points, 3, np.random.default_rng(seed))
        assert len(np.unique(start, axis=0)) == 3
    assert len(_start(points, 5, np.random.default_rng(0))) == 3, "no more than there are kinds"
