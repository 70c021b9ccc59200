"""From a matched form to the days that it means, or to none."""

from __future__ import annotations

from datetime import date

import pytest

from memcli.language.time import calendar as cal
from memcli.language.time.context import Hit
from memcli.language.time.grammar import FORMS, PATTERNS
from memcli.language.time.rules import _READERS, read

SAID = date(2025, 3, 5)


def days_of(form, text):
    return read(form, Hit(PATTERNS[form].search(text.lower()), text, SAID))


def test_each_form_has_its_reader():
    assert _READERS.keys() == FORMS.keys()


def test_what_is_read_is_what_the_reader_says():
    assert days_of("iso", "2025-02-03") == cal.day(date(2025, 2, 3))
    assert days_of("named_day", "yesterday") == cal.day(date(2025, 3, 4))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("weekday", "every Friday"),
        ("named_day", "the week before yesterday"),
        ("full_date", "31 June 2025"),
        ("iso", "2025-13-40"),
        ("ago", "999 decades ago"),
    ],
)
def test_what_says_how_often_or_is_not_in_the_calendar_is_none(form, text):
    assert days_of(form, text) is None
