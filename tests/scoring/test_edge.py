"""Who stands at an edge of the ladder."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edge import edges
from scoring.tiers import NO_TIER_YET, Criterion, Rung, Veto, gap_to, resolve

GOLD = Rung(
    "Gold", (Criterion("revenue", 1000, 800, True), Criterion("orders", 10, 5, True)), (Veto("days_late", 60, False),)
)
SILVER = Rung("Silver", (Criterion("revenue", 500, 400, True),))
LADDER = [GOLD, SILVER, Rung("Bronze")]


def found(rank, falling=False, farthest=0.2, **values):
    """The edges of one customer: (rises, to_rank, met)."""
    measures = pd.DataFrame({"revenue": [0.0], "orders": 20.0, "days_late": 0.0}).assign(**values)
    rows = edges(measures, resolve(LADDER, measures), np.array([rank]), np.array([falling]), farthest)
    return list(rows[["rises", "to_rank", "met"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"revenue": 800}, [(True, 0, 80)]),
        ({"revenue": 799}, []),
        ({"revenue": 950, "orders": 9}, [(True, 0, 90)]),
        ({"revenue": 950, "orders": 7}, []),
        ({"revenue": 1500}, [(True, 0, 100)]),
        ({"revenue": 950, "days_late": 61}, []),
        ({"revenue": None}, []),
    ],
)
def test_rising_from_silver(values, expected):
    assert found(1, **values) == expected


def test_the_next_rung_only():
    assert found(2, revenue=950) == [(True, 1, 100)]
    assert found(3, revenue=950) == [(True, 2, 100)]
    assert found(0, revenue=950) == []
    assert found(NO_TIER_YET, True, revenue=950) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"revenue": 600}, [(False, 1, 75)]),
        ({"revenue": 600, "orders": 1}, [(False, 1, 20)]),
        ({"revenue": -50}, [(False, 1, 0)]),
        ({"revenue": 900}, []),
        ({"revenue": 5000, "days_late": 61}, [(False, 1, 0)]),
    ],
)
def test_falling_from_gold(values, expected):
    assert found(0, True, **values) == expected
    assert found(0, False, **values) == []


def test_falling_off_the_ladder():
    ladder = resolve([SILVER], pd.DataFrame({"revenue": [1.0]}))
    rows = edges(pd.DataFrame({"revenue": [300.0]}), ladder, np.array([0]), np.array([True]), 0.2)
    assert rows["to_rank"].tolist() == [1]


def test_nobody():
    measures = pd.DataFrame({"revenue": [], "orders": [], "days_late": []}, dtype=float)
    assert edges(measures, resolve(LADDER, measures), np.array([], int), np.array([], bool), 0.2).empty


def test_a_measure_that_is_missing_is_refused():
    with pytest.raises(ValueError, match="no such measure"):
        edges(
            pd.DataFrame({"orders": [1.0]}),
            resolve([SILVER], pd.DataFrame({"revenue": [1.0]})),
            np.array([1]),
            np.array([False]),
            0.2,
        )


@given(
    st.lists(
        st.tuples(st.integers(-100, 2000), st.integers(0, 20), st.integers(0, 90), st.integers(0, 3), st.booleans()),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([0.0, 0.1, 0.2, 0.5]),
)
def test_one_by_one(customers, farthest):
    """The same as looking at each customer and each criterion alone."""
    columns = ["revenue", "orders", "days_late", "rank", "falling"]
    table = pd.DataFrame(customers, columns=columns)
    ladder = resolve(LADDER, table)
    rows = edges(table, ladder, table["rank"].to_numpy(), table["falling"].to_numpy(), farthest)
    assert list(rows["rises"]) == sorted(rows["rises"])
    for position, (*_values, rank, falling) in enumerate(customers):
        values = table.loc[position, columns[:3]].to_dict()
        mine = rows[rows["position"] == position].set_index("rises")
        drops = falling and rank < 3 and bool(gap_to(ladder[rank], values, "keep"))
        assert (False in mine.index) == drops
        near = rank > 0 and not any(gap["veto"] for gap in gap_to(ladder[rank - 1], values))
        near = near and all(
            gap["missing"] <= farthest * gap["needed"] + 1e-9 for gap in gap_to(ladder[rank - 1], values)
        )
        assert (True in mine.index) == near
