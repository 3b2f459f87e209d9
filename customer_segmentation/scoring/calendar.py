"""Days and months, and when tiers are reviewed: on the last day of each period.

Plain Python; days are days since 1970-01-01.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import takewhile

EPOCH = date(1970, 1, 1).toordinal()
EVERY_RUN = "every_run"
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# By own rhythm no gap between purchases counts as shorter, so that a weekend is no news.
MINIMUM_GAP_DAYS = 7
RHYTHMS = (*MONTHS, EVERY_RUN)


def day_of(when: date) -> int:
    """The number of a date.

    >>> day_of(date(2024, 12, 31))
    20088
    """
    return when.toordinal() - EPOCH


def date_of(day: int) -> date:
    """The date of a day's number.

    >>> date_of(20088)
    datetime.date(2024, 12, 31)
    """
    return date.fromordinal(EPOCH + day)


def months_before(day: int, months: int) -> int:
    """The same day of the month so many months earlier, the month's last when it is shorter.

    >>> str(date_of(months_before(day_of(date(2024, 3, 31)), 13)))
    '2023-02-28'
    """
    when = date_of(day)
    year, month = divmod(when.year * 12 + when.month - 1 - months, 12)
    return day_of(date(year, month + 1, min(when.day, monthrange(year, month + 1)[1])))


def complete_months(as_of_day: int, months: int) -> tuple[int, int]:
    """The first and the last day of the last calendar months that were over on a day.

    >>> [str(date_of(day)) for day in complete_months(day_of(date(2024, 3, 31)), 12)]
    ['2023-03-01', '2024-02-29']
    """
    first_of_month = as_of_day - date_of(as_of_day).day + 1
    return months_before(first_of_month, months), first_of_month - 1


def review_days(rhythm: str, start_day: int, end_day: int) -> list[int]:
    """The review days from `start_day` to `end_day`, both included, ascending. "every_run": every day may be one.

    >>> days = review_days("quarter", day_of(date(2024, 2, 10)), day_of(date(2024, 12, 31)))
    >>> [str(date_of(day)) for day in days]
    ['2024-03-31', '2024-06-30', '2024-09-30', '2024-12-31']

    Raises ValueError for an unknown rhythm.
    """
    return list(takewhile(lambda day: day <= end_day, _reviews_after(rhythm, start_day - 1)))


def next_review_day(rhythm: str, day: int) -> int:
    """The first review day after `day`, which itself does not count.

    >>> [str(date_of(next_review_day("half_year", day_of(date(2024, 6, day))))) for day in (29, 30)]
    ['2024-06-30', '2024-12-31']

    Raises ValueError for an unknown rhythm.
    """
    return next(_reviews_after(rhythm, day))


def review_between(rhythm: str, after_day: int, as_of_day: int) -> int | None:
    """The latest review day after `after_day` and up to `as_of_day`, None when there is none.

    What a run on `as_of_day` has to review when the one before ran on `after_day`; after a long pause, one review.

    >>> second, third = day_of(date(2024, 6, 30)), day_of(date(2024, 9, 30))
    >>> review_between("quarter", second - 100, third + 5) == third
    True
    >>> review_between("quarter", second, third - 1) is None
    True

    Raises ValueError for an unknown rhythm.
    """
    if rhythm == EVERY_RUN:
        return as_of_day if as_of_day > after_day else None
    this_period_ends = next_review_day(rhythm, as_of_day - 1)
    latest = this_period_ends if this_period_ends == as_of_day else _period_start(rhythm, as_of_day) - 1
    return latest if latest > after_day else None


def _reviews_after(rhythm: str, day: int) -> Iterator[int]:
    while True:
        day = day + 1 if rhythm == EVERY_RUN else _period_start(rhythm, day + 1, following=True) - 1
        yield day


def _period_start(rhythm: str, day: int, *, following: bool = False) -> int:
    """The first day of the period that `day` lies in, or of the following one."""
    if rhythm not in MONTHS:
        raise ValueError(f"The review rhythm is {rhythm!r}; it must be one of {', '.join(RHYTHMS)}.")
    when, months = date_of(day), MONTHS[rhythm]
    period = (when.year * 12 + when.month - 1) // months + following
    year, month = divmod(period * months, 12)
    return day_of(date(year, month + 1, 1))
