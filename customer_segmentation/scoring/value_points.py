"""What a page says about a value score: plain Python over what is stored, no NumPy.

Each indicator of a customer is four characters: how its value is known, and the rank it got.

    k087    known, rank 87           n050    missing, counts as the middle
    w000    missing, counts as worst -000    missing, left out: its weight goes to the others
"""

from collections.abc import Sequence
from typing import NamedTuple

KNOWN, WORST, NEUTRAL, LEFT_OUT = "k", "w", "n", "-"
SIZE = 4


class Points(NamedTuple):
    """What one indicator contributes to the score of one customer."""

    mark: str  # KNOWN, WORST, NEUTRAL or LEFT_OUT
    rank: int  # 0…100: better than so many percent of those who differ
    points: float  # of `possible`; all points add up to the score
    possible: float  # the weight, with its part of what was left out


def read_codes(codes: str, weights: Sequence[float]) -> list[Points]:
    """The contribution of each indicator; nothing when the codes are not of as many indicators.

    >>> [(part.points, part.possible) for part in read_codes("k050-000k100", [30, 40, 30])]
    [(25.0, 50.0), (0.0, 0.0), (50.0, 50.0)]
    >>> read_codes("k050", [30, 70])
    []
    """
    parts = [codes[start : start + SIZE] for start in range(0, len(codes), SIZE)]
    if len(parts) != len(weights):
        return []
    counted = [0.0 if part[0] == LEFT_OUT else float(weight) for part, weight in zip(parts, weights, strict=True)]
    total = sum(counted)
    possible = [100 * weight / total if total else 0.0 for weight in counted]
    return [
        Points(part[0], int(part[1:]), most * int(part[1:]) / 100, most)
        for part, most in zip(parts, possible, strict=True)
    ]
