from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import MONTHS, RHYTHMS, date_of, day_of, next_review_day, review_between, review_days

days = st.dates(date(1969, 1, 1), date(2060, 1, 1)).map(day_of)
rhythms = st.sampled_from(RHYTHMS)


def is_review(rhythm, day):
    """By the words: tomorrow a month begins, and a period with it."""
    tomorrow = date_of(day) + timedelta(days=1)
    return rhythm == "every_run" or (tomorrow.day == 1 and (tomorrow.month - 1) % MONTHS[rhythm] == 0)


@given(rhythms, days, st.integers(-2, 800))
def test_reviews_are_the_last_days_of_the_periods(rhythm, start, length):
    expected = [day for day in range(start, start + length + 1) if is_review(rhythm, day)]
    assert review_days(rhythm, start, start + length) == expected
    if length >= 0:
        later = [day for day in expected if day > start]
        assert review_between(rhythm, start, start + length) == (later[-1] if later else None)
        if later:
            assert next_review_day(rhythm, start) == later[0]


@pytest.mark.parametrize(
    "compute", [next_review_day, lambda r, d: review_days(r, d, d), lambda r, d: review_between(r, d, d)]
)
def test_an_unknown_rhythm_is_refused(compute):
    with pytest.raises(ValueError, match="must be one of month, quarter, half_year, year, every_run"):
        compute("weekly", 5)


def test_a_leap_year():
    assert review_days("month", day_of(date(2024, 2, 1)), day_of(date(2024, 3, 1))) == [day_of(date(2024, 2, 29))]
    assert next_review_day("year", day_of(date(2024, 12, 31))) == day_of(date(2025, 12, 31))
