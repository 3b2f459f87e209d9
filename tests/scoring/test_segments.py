from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rfm import SCORE_COLUMNS
from scoring.segments import SchemeCell, SchemeError, SegmentRange, lookup_table, segment_index, standings

from .builders import BY_OWN_RHYTHM, EIGHT_CLASSES, ELEVEN_SEGMENTS, fm_range

# R from 5 down to 1, FM from 1 up to 5; "New" stands for New (first purchase inside the window) or Promising.
GRID = {
    5: ("New", "Potential Loyalist", "Potential Loyalist", "Champions", "Champions"),
    4: ("Promising", "Potential Loyalist", "Potential Loyalist", "Loyal", "Loyal"),
    3: ("About to Sleep", "About to Sleep", "Need Attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose Them"),
    1: ("Lost", "Hibernating", "At Risk", "At Risk", "Can't Lose Them"),
}
# FM of F (down, 1 to 5) and M (across, 1 to 5): halves are rounded up.
FM = [
    [1, 2, 2, 3, 3],
    [2, 2, 3, 3, 4],
    [2, 3, 3, 4, 4],
    [3, 3, 4, 4, 5],
    [3, 4, 4, 5, 5],
]


def cells(bands):
    return product(range(1, bands + 1), range(1, bands + 1), range(1, bands + 1), (False, True), (False, True))


def claimants(ranges, r, f, m, inside, is_gone):
    """The segments that claim a cell, each range read one by one."""
    fm = int((f + m) / 2 + 0.5)
    halves = ("any", "inside") if inside else ("any", "before")
    return {
        one.segment
        for one in ranges
        if one.recency[0] <= r <= one.recency[1]
        and one.frequency[0] <= f <= one.frequency[1]
        and one.monetary[0] <= m <= one.monetary[1]
        and one.fm[0] <= fm <= one.fm[1]
        and one.first_purchase in halves
        and one.gone in ("any", "yes" if is_gone else "no")
    }


def names_of(ranges, bands, rows):
    """The segment of each (R, F, M, first purchase inside the window, gone)."""
    segments, table = lookup_table(ranges, bands)
    scores = pd.DataFrame([row[:3] for row in rows], columns=SCORE_COLUMNS, dtype="int8")
    inside, is_gone = (np.array([row[column] for row in rows], dtype=bool) for column in (3, 4))
    positions = segment_index(scores, inside, table, is_gone)
    return [segments[position] for position in positions]


def test_the_11_segments_cell_by_cell():
    rows = list(cells(5))
    expected = []
    for r, f, m, inside, _is_gone in rows:
        name = GRID[r][FM[f - 1][m - 1] - 1]
        expected.append("Promising" if name == "New" and not inside else name)
    assert names_of(ELEVEN_SEGMENTS, 5, rows) == expected
    assert len(set(expected)) == 11


def test_by_own_rhythm_lost_is_who_is_gone_and_nobody_else():
    rows = list(cells(5))
    for (r, f, m, inside, is_gone), name in zip(rows, names_of(BY_OWN_RHYTHM, 5, rows), strict=True):
        assert (name == "Lost") == is_gone
        usual = GRID[r][FM[f - 1][m - 1] - 1]
        usual = {"Lost": "Hibernating", "New": usual if inside else "Promising"}.get(usual, usual)
        assert is_gone or name == usual


def test_the_8_classes_cell_by_cell():
    table = {
        (2, 2, 2): "重要价值客户",
        (2, 1, 2): "重要发展客户",
        (1, 2, 2): "重要保持客户",
        (1, 1, 2): "重要挽留客户",
        (2, 2, 1): "一般价值客户",
        (2, 1, 1): "一般发展客户",
        (1, 2, 1): "一般保持客户",
        (1, 1, 1): "一般挽留客户",
    }
    rows = [(*cell, inside, False) for cell in table for inside in (False, True)]
    assert names_of(EIGHT_CLASSES, 2, rows) == [name for name in table.values() for _ in range(2)]


def test_who_is_not_scored_has_no_segment():
    _, table = lookup_table(ELEVEN_SEGMENTS, 5)
    scores = pd.DataFrame([(0, 0, 0), (5, 5, 5), (0, 0, 0)], columns=SCORE_COLUMNS, dtype="int8")
    assert segment_index(scores, np.array([True, False, False]), table).tolist() == [-1, 0, -1]
    assert segment_index(scores[:0], np.array([], dtype=bool), table).tolist() == []


@st.composite
def bounds(draw):
    low = draw(st.integers(1, 3))
    return low, draw(st.integers(low, 3))


halves = st.sampled_from(["any", "inside", "before"])
gone = st.sampled_from(["any", "yes", "no"])
some_ranges = st.builds(SegmentRange, st.sampled_from("ABC"), bounds(), bounds(), bounds(), bounds(), halves, gone)


@given(st.lists(some_ranges, max_size=4))
def test_gaps_and_overlaps_are_exactly_those_counted_one_by_one(ranges):
    owners = {cell: claimants(ranges, *cell) for cell in cells(3)}
    gaps, overlaps = set(), set()
    try:
        segments, table = lookup_table(ranges, 3)
    except SchemeError as refused:
        for cell in [*refused.gaps, *refused.overlaps]:
            found = gaps if not cell.segments else overlaps
            halves = {"any": (False, True), "before": (False,), "inside": (True,)}[cell.first_purchase]
            for half in product(halves, {"any": (False, True), "no": (False,), "yes": (True,)}[cell.gone]):
                position = (cell.recency, cell.frequency, cell.monetary, *half)
                assert set(cell.segments) == owners[position]
                found.add(position)
    else:
        for (r, f, m, inside, is_gone), names in owners.items():
            assert names == {segments[table[r - 1, f - 1, m - 1, int(inside), int(not is_gone)]]}
    assert gaps == {cell for cell, names in owners.items() if not names}
    assert overlaps == {cell for cell, names in owners.items() if len(names) > 1}


