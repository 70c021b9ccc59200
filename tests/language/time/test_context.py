"""What stands around a matched form, and what depends on it."""

from __future__ import annotations

from datetime import date

import pytest

from memcli.language.syntax import Parse
from memcli.language.time import calendar as cal
from memcli.language.time.context import Hit, directed, some_year, which_year
from memcli.language.time.grammar import PATTERNS

SAID = date(2025, 3, 5)


def hit(form, text, said=SAID):
    return Hit(PATTERNS[form].search(text.lower()), Parse(text), said)


def may(year):
    return cal.months(year, 5)


def test_groups_are_empty_where_they_took_no_part():
    found = hit("yearly", "in May")
    assert (found["month"], found["which"]) == ("may", "")
    assert found.is_capital("month")
    assert not hit("yearly", "in may").is_capital("month")


def test_what_is_around_is_looked_at_by_its_name():
    assert hit("weekday", "since Friday, then").before("since")
    assert hit("weekday", "on Friday, then").after("closed")
    assert not hit("weekday", "since" + " " * 50 + "Friday").before("since")
    assert hit("weekday", "each on Friday").in_sentence("often")


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("we met on Friday", True),
        ("since Friday he sleeps", True),
        ("it was moved to Friday", False),
        ("we will meet on Friday", False),
    ],
)
def test_a_day_is_past_by_since_and_by_the_verb(text, back):
    assert hit("weekday", text).looks_back is back


def test_the_year_is_a_number_or_a_word():
    assert some_year(hit("yearly", "May 2019")) == 2019
    assert some_year(hit("yearly", "May last year")) == 2024
    assert some_year(hit("yearly", "May")) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("we met in May", 2024),
        ("we will meet in May", 2025),
        ("closed since May", 2024),
        ("until May", 2025),
        ("May", 2025),
    ],
)
def test_what_returns_each_year_is_chosen_by_tense_and_preposition(text, year):
    assert which_year(hit("yearly", text), may) == may(year)


@pytest.mark.parametrize("text", ["we always met in May", "my birthday is in May"])
def test_what_is_every_year_is_none(text):
    assert which_year(hit("yearly", text), may) is None


@pytest.mark.parametrize(
    ("text", "year"), [("last May", 2024), ("next May", 2025), ("this May we met", 2024)]
)
def test_last_and_next_choose_too(text, year):
    assert directed(hit("yearly", text), may) == may(year)
