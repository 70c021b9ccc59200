"""Forms that count from the day when they were said."""

from __future__ import annotations

from datetime import date

import pytest

from memcli.language.syntax import Parse
from memcli.language.time.context import Hit
from memcli.language.time.finding import read
from memcli.language.time.grammar import PATTERNS

WEDNESDAY = date(2025, 3, 5)


def days_of(form, text):
    return read(form, Hit(PATTERNS[form].search(text.lower()), Parse(text), WEDNESDAY))


@pytest.mark.parametrize(
    ("form", "text", "start", "end"),
    [
        ("day", "the day before yesterday", date(2025, 3, 3), date(2025, 3, 4)),
        ("day", "tomorrow", date(2025, 3, 6), date(2025, 3, 7)),
        ("further", "the week before last", date(2025, 2, 17), date(2025, 2, 24)),
        ("further", "the friday after next", date(2025, 3, 14), date(2025, 3, 15)),
        ("period", "last week", date(2025, 2, 24), date(2025, 3, 3)),
        ("period", "next month", date(2025, 4, 1), date(2025, 5, 1)),
        ("period", "we met this weekend", date(2025, 3, 1), date(2025, 3, 3)),
        ("rolling", "the last three days", date(2025, 3, 2), date(2025, 3, 6)),
        ("rolling", "the next two months", date(2025, 3, 1), date(2025, 6, 1)),
        ("weekday", "next Monday", date(2025, 3, 10), date(2025, 3, 11)),
        ("weekday", "we met on Friday", date(2025, 2, 28), date(2025, 3, 1)),
        ("weekday", "Friday of last week", date(2025, 2, 28), date(2025, 3, 1)),
        ("ago", "two weeks ago", date(2025, 2, 17), date(2025, 2, 24)),
        ("ago", "a couple of days ago", date(2025, 3, 2), date(2025, 3, 4)),
        ("ago", "a decade ago", date(2015, 1, 1), date(2016, 1, 1)),
        ("ago", "a year and a half ago", date(2023, 9, 1), date(2023, 10, 1)),
        ("ahead", "three days from now", date(2025, 3, 8), date(2025, 3, 9)),
        ("ahead", "we will leave in two weeks", date(2025, 3, 17), date(2025, 3, 24)),
    ],
)
def test_a_form_means_its_days(form, text, start, end):
    assert days_of(form, text) == (start, end)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("day", "today's world"),
        ("period", "the week"),
        ("rolling", "the last two weeks of June"),
        ("weekday", "our Friday meeting"),
        ("weekday", "we always meet on Friday"),
        ("weekday", "we sat there"),
        ("ago", "more than two weeks ago"),
        ("ahead", "he did it in two weeks"),
    ],
)
def test_what_may_mean_something_else_is_none(form, text):
    assert days_of(form, text) is None
