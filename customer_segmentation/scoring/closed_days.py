"""Days on which nothing was to be expected: 春节, the weeks of August, a move. They are neither silence nor gap.

Days are days since 1970-01-01. All of rhythm is counted on open days: each day has an open number, which stands still
while the shop is closed.

| day          | 9 | 10 | 11 | 12 | 13 |   closed from 10 to 12
| open number  | 9 |  9 |  9 |  9 | 10 |

Who bought on day 9 is silent for one day on day 13. Closed days are known by a calendar, or found: runs of days on
which hardly anybody bought although many were to be expected (`quiet_runs`).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

EXPECTED_PURCHASES = 10
MOST_SHARE = 0.05
WEEKS_AROUND = 13
LEAST_WEEKS = 4
# A shop that bills on the first of each month is not closed in between.
TIMES_THE_USUAL_PAUSE = 2
USUAL_SHARE = 0.9


class ClosedDays(NamedTuple):
    """Runs of closed days, ascending and apart: arrays of shape (runs,).

    `first`, `last`  int64, the days a run begins and ends with
    `before`         int64, shape (runs + 1,): closed days of all runs before each, and of all

    >>> closed = closed_days([(10, 12)])
    >>> closed.open_number(np.array([9.0, 10.0, 12.0, 13.0, np.nan])).tolist()
    [9.0, 9.0, 9.0, 10.0, nan]
    >>> closed.day_of(np.array([9.0, 10.0, np.nan, np.inf])).tolist()
    [9.0, 13.0, nan, inf]
    """

    first: np.ndarray
    last: np.ndarray
    before: np.ndarray

    def open_number(self, day: np.ndarray | float) -> np.ndarray:
        """The open number of days: the day less the closed days up to it; float64, NaN stays."""
        day = np.asarray(day, dtype=float)
        if not self.first.size:
            return day
        run = np.searchsorted(self.first, day, side="right")
        left_of_run = np.where(run > 0, np.maximum(self.last[np.maximum(run, 1) - 1] - day, 0), 0)
        return day - (self.before[run] - left_of_run)

    def day_of(self, open_number: np.ndarray | float) -> np.ndarray:
        """The first day that has so high an open number; float64, NaN stays. It is an open one."""
        open_number = np.asarray(open_number, dtype=float)
        if not self.first.size:
            return open_number
        return open_number + self.before[np.searchsorted(self.first - 1 - self.before[:-1], open_number, side="left")]

    def later(self, day: np.ndarray, open_days: np.ndarray | float) -> np.ndarray:
        """The day that is so many open days later; float64, NaN stays.

        >>> closed_days([(10, 12)]).later(np.array([8.0, 11.0]), 2).tolist()
        [13.0, 14.0]
        """
        return self.day_of(self.open_number(day) + open_days)

    def runs(self) -> list[list[int]]:
        """First and last day of each run, as plain JSON values."""
        return [list(run) for run in zip(self.first.tolist(), self.last.tolist(), strict=True)]


def closed_days(runs: Iterable[Sequence[int]]) -> ClosedDays:
    """Closed days from runs (first and last day) in any order, which may touch or overlap.

    >>> closed_days([(20, 21), (10, 12), (13, 13), (11, 12)]).runs()
    [[10, 13], [20, 21]]

    Raises ValueError for a run that ends before it begins.
    """
    joined: list[list[int]] = []
    for first, last in sorted((int(first), int(last)) for first, last in runs):
        if last < first:
            raise ValueError(f"Closed days run from {first} to {last}; they must end after they begin.")
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    begins, ends = (np.array([run[end] for run in joined], dtype=np.int64) for end in (0, 1))
    return ClosedDays(begins, ends, np.append(0, np.cumsum(ends - begins + 1)).astype(np.int64))


NO_CLOSED_DAYS = closed_days([])


def found_closed_days(day: np.ndarray, known: Iterable[Sequence[int]] = ()) -> ClosedDays:
    """The closed days of a shop: those known by its calendar, and the quiet runs of its purchases.

    `day`: that of each purchase, whole numbers in any order. Quiet runs are looked for on the days that are open by
    the calendar, so that known closed days do not draw in their neighbours.

    >>> sold = [day for day in range(0, 200) for _purchase in range(3) if not 100 <= day < 121]
    >>> found_closed_days(sold).runs(), found_closed_days(sold, [(98, 120)]).runs()
    ([[100, 120]], [[98, 120]])
    """
    known = closed_days(known)
    number = known.open_number(np.asarray(day)).astype(np.int64)
    quiet = quiet_runs(number, _weekdays(number, known))
    ends = [(int(known.day_of(first)), int(known.day_of(last))) for first, last in quiet]
    return closed_days([*known.runs(), *ends])


def quiet_runs(day: Sequence[int], weekday: np.ndarray | None = None) -> list[tuple[int, int]]:
    """First and last day of each ended run in which 10 or more purchases were to be expected and at most 5 % came.

    To be expected is the mean of the same weekday in the 13 weeks before or in those after, whichever is less, so that
    a shop that grows was not closed when it was small; 4 weeks at least. A run is longer than twice the pause nine of
    ten pauses of this shop do not exceed. It is one of the "maximal scoring subsequences" of the missing purchases
    (W. L. Ruzzo, M. Tompa, A linear time algorithm for finding all maximal scoring subsequences, ISMB 1999): neither
    of its ends has more purchases than 5 % of the expected ones.

    `weekday`: of each day from the first to the last purchase, 0 to 6; default: they follow one another.
    """
    day = np.asarray(day, dtype=np.int64)
    if not day.size:
        return []
    first = int(day.min())
    came = np.bincount(day - first).astype(float)
    weekday = np.arange(came.size) % 7 if weekday is None else weekday
    expected = _expected(came, weekday)
    longest_usual = TIMES_THE_USUAL_PAUSE * _usual_pause(came)
    return [
        (first + begin, first + end)
        for begin, end in _maximal_runs(MOST_SHARE * expected - came)
        if end < came.size - 1
        and end - begin + 1 > longest_usual
        and expected[begin : end + 1].sum() >= EXPECTED_PURCHASES
    ]


def _weekdays(number: np.ndarray, closed: ClosedDays) -> np.ndarray:
    """The weekday of each open number from the first to the last purchase."""
    numbers = np.arange(number.min(), number.max() + 1) if number.size else np.array([])
    return closed.day_of(numbers).astype(np.int64) % 7


def _usual_pause(came: np.ndarray) -> float:
    """The days from one purchase day to the next that nine of ten do not exceed; 0 with one purchase day."""
    gaps = np.diff(np.flatnonzero(came))
    return float(np.quantile(gaps, USUAL_SHARE, method="inverted_cdf")) if gaps.size else 0.0


def _expected(came: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """How many purchases were to be expected on each day, by the same weekdays before and after it."""
    expected = np.zeros(came.size)
    for number in range(7):
        of_weekday = np.flatnonzero(weekday == number)
        sums = np.append(0.0, np.cumsum(came[of_weekday]))
        here = np.arange(of_weekday.size)
        begin, end = np.maximum(here - WEEKS_AROUND, 0), np.minimum(here + 1 + WEEKS_AROUND, here.size)
        before = _mean(sums[here] - sums[begin], here - begin, unknown=0.0)
        after = _mean(sums[end] - sums[np.minimum(here + 1, end)], end - here - 1, unknown=np.inf)
        expected[of_weekday] = np.minimum(before, after)
    return expected


def _mean(sums: np.ndarray, counts: np.ndarray, unknown: float) -> np.ndarray:
    """`unknown` where there are fewer than 4 weeks."""
    return np.where(counts >= LEAST_WEEKS, sums / np.maximum(counts, 1), unknown)


def _maximal_runs(scores: np.ndarray) -> list[tuple[int, int]]:
    """First and last position of each maximal scoring subsequence.

    >>> _maximal_runs(np.array([1.0, -3.0, 2.0, -1.0, 2.0, -9.0]))
    [(0, 0), (2, 4)]
    """
    sums = np.append(0.0, np.cumsum(scores)).tolist()
    # Begin and end of each, as positions in `sums`, and the last one before it that begins lower.
    candidates: list[tuple[int, int, int | None]] = []
    for position, (before, now) in enumerate(pairwise(sums)):
        if now <= before:
            continue
        begin, end = position, position + 1
        lower = _lower(candidates, sums, begin)
        while lower is not None and sums[candidates[lower][1]] < sums[end]:
            begin = candidates[lower][0]
            del candidates[lower:]
            lower = _lower(candidates, sums, begin)
        candidates.append((begin, end, lower))
    return [(begin, end - 1) for begin, end, _before in candidates]


def _lower(candidates: list[tuple[int, int, int | None]], sums: list[float], begin: int) -> int | None:
    """The last candidate that begins lower than the new one; those between a candidate and its own do not."""
    number = len(candidates) - 1 if candidates else None
    while number is not None and sums[candidates[number][0]] >= sums[begin]:
        number = candidates[number][2]
    return number
