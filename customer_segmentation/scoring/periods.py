"""Periods between two days, and the one before each. Plain Python."""

from datetime import date, timedelta
from typing import NamedTuple

from .calendar import date_of, day_of, months_before

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)


class Period(NamedTuple):
    """From `start` to `end`, both included."""

    start: date
    end: date

    @property
    def text(self) -> str:
        """As searches take it: "2026-01-01/2026-03-31"."""
        return f"{self.start}/{self.end}"


def period_at(kind: str, day: date) -> Period:
    """The calendar month, quarter or year a day lies in.

    >>> period_at("quarter", date(2026, 5, 17)).text
    '2026-04-01/2026-06-30'

    Raises ValueError for another kind.
    """
    if kind not in MONTHS:
        raise ValueError(f"The kind of period is {kind!r}; it must be one of {', '.join(MONTHS)}.")
    start = _months_later(day.replace(day=1), -((day.month - 1) % MONTHS[kind]))
    return Period(start, _months_later(start, MONTHS[kind]) - DAY)


def previous(period: Period) -> Period:
    """The period before: as many calendar months for whole months, as many days for others.

    >>> previous(Period(date(2026, 3, 1), date(2026, 3, 31))).text
    '2026-02-01/2026-02-28'
    >>> previous(Period(date(2026, 3, 5), date(2026, 3, 11))).text
    '2026-02-26/2026-03-04'
    """
    following = period.end + DAY
    if period.start.day == following.day == 1:
        months = 12 * (following.year - period.start.year) + following.month - period.start.month
        return Period(_months_later(period.start, -months), period.start - DAY)
    return Period(period.start - (following - period.start), period.start - DAY)


def up_to(period: Period, day: date) -> Period:
    """The part of a period that has passed on a day.

    >>> up_to(Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 9)).text
    '2026-03-01/2026-03-09'
    """
    return Period(period.start, min(period.end, day))


def compared_with(period: Period, day: date) -> Period:
    """What a period is fairly compared with on a day: the one before, cut to as many days as have passed.

    >>> compared_with(Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 9)).text
    '2026-02-01/2026-02-09'
    >>> compared_with(Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 31)).text
    '2026-02-01/2026-02-28'
    """
    before = previous(period)
    return before if day >= period.end else up_to(before, before.start + (day - period.start))


def latest_periods(kind: str, day: date, count: int) -> list[Period]:
    """The period a day lies in and those before it, `count` in all, the latest first.

    >>> [period.text for period in latest_periods("month", date(2026, 1, 5), 2)]
    ['2026-01-01/2026-01-31', '2025-12-01/2025-12-31']
    """
    periods = [period_at(kind, day)]
    while len(periods) < count:
        periods.append(previous(periods[-1]))
    return periods


def _months_later(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    return date_of(months_before(day_of(first), -months))
