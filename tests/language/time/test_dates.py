"""Forms that name a day, a month, a season, a year or a holiday."""

from __future__ import annotations

from datetime import date

import pytest

from memcli.language.syntax import Parse
from memcli.language.time import calendar as cal
from memcli.language.time.context import Hit
from memcli.language.time.finding import read
from memcli.language.time.grammar import PATTERNS

SAID = date(2025, 3, 5)


def days_of(form, text):
    return read(form, Hit(PATTERNS[form].search(text.lower()), Parse(text), SAID))


@pytest.mark.parametrize(
    ("form", "text", "start", "end"),
    [
        ("numeric", "13/5/2025", date(2025, 5, 13), date(2025, 5, 14)),
        ("numeric", "5/13/2025", date(2025, 5, 13), date(2025, 5, 14)),
        ("date", "March 5th, 2024", date(2024, 3, 5), date(2024, 3, 6)),
        ("date", "the fifth of May last year", date(2024, 5, 5), date(2024, 5, 6)),
        ("range_days", "from 30 December to 2 January 2024", date(2023, 12, 30), date(2024, 1, 3)),
        ("range_month_days", "May 3 to 8, 2024", date(2024, 5, 3), date(2024, 5, 9)),
        ("range_months", "June to August 2024", date(2024, 6, 1), date(2024, 9, 1)),
        ("range_years", "2019-2021", date(2019, 1, 1), date(2022, 1, 1)),
        ("date_week", "the week of 5 March 2025", date(2025, 3, 3), date(2025, 3, 10)),
        ("year_quarter", "Q4 2024", date(2024, 10, 1), date(2025, 1, 1)),
        ("yearly", "last winter", date(2024, 12, 1), date(2025, 3, 1)),
        ("yearly", "summer of 2024", date(2024, 6, 1), date(2024, 9, 1)),
        ("year_decade", "the '90s", date(1990, 1, 1), date(2000, 1, 1)),
        ("yearly", "last Christmas", date(2024, 12, 25), date(2024, 12, 26)),
        ("yearly", "Easter 2025", date(2025, 4, 20), date(2025, 4, 21)),
        ("year", "in 2019", date(2019, 1, 1), date(2020, 1, 1)),
        ("nth", "the 15th of next month", date(2025, 4, 15), date(2025, 4, 16)),
        ("nth", "we met on the 15th", date(2025, 2, 15), date(2025, 2, 16)),
    ],
)
def test_a_form_means_its_days(form, text, start, end):
    assert days_of(form, text) == (start, end)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("numeric", "5/6/2025"),  # May or June
        ("date", "may 2 people"),
        ("yearly", "they march on"),
        ("yearly", "May I come"),
        ("year", "about 2024 people"),
        ("yearly", "a Christmas tree"),
        ("range_days", "3 and 8 May"),
        ("nth", "the 15th floor"),
        ("nth", "off from 3 to 17 august, she comes on the 5th"),
    ],
)
def test_what_may_mean_something_else_is_none(form, text):
    assert days_of(form, text) is None


def test_equal_numbers_can_be_read_one_way_only():
    assert days_of("numeric", "5/5/2025") == cal.day(date(2025, 5, 5))
