"""Spans of the calendar and the steps between them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.time import calendar as cal

WEDNESDAY = date(2025, 3, 5)
days = st.dates(date(1950, 1, 1), date(2090, 1, 1))


def test_units_hold_their_day_and_end_before_the_next():
    assert cal.week(WEDNESDAY) == (date(2025, 3, 3), date(2025, 3, 10))
    assert cal.weekend(WEDNESDAY) == (date(2025, 3, 8), date(2025, 3, 10))
    assert cal.UNITS["month"](date(2024, 2, 29)) == (date(2024, 2, 1), date(2024, 3, 1))
    assert cal.UNITS["year"](WEDNESDAY) == (date(2025, 1, 1), date(2026, 1, 1))
    assert cal.decade_of(WEDNESDAY) == (date(2020, 1, 1), date(2030, 1, 1))
    assert cal.season("winter", 2024) == (date(2024, 12, 1), date(2025, 3, 1))
    assert cal.easter_sunday(2025) == cal.day(date(2025, 4, 20))


def test_moving_by_months_stays_in_the_month():
    assert cal.moved(date(2025, 1, 31), "month", 1) == date(2025, 2, 28)
    assert cal.moved(WEDNESDAY, "fortnight", -1) == date(2025, 2, 19)
    assert cal.moved(WEDNESDAY, "decade", 1) == date(2035, 3, 5)
    assert cal.shifted(WEDNESDAY, "month", -1) == (date(2025, 2, 1), date(2025, 3, 1))


@given(days, st.integers(0, 6))
def test_weekdays_are_the_closest_strictly_before_and_after(day, weekday):
    before, after = (cal.weekday_beside(day, weekday, sign) for sign in (-1, 1))
    assert before.weekday() == after.weekday() == weekday
    assert 1 <= (day - before).days <= 7
    assert 1 <= (after - day).days <= 7


def test_the_nth_is_the_latest_or_the_next_that_there_is():
    assert cal.nth_day(WEDNESDAY, 31, past=True) == cal.day(date(2025, 1, 31))
    assert cal.nth_day(WEDNESDAY, 5, past=False) == cal.day(WEDNESDAY)
    assert cal.nth_day(WEDNESDAY, 13, past=False, weekday=4) == cal.day(date(2025, 6, 13))
    assert cal.nth_day(WEDNESDAY, 32, past=False) is None


def leap_day(year):
    return cal.day(date(year, 2, 29))


def test_yearly_spans_are_chosen_around_a_day_and_years_without_are_left_out():
    assert cal.latest(leap_day, WEDNESDAY) == leap_day(2024)
    assert cal.first(leap_day, WEDNESDAY, edge=0) == leap_day(2028)
    assert cal.nearest(leap_day, WEDNESDAY) == leap_day(2024)
    march = lambda year: cal.months(year, 3)  # noqa: E731
    assert cal.latest(march, WEDNESDAY) == cal.months(2025, 3)
    assert cal.latest(march, WEDNESDAY, edge=1) == cal.months(2024, 3)
    assert cal.first(march, WEDNESDAY) == cal.months(2025, 3)


@pytest.mark.parametrize(
    ("span", "fits"),
    [
        (cal.day(WEDNESDAY), True),
        ((WEDNESDAY, WEDNESDAY), False),
        ((date(2099, 12, 31), date(2100, 1, 1)), True),
        ((date(2099, 12, 31), date(2100, 1, 2)), False),
        ((date(1, 1, 1), date(2, 1, 1)), False),
    ],
)
def test_spans_are_within_the_years_that_can_be_stored(span, fits):
    assert cal.in_range(span) is fits


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12", "9999", "week of 9999-12-31", "2026-13"])
def test_what_no_calendar_has_is_no_time(text):
    assert cal.from_iso(text) is None
