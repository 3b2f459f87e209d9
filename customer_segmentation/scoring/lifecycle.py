"""Which stage of its life a customer is in, held against its own rhythm. Days are days since 1970-01-01.

Each customer is in exactly one stage on every day, the first of these that holds (limits: `Limits`):

prospect    never bought
new         first purchase at most 90 days ago
lost        silent for more than 6 × the typical gap, or for more than 24 months
dormant     … for more than 4 ×
at_risk     … for more than 2 ×
returning   the latest purchase ended a silence in which the customer was dormant or lost
mature      first purchase at least 12 months ago, and 5 purchase days or more
active      everybody else

A gap counts as at least 7 days, so that a weekend is no news. Nobody becomes at risk, nor dormant or lost by rhythm,
before a floor of silence: 30 days, and for who has 6 gaps of its own the smaller of that and 3 typical gaps, 7 days at
least: a daily buyer silent for two weeks is news. Days are open days (`closed_days`): while the shop is closed nobody
gets older, neither in silence nor in life.

Returning: on the day before its latest purchase day the customer was dormant or lost, judged by these same rules from
what was known then (one purchase day and one gap fewer; typical gap of those gaps and the company median of today, for
that of then is not kept). So the purchase that brings a customer back makes it returning, and the next one, the second
since, ends it; until then only the silence can: at risk goes first.

A silent customer moves on by itself: new, then returning, mature or active (active may become mature), then at_risk,
dormant, lost; stages may be skipped. Months are calendar months: from 31 January to 28 February is one.

Arrays are of shape (customers,), as in `rhythm.PurchaseDays`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .calendar import MINIMUM_GAP_DAYS
from .closed_days import NO_CLOSED_DAYS, ClosedDays
from .rhythm import PurchaseDays, typical_gap

OWN_GAPS_FOR_A_FLOOR = 6
GAPS_OF_THE_FLOOR = 3

STAGES = ("prospect", "new", "lost", "dormant", "at_risk", "returning", "mature", "active")


class Limits(NamedTuple):
    """Where the stages begin. Ratios are multiples of the typical gap, passed when the silence is longer."""

    new_days: int = 90
    lost_ratio: float = 6.0
    lost_months: int = 24
    dormant_ratio: float = 4.0
    at_risk_ratio: float = 2.0
    at_risk_minimum_days: int = 30
    mature_months: int = 12
    mature_purchase_days: int = 5


DEFAULT_LIMITS = Limits()


def check_limits(limits: Limits) -> None:
    """Refuse limits by which a stage can never be reached or comes before an earlier one, with a ValueError.

    >>> check_limits(Limits())
    >>> check_limits(Limits(dormant_ratio=7))
    Traceback (most recent call last):
    ValueError: At risk, dormant and lost must begin one after the other, but the limits are 2, 7 and 6 times the gap.
    """
    for name, value in limits._asdict().items():
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} is {value}; it must be a number from 0.")
    if not 1 <= limits.at_risk_ratio < limits.dormant_ratio < limits.lost_ratio:
        if limits.at_risk_ratio < 1:
            raise ValueError(
                f"Nobody is at risk before the usual gap is over, but the limit is {limits.at_risk_ratio:g}."
            )
        raise ValueError(
            "At risk, dormant and lost must begin one after the other, but the limits are "
            f"{limits.at_risk_ratio:g}, {limits.dormant_ratio:g} and {limits.lost_ratio:g} times the gap."
        )
    if limits.lost_months < 1:
        raise ValueError("A customer can be lost after 1 month at the earliest, but the limit is 0.")
    if limits.mature_purchase_days < 1:
        raise ValueError("A mature customer has bought, so it takes 1 purchase day at least, but the limit is 0.")


def stages(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int | np.ndarray,
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> np.ndarray:
    """The stage of each customer at the end of `as_of_day`, strings of `STAGES`, shape (customers,).

    `as_of_day`: one for all, or one each. `days`: purchases up to it, their gaps without closed days;
    `company_median`: `rhythm.company_median_gap`, in days.

    >>> from scoring.rhythm import purchase_days
    >>> monthly = purchase_days([0] * 6, [0, 30, 60, 90, 120, 150], 2)
    >>> [stages(monthly, 30.0, day).tolist()[0] for day in (150, 210, 211, 271, 331)]
    ['active', 'active', 'at_risk', 'dormant', 'lost']
    >>> stages(monthly, 30.0, 150).tolist()[1]
    'prospect'

    Raises ValueError for a purchase after `as_of_day`.
    """
    return _stages_on(_milestones(days, company_median, as_of_day, limits, closed), as_of_day)


class Silence(NamedTuple):
    """What recency by own rhythm is judged by, arrays of shape (customers,).

    `silence_days`     float64, open days since the last purchase; NaN for who never bought
    `judged_gap_days`  float64, the typical gap, 7 days at least
    `is_protected`     bool: new, or not silent for long enough to be at risk whatever the gap
    """

    silence_days: np.ndarray
    judged_gap_days: np.ndarray
    is_protected: np.ndarray


def silence(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int,
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> Silence:
    """How long each customer has been silent, and by which gap that is judged. Arguments: `stages`.

    >>> from scoring.rhythm import purchase_days
    >>> monthly = purchase_days([0] * 6, [0, 30, 60, 90, 120, 150], 1)
    >>> [found.tolist() for found in silence(monthly, 30.0, 211)]
    [[61.0], [30.0], [False]]
    """
    gap = typical_gap(days.count, days.median_gap, company_median)
    begun = _milestones(days, company_median, as_of_day, limits, closed)
    is_protected = (as_of_day < begun.not_new) | (as_of_day < begun.floor)
    silent = closed.open_number(as_of_day) - closed.open_number(days.last_day)
    return Silence(silent, np.maximum(gap, MINIMUM_GAP_DAYS), is_protected)


def turning_days(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int,
    ratios: Sequence[float],
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> list[np.ndarray]:
    """The days on which the silence of each customer says something new, float64 arrays of shape (customers,).

    Those on which it begins to be longer than each of the `ratios` of its gap, it is protected no more, is at risk,
    dormant, lost. Other arguments: `stages`.

    >>> from scoring.rhythm import purchase_days
    >>> monthly = purchase_days([0] * 6, [0, 30, 60, 90, 120, 150], 1)
    >>> [found.tolist()[0] for found in turning_days(monthly, 30.0, 150, [1.5])]
    [196.0, 91.0, 180.0, 211.0, 271.0, 331.0]
    """
    begun = _milestones(days, company_median, as_of_day, limits, closed)
    gap = np.maximum(typical_gap(days.count, days.median_gap, company_median), MINIMUM_GAP_DAYS)
    passed = [closed.later(days.last_day, np.floor(ratio * gap) + 1) for ratio in ratios]
    return [*passed, begun.not_new, begun.floor, begun.at_risk, begun.dormant, begun.lost]


def next_stages(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int,
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> tuple[np.ndarray, np.ndarray]:
    """The first day after `as_of_day` on which each customer that stays silent is in another stage, and that stage.

    Float64 and strings of `STAGES`, shape (customers,); NaN and "" for who stays where it is. Arguments: `stages`.

    >>> from scoring.rhythm import purchase_days
    >>> monthly = purchase_days([0] * 6, [0, 30, 60, 90, 120, 150], 2)
    >>> [[found.tolist() for found in next_stages(monthly, 30.0, day)] for day in (150, 331)]
    [[[211.0, nan], ['at_risk', '']], [[nan, nan], ['', '']]]

    Raises ValueError for a purchase after `as_of_day`.
    """
    milestones = _milestones(days, company_median, as_of_day, limits, closed)
    when = np.sort([milestones.not_new, milestones.at_risk, milestones.dormant, milestones.lost, milestones.mature], 0)
    then = _stages_on(milestones, when)
    changes = (when > as_of_day) & (when < np.inf) & (then != _stages_on(milestones, as_of_day))
    first = changes.argmax(axis=0)[None]
    day, stage = (np.take_along_axis(found, first, axis=0)[0] for found in (when, then))
    return np.where(changes.any(axis=0), day, np.nan), np.where(changes.any(axis=0), stage, "")


class Turns(NamedTuple):
    """The first days on which a customer who stays silent is slipping, silent and gone, float64; NaN: never bought."""

    slipping: np.ndarray
    silent: np.ndarray
    gone: np.ndarray


def turns(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int,
    limits: Limits = DEFAULT_LIMITS,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> Turns:
    """From which days on each customer is at risk or worse, dormant or lost, and lost, if no purchase comes.

    Days that are over are told as well. Arguments: `stages`.

    >>> from scoring.rhythm import purchase_days
    >>> monthly = purchase_days([0] * 6, [0, 30, 60, 90, 120, 150], 2)
    >>> [day.tolist() for day in turns(monthly, 30.0, 150)]
    [[211.0, nan], [271.0, nan], [331.0, nan]]

    Raises ValueError for a purchase after `as_of_day`.
    """
    milestones = _milestones(days, company_median, as_of_day, limits, closed)
    gone = np.maximum(milestones.lost, milestones.not_new)
    silent = np.minimum(np.maximum(milestones.dormant, milestones.not_new), gone)
    return Turns(np.minimum(np.maximum(milestones.at_risk, milestones.not_new), silent), silent, gone)


def after_months(day: np.ndarray, months: int | np.ndarray) -> np.ndarray:
    """The same day of the month so many months later, the month's last when it is shorter; float64, NaN stays.

    `months`: one number for all, or one each.

    >>> after_months(np.array([0.0, 30.0, np.nan]), 1).tolist()
    [31.0, 58.0, nan]
    """
    day = np.asarray(day, dtype=float)
    known = ~np.isnan(day)
    dates = np.where(known, day, 0).astype(np.int64).astype("datetime64[D]")
    start = dates.astype("datetime64[M]")
    target = start + months
    day_of_month = (dates - start.astype("datetime64[D]")).astype(np.int64)
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    later = target.astype("datetime64[D]").astype(np.int64) + np.minimum(day_of_month, length - 1)
    return np.where(known, later, np.nan)


def whole_months(first_day: np.ndarray | int, last_day: np.ndarray | int) -> np.ndarray:
    """How many whole calendar months lie between two days, float64: the largest number `after_months` allows.

    >>> from .calendar import day_of
    >>> from datetime import date
    >>> first = [day_of(date(2023, 3, 1)), day_of(date(2023, 1, 31)), day_of(date(2023, 3, 2)), np.nan]
    >>> whole_months(np.array(first), day_of(date(2024, 3, 1))).tolist()
    [12.0, 13.0, 11.0, nan]
    """
    first, last = np.broadcast_arrays(np.asarray(first_day, dtype=float), np.asarray(last_day, dtype=float))
    known = ~(np.isnan(first) | np.isnan(last))
    months = [np.where(known, days, 0).astype(np.int64).astype("datetime64[D]") for days in (first, last)]
    between = np.subtract(*(days.astype("datetime64[M]").astype(np.int64) for days in reversed(months)))
    counted = between - (after_months(first, between) > last)
    return np.where(known, counted, np.nan)


class _Milestones(NamedTuple):
    """The first day of each state while the customer stays silent, float64; infinite for never."""

    not_new: np.ndarray
    floor: np.ndarray
    at_risk: np.ndarray
    dormant: np.ndarray
    lost: np.ndarray
    mature: np.ndarray
    has_bought: np.ndarray
    came_back: np.ndarray


def _milestones(
    days: PurchaseDays,
    company_median: float,
    as_of_day: int | np.ndarray,
    limits: Limits,
    closed: ClosedDays = NO_CLOSED_DAYS,
) -> _Milestones:
    late = np.count_nonzero(np.asarray(days.last_day) > as_of_day)
    if late:
        raise ValueError(f"{late} customers have a purchase after the day of scoring.")
    gap = typical_gap(days.count, days.median_gap, company_median)
    now = _silence(days.count, days.first_day, days.last_day, gap, limits, closed)
    gap = typical_gap(days.count - 1, days.previous_median_gap, company_median)
    before = _silence(days.count - 1, days.first_day, days.previous_day, gap, limits, closed)
    eve = days.last_day - 1
    # Comparisons with NaN are false: who bought once has no silence to come back from.
    came_back = (eve >= before.not_new) & ((eve >= before.dormant) | (eve >= before.lost))
    return now._replace(came_back=came_back)


def _silence(
    count: np.ndarray,
    first_day: np.ndarray,
    last_day: np.ndarray,
    gap: np.ndarray,
    limits: Limits,
    closed: ClosedDays,
) -> _Milestones:
    """What happens when on the last day a silence begins; `gap`: the typical one."""
    count, first_day, last_day = (np.asarray(values, dtype=float) for values in (count, first_day, last_day))
    judged_gap, floor = np.maximum(gap, MINIMUM_GAP_DAYS), _floor(count, gap, limits)
    # Silence in whole days is longer than `ratio * gap` from the next whole day on.
    at_risk, dormant, lost = (
        closed.later(last_day, np.maximum(np.floor(ratio * judged_gap) + 1, floor))
        for ratio in (limits.at_risk_ratio, limits.dormant_ratio, limits.lost_ratio)
    )
    mature = _months_later(first_day, limits.mature_months, closed)
    return _Milestones(
        not_new=closed.later(first_day, limits.new_days + 1),
        floor=closed.later(last_day, floor),
        at_risk=at_risk,
        dormant=dormant,
        lost=np.minimum(lost, _months_later(last_day, limits.lost_months, closed, 1)),
        mature=np.where(count >= limits.mature_purchase_days, mature, np.inf),
        has_bought=count > 0,
        came_back=np.zeros(count.shape, dtype=bool),
    )


def _floor(count: np.ndarray, gap: np.ndarray, limits: Limits) -> np.ndarray:
    """The days of silence before which nobody is at risk, float64 of whole numbers."""
    own = np.minimum(limits.at_risk_minimum_days, np.maximum(MINIMUM_GAP_DAYS, np.ceil(GAPS_OF_THE_FLOOR * gap)))
    return np.where(count > OWN_GAPS_FOR_A_FLOOR, own, limits.at_risk_minimum_days)


def _months_later(day: np.ndarray, months: int, closed: ClosedDays, days: int = 0) -> np.ndarray:
    """So many calendar months and days after a day, and as many days later as the shop is closed in them."""
    return closed.later(day, after_months(day, months) - day + days)


def _stages_on(milestones: _Milestones, day: int | np.ndarray) -> np.ndarray:
    """The stage of each customer on a day, one for all or one each."""
    holds = [
        ~milestones.has_bought,
        day < milestones.not_new,
        day >= milestones.lost,
        day >= milestones.dormant,
        day >= milestones.at_risk,
        milestones.came_back,
        day >= milestones.mature,
    ]
    return np.select(holds, STAGES[:-1], STAGES[-1])
