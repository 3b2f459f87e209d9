"""From three scores to a segment, over a scheme whose ranges cover the whole R x F x M cube exactly once."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .rfm import SCORE_COLUMNS
from .segment_range import SegmentRange as SegmentRange  # offered here too

# Last axes of a lookup table: is the customer's first purchase ever inside the window? 0 no, 1 yes. Is it gone by its
# rhythm? 0 yes, 1 no: silence leads from higher places to lower ones.
FIRST_PURCHASE_HALVES = {"any": [0, 1], "before": [0], "inside": [1]}
GONE_HALVES = {"any": [0, 1], "yes": [0], "no": [1]}
GONE_WORDS = {"any": "", "yes": " (gone)", "no": " (not gone)"}
FIRST_PURCHASE_WORDS = {
    "any": "",
    "before": " (first purchase before the window)",
    "inside": " (first purchase inside the window)",
}
CELLS_NAMED = 6


class SchemeCell(NamedTuple):
    """One cell of the cube that is not covered exactly once, and the segments that claim it."""

    recency: int
    frequency: int
    monetary: int
    first_purchase: str
    segments: tuple[Hashable, ...]
    gone: str = "any"

    def __str__(self) -> str:
        if not self.segments:
            owners = "no segment"
        elif len(self.segments) == 2:
            owners = f"both {self.segments[0]} and {self.segments[1]}"
        else:
            owners = f"{', '.join(map(str, self.segments[:-1]))} and {self.segments[-1]}"
        words = FIRST_PURCHASE_WORDS[self.first_purchase] + GONE_WORDS[self.gone]
        return f"R{self.recency} F{self.frequency} M{self.monetary}{words} belongs to {owners}"


class SchemeError(ValueError):
    """A scheme with `gaps` or `overlaps`: lists of `SchemeCell`. The message names the first of them."""

    def __init__(self, message: str, gaps: Sequence[SchemeCell] = (), overlaps: Sequence[SchemeCell] = ()):
        super().__init__(message)
        self.gaps = list(gaps)
        self.overlaps = list(overlaps)


def lookup_table(ranges: Sequence[SegmentRange], bands: int) -> tuple[list[Hashable], np.ndarray]:
    """The segments in the order of their first range, and for each cell the position of its segment in that list.

    The table has shape (bands, bands, bands, 2, 2): R, F and M score - 1, then 0 for a first purchase before the
    window and 1 for one inside it, then 0 for who is gone and 1 for who is not.

    >>> ranges = [
    ...     SegmentRange("Lost", (1, 1), (1, 2), (1, 2), (1, 2)),
    ...     SegmentRange("New", (2, 2), (1, 2), (1, 2), (1, 2), "inside"),
    ...     SegmentRange("Loyal", (2, 2), (1, 2), (1, 2), (1, 2), "before"),
    ... ]
    >>> segments, table = lookup_table(ranges, 2)
    >>> segments
    ['Lost', 'New', 'Loyal']
    >>> table[1, 0, 0, :, 1].tolist()
    [2, 1]
    >>> lookup_table([*ranges[1:], SegmentRange("Lost", (1, 1), (2, 2), (1, 2), (1, 2))], 2)
    Traceback (most recent call last):
    scoring.segments.SchemeError: R1 F1 M1 belongs to no segment; R1 F1 M2 belongs to no segment

    Raises SchemeError, a ValueError, for a gap, an overlap, or a range outside 1…bands.
    """
    segments = list(dict.fromkeys(one.segment for one in ranges))
    covered = np.zeros((len(segments), bands, bands, bands, 2, 2), dtype=bool)
    for one in ranges:
        covered[segments.index(one.segment)] |= _block(one, bands)
    cells = _cells_not_covered_once(covered, segments)
    if cells:
        more = f"; and {len(cells) - CELLS_NAMED} more" if len(cells) > CELLS_NAMED else ""
        raise SchemeError(
            "; ".join(map(str, cells[:CELLS_NAMED])) + more,
            gaps=[cell for cell in cells if not cell.segments],
            overlaps=[cell for cell in cells if cell.segments],
        )
    return segments, covered.argmax(axis=0)


def segment_index(
    scores: pd.DataFrame, first_inside_window: np.ndarray, table: np.ndarray, is_gone: np.ndarray | bool = False
) -> np.ndarray:
    """Position of each customer's segment, int64, shape (customers,); -1 for who is not scored.

    `scores` as from `rfm_scores`; `first_inside_window`, bool, shape (customers,): first purchase ever after the
    window's start; `is_gone`, bool, of the same shape: in the stage lost.

    >>> ranges = [SegmentRange("Gone", (1, 1), (1, 2), (1, 2), (1, 2)), SegmentRange("Here", (2, 2), *[(1, 2)] * 3)]
    >>> scores = pd.DataFrame([[2, 1, 2], [1, 1, 1], [0, 0, 0]], columns=SCORE_COLUMNS)
    >>> segment_index(scores, np.array([True, False, False]), lookup_table(ranges, 2)[1]).tolist()
    [1, 0, -1]
    """
    recency, frequency, monetary = (scores[column].to_numpy(dtype=np.int64) - 1 for column in SCORE_COLUMNS)
    inside, here = np.asarray(first_inside_window, dtype=np.int64), 1 - np.asarray(is_gone, dtype=np.int64)
    found = table[recency, frequency, monetary, inside, here]
    return np.where(recency >= 0, found, -1)


def reached_by_silence(table: np.ndarray, count: int) -> np.ndarray:
    """Which of `count` segments silence alone leads to: bool, [from, to]; `table` as from `lookup_table`.

    Who buys nothing never rises in R, F or M, the first purchase falls out of the window some day, and who is gone
    does not come back.

    >>> ranges = [SegmentRange("Here", (2, 2), *[(1, 2)] * 3), SegmentRange("Gone", (1, 1), *[(1, 2)] * 3)]
    >>> reached_by_silence(lookup_table(ranges, 2)[1], 2).tolist()
    [[False, True], [False, False]]
    """
    reached = np.zeros((count, count), dtype=bool)
    for start in range(count):
        below = table == start
        for axis in range(table.ndim):
            below = np.flip(np.maximum.accumulate(np.flip(below, axis), axis=axis), axis)
        reached[start, np.unique(table[below])] = True
        reached[start, start] = False
    return reached


def standings(ranges: Sequence[SegmentRange], bands: int) -> dict[Hashable, int]:
    """The place of each segment, 1 for the best, when the ranges come in the wished order of their segments.

    A segment silence leads to never stands above the one it leads from; apart from that the wished order is kept.
    Where silence leads both ways nothing tells them apart but the wish.

    >>> ranges = [SegmentRange("Gone", (1, 1), *[(1, 2)] * 3), SegmentRange("Here", (2, 2), *[(1, 2)] * 3)]
    >>> standings(ranges, 2)
    {'Here': 1, 'Gone': 2}

    Raises SchemeError for ranges that are no scheme.
    """
    segments, table = lookup_table(ranges, bands)
    reached = reached_by_silence(table, len(segments))
    worse = reached & ~reached.T
    left, order = list(range(len(segments))), []
    while left:
        # In a circle of three or more there may be nobody above whom nobody stands.
        chosen = next((one for one in left if not worse[left, one].any()), left[0])
        left.remove(chosen)
        order.append(segments[chosen])
    return {segment: place for place, segment in enumerate(order, 1)}


def _block(one: SegmentRange, bands: int) -> np.ndarray:
    """The cells of one range, bool, broadcastable to (bands, bands, bands, 2, 2)."""
    for measure, (low, high) in zip(("R", "F", "M", "FM"), one[1:5], strict=True):
        if not 1 <= low <= high <= bands:
            raise SchemeError(f"{one.segment}: {measure} runs from {low} to {high}; it must lie within 1 to {bands}")
    if one.first_purchase not in FIRST_PURCHASE_HALVES:
        raise SchemeError(f"{one.segment}: first purchase is {one.first_purchase!r}, not any, inside or before")
    if one.gone not in GONE_HALVES:
        raise SchemeError(f"{one.segment}: gone is {one.gone!r}, not any, yes or no")
    score = slice(1, bands + 1)
    recency, frequency, monetary, half, gone = np.ogrid[score, score, score, 0:2, 0:2]
    fm = (frequency + monetary + 1) // 2
    block = np.isin(half, FIRST_PURCHASE_HALVES[one.first_purchase]) & np.isin(gone, GONE_HALVES[one.gone])
    for measure, (low, high) in zip((recency, frequency, monetary, fm), one[1:5], strict=True):
        block = block & (low <= measure) & (measure <= high)
    return block


def _cells_not_covered_once(covered: np.ndarray, segments: list[Hashable]) -> list[SchemeCell]:
    """A cell is told apart by the first purchase, and by who is gone, only where its owners differ by it."""
    cells = []
    wrong = (covered.sum(axis=0) != 1).any(axis=(-2, -1))
    for position in np.argwhere(wrong).tolist():
        scores = [index + 1 for index in position]
        claims = covered[(slice(None), *position)]
        cells += [
            SchemeCell(*scores, half, tuple(segments[index] for index in owners), gone)
            for half, gone, owners in _parts(claims)
            if len(owners) != 1
        ]
    return cells


def _parts(claims: np.ndarray) -> Iterator[tuple[str, str, list[int]]]:
    """Which segments claim a cell: (first purchase, gone, positions of the segments); `claims`: (segments, 2, 2)."""
    halves = ["any"] if (claims[:, 0] == claims[:, 1]).all() else ["before", "inside"]
    for half in halves:
        by_gone = claims[:, FIRST_PURCHASE_HALVES[half][0]]
        for gone in ["any"] if (by_gone[:, 0] == by_gone[:, 1]).all() else ["yes", "no"]:
            yield half, gone, np.flatnonzero(by_gone[:, GONE_HALVES[gone][0]]).tolist()
