"""The forms of time expressions: what is found where, and what numbers the words mean."""

from __future__ import annotations

import pytest

from memcli.language.time.grammar import (
    FORMS,
    HINT,
    HOLIDAYS,
    PATTERNS,
    SCANNER,
    UNLESS_AFTER,
    UNLESS_BEFORE,
    around,
    count_range,
    holiday_name,
    month_number,
    weekday_number,
)

EXAMPLES = {
    "iso": "2025-03-05",
    "numeric": "5/13/2025",
    "range_days": "from the 3rd to 8th of may",
    "range_month_days": "may 3 to 8",
    "range_months": "from june to august",
    "range_years": "from 2019 to 2021",
    "date_week": "the week of march 3",
    "date": "march 5, 2025",
    "yearly": "new year's eve 2024",
    "year": "2024",
    "year_quarter": "q3 2024",
    "year_decade": "the 1990s",
    "nth": "the 15th",
    "day": "day before yesterday",
    "further": "the week after next",
    "period": "last month",
    "period_time": "this time last year",
    "rolling": "the last two weeks",
    "weekday": "next friday",
    "ago": "a couple of weeks ago",
    "ahead": "in three days",
    "lasting": "for two years",
}


def test_each_form_has_its_example():
    assert EXAMPLES.keys() == FORMS.keys()


@pytest.mark.parametrize("form", FORMS)
def test_a_form_matches_its_example_whole_and_the_scanner_finds_it(form):
    text = EXAMPLES[form]
    assert PATTERNS[form].fullmatch(text)
    assert SCANNER.search(f"so {text}, then").start() == 3
    assert HINT.search(text)


@pytest.mark.parametrize(
    "text", ["last may", "summer 2024", "this coming autumn", "may 2024", "easter sunday"]
)
def test_what_returns_each_year_has_one_form(text):
    assert PATTERNS["yearly"].fullmatch(text)


def test_what_rules_a_form_out_is_named_where_the_forms_are():
    kinds = {form.partition("_")[0] for form in FORMS}
    for table, unless in (("before", UNLESS_BEFORE), ("after", UNLESS_AFTER)):
        assert unless.keys() <= kinds
        assert all(around(table, name) for names in unless.values() for name in names)


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
