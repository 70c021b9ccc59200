"""The forms of time expressions: what is found where, and what numbers the words mean."""

from __future__ import annotations

import pytest

from memcli.language.time.grammar import (
    FORMS,
    HINT,
    HOLIDAYS,
    PATTERNS,
    SCANNER,
    count_range,
    holiday_name,
    month_number,
    weekday_number,
)

EXAMPLES = {
    "iso": "2025-03-05",
    "numeric": "5/13/2025",
    "day_range": "from the 3rd to 8th of may",
    "month_day_range": "may 3 to 8",
    "month_range": "from june to august",
    "year_range": "from 2019 to 2021",
    "unit_of_date": "the week of march 3",
    "full_date": "march 5, 2025",
    "month_of_year": "may 2024",
    "quarter": "q3 2024",
    "season": "last summer",
    "season_of_year": "summer 2024",
    "decade": "the 1990s",
    "holiday": "new year's eve",
    "named_day": "day before yesterday",
    "one_further": "the week after next",
    "period": "last month",
    "rolling": "the last two weeks",
    "weekday": "next friday",
    "ago": "a couple of weeks ago",
    "ahead": "in three days",
    "lasting": "for two years",
    "month": "last may",
    "year": "2024",
    "nth": "the 15th",
}


def test_each_form_has_its_example():
    assert EXAMPLES.keys() == FORMS.keys()


@pytest.mark.parametrize("form", FORMS)
def test_a_form_matches_its_example_whole_and_the_scanner_finds_it(form):
    text = EXAMPLES[form]
    assert PATTERNS[form].fullmatch(text)
    assert SCANNER.search(f"so {text}, then").start() == 3
    assert HINT.search(text)


@pytest.mark.parametrize("text", ["x2024", "$2024", "2024.5", "12024", "v1.2.2024x", "mayor"])
def test_what_is_part_of_a_word_a_price_or_a_number_is_no_time(text):
    assert not SCANNER.search(text)


def test_words_mean_numbers():
    assert [month_number(word) for word in ("may", "sept.", "dec")] == [5, 9, 12]
    assert [weekday_number(word) for word in ("monday", "tues.", "sundays", "thurs")] == [
        0,
        1,
        6,
        3,
    ]
    assert count_range("a couple of") == (2, 3)
    assert count_range("half an") == (0, 0)
    assert count_range("twenty") == count_range("20") == (20, 20)


@pytest.mark.parametrize(
    ("words", "day"),
    [("new year\u2019s eve", (12, 31)), ("st. patrick's day", (3, 17)), ("christmas", (12, 25))],
)
def test_holidays_have_their_day_however_they_are_spelt(words, day):
    assert HOLIDAYS[holiday_name(words)] == list(day)


def test_easter_has_a_date_of_its_own_each_year():
    assert holiday_name("easter sunday") == "easter"
    assert "easter" not in HOLIDAYS