@pytest.mark.parametrize("position", range(len(ELEVEN_SEGMENTS)))
def test_any_range_left_out_is_a_gap_and_any_range_twice_an_overlap(position):
    one = ELEVEN_SEGMENTS[position]
    with pytest.raises(SchemeError) as without:
        lookup_table(ELEVEN_SEGMENTS[:position] + ELEVEN_SEGMENTS[position + 1 :], 5)
    with pytest.raises(SchemeError) as twice:
        lookup_table([*ELEVEN_SEGMENTS, one._replace(segment="Other")], 5)
    assert without.value.gaps
    assert without.value.overlaps == []
    assert twice.value.gaps == []
    assert {cell.segments for cell in twice.value.overlaps} == {(one.segment, "Other")}


def test_the_message_names_the_cells():
    with pytest.raises(SchemeError) as refused:
        lookup_table([one for one in ELEVEN_SEGMENTS if one.first_purchase != "before"], 5)
    assert str(refused.value) == "R5 F1 M1 (first purchase before the window) belongs to no segment"
    assert refused.value.gaps == [SchemeCell(5, 1, 1, "before", ())]

    with pytest.raises(SchemeError) as refused:
        lookup_table([*EIGHT_CLASSES, SegmentRange("VIP", (2, 2), (2, 2), (1, 2), (1, 2))], 2)
    assert str(refused.value) == (
        "R2 F2 M1 belongs to both 一般价值客户 and VIP; R2 F2 M2 belongs to both 重要价值客户 and VIP"
    )

    with pytest.raises(SchemeError) as refused:
        lookup_table([*ELEVEN_SEGMENTS, fm_range("X", (1, 1), (1, 1)), fm_range("Y", (1, 1), (1, 1), "inside")], 5)
    assert str(refused.value) == (
        "R1 F1 M1 (first purchase before the window) belongs to both Lost and X; "
        "R1 F1 M1 (first purchase inside the window) belongs to Lost, X and Y"
    )


def test_a_long_message_stops_after_six_cells():
    with pytest.raises(SchemeError) as refused:
        lookup_table([], 5)
    assert len(refused.value.gaps) == 125
    assert str(refused.value).count("belongs to no segment") == 6
    assert str(refused.value).endswith("R1 F2 M1 belongs to no segment; and 119 more")


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (fm_range("X", (4, 3), (1, 5)), "X: R runs from 4 to 3; it must lie within 1 to 5"),
        (fm_range("X", (1, 5), (1, 6)), "X: FM runs from 1 to 6; it must lie within 1 to 5"),
        (fm_range("X", (0, 5), (1, 5)), "X: R runs from 0 to 5; it must lie within 1 to 5"),
        (fm_range("X", (1, 5), (1, 5), "never"), "X: first purchase is 'never', not any, inside or before"),
    ],
)
def test_a_range_that_means_nothing_is_refused(one, sentence):
    with pytest.raises(SchemeError) as refused:
        lookup_table([one], 5)
    assert str(refused.value) == sentence


def silent_pairs(ranges, bands):
    """Each (segment, segment) some customer can go through by buying nothing: no score rises, the window passes."""
    rows = list(cells(bands))
    found = dict(zip(rows, names_of(ranges, bands, rows), strict=True))
    return {
        (found[before], found[after])
        for before, after in product(rows, rows)
        if found[before] != found[after] and follows(before, after)
    }


def follows(before, after):
    (*scores, gone), (*later_scores, gone_later) = before, after
    return gone <= gone_later and all(now <= then for then, now in zip(scores, later_scores, strict=True))


@pytest.mark.parametrize(("ranges", "bands"), [(ELEVEN_SEGMENTS, 5), (BY_OWN_RHYTHM, 5), (EIGHT_CLASSES, 2)])
def test_silence_never_leads_to_a_better_segment(ranges, bands):
    """Whatever the wished order of the segments is, the reverse included."""
    for wished in (ranges, ranges[::-1]):
        places = standings(wished, bands)
        assert sorted(places.values()) == list(range(1, len(places) + 1))
        for before, after in silent_pairs(ranges, bands):
            assert places[before] < places[after], (before, after)


def test_what_silence_does_not_tell_apart_keeps_the_wished_order():
    places = standings(ELEVEN_SEGMENTS, 5)
    wished = list(dict.fromkeys(one.segment for one in ELEVEN_SEGMENTS))
    assert places["Can't Lose Them"] < places["At Risk"]
    others = [segment for segment in wished if segment not in ("Can't Lose Them", "At Risk")]
    assert sorted(others, key=places.get) == others


@given(st.permutations(range(8)), st.integers(0, 7), st.integers(0, 7))
def test_any_scheme_has_places_for_all(order, first, second):
    """Also one in which silence leads both ways between two segments."""
    names = [f"S{min(number, first) if number == second else number}" for number in range(8)]
    ranges = [
        SegmentRange(names[number], *(((bit & 1) + 1,) * 2 for bit in (number >> 2, number >> 1, number)), (1, 2))
        for number in order
    ]
    places = standings(ranges, 2)
    assert sorted(places.values()) == list(range(1, len(set(names)) + 1))
