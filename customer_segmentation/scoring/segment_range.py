"""The blocks a scheme is made of, and the segment of one customer: plain Python, for pages that look up one."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple


class SegmentRange(NamedTuple):
    """One block of the cube and the segment it belongs to; a segment may have several. Bounds are inclusive.

    `fm` bounds (F + M) / 2, halves rounded up. `first_purchase`: "any", or only customers whose first purchase ever
    lies "inside" the window or "before" it. `gone`: "any", or only customers who are gone ("yes") by their rhythm, or
    who are not ("no").
    """

    segment: Hashable
    recency: tuple[int, int]
    frequency: tuple[int, int]
    monetary: tuple[int, int]
    fm: tuple[int, int]
    first_purchase: str = "any"
    gone: str = "any"


def segment_at(
    ranges: Iterable[SegmentRange],
    recency: int,
    frequency: int,
    monetary: int,
    first_inside_window: bool,
    is_gone: bool = False,
) -> Hashable | None:
    """The segment three scores lie in, None in a gap: what `segments.segment_index` says of everybody.

    >>> ranges = [
    ...     SegmentRange("Lost", (1, 1), (1, 2), (1, 2), (1, 2)),
    ...     SegmentRange("New", (2, 2), (1, 2), (1, 2), (1, 2), "inside"),
    ...     SegmentRange("Loyal", (2, 2), (1, 2), (1, 2), (1, 2), "before"),
    ... ]
    >>> segment_at(ranges, 2, 1, 2, True), segment_at(ranges, 2, 1, 2, False), segment_at(ranges, 1, 1, 1, True)
    ('New', 'Loyal', 'Lost')
    """
    scores = (recency, frequency, monetary, fm_score(frequency, monetary))
    first_purchase = ("any", "inside" if first_inside_window else "before")
    gone = ("any", "yes" if is_gone else "no")
    for one in ranges:
        fits = one.first_purchase in first_purchase and one.gone in gone
        if fits and all(low <= score <= high for score, (low, high) in zip(scores, one[1:5], strict=True)):
            return one.segment
    return None


def fm_score(frequency: int, monetary: int) -> int:
    """(F + M) / 2, halves rounded up.

    >>> fm_score(2, 3), fm_score(2, 2)
    (3, 2)
    """
    return (frequency + monetary + 1) // 2


def splits_frequency_and_money(ranges: Iterable[SegmentRange], bands: int) -> bool:
    """Whether a segment asks for F or M alone, so that a grid of R and FM does not show the scheme.

    >>> splits_frequency_and_money([SegmentRange("New", (1, 2), (1, 2), (1, 2), (1, 1))], 2)
    False
    >>> splits_frequency_and_money([SegmentRange("New", (1, 2), (1, 2), (2, 2), (1, 2))], 2)
    True
    """
    whole = (1, bands)
    return any(one.frequency != whole or one.monetary != whole for one in ranges)


def asks_who_is_gone(ranges: Iterable[SegmentRange]) -> bool:
    """Whether a segment is only for who is gone by the own rhythm, or only for who is not.

    >>> asks_who_is_gone([SegmentRange("Lost", *[(1, 2)] * 4, gone="yes")]), asks_who_is_gone([])
    (True, False)
    """
    return any(one.gone != "any" for one in ranges)
