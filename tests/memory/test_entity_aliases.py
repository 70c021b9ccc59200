"""Aliases by hand, and what is listed."""

from __future__ import annotations

import pytest

from memcli.algorithms.resolution import Alias
from memcli.memory.entities import said_in, upsert_rows
from memcli.memory.entity_aliases import add_aliases, listed_aliases, new_name, remove_aliases
from store.errors import BadUsage, InputNotFound
from tests.support.entity_rows import NOW, a_family, after, meaning, told


def with_alias(rows, *names):
    return after(rows, add_aliases(rows, "n", names[0], names[1:], NOW))


def test_neither_name_has_to_be_known():
    rows = with_alias([], "staging cluster", "the zoo", "zoo 1")
    assert meaning(rows) == {"the zoo": "staging cluster", "zoo 1": "staging cluster"}


def test_an_alias_of_an_alias_means_what_that_does():
    rows = with_alias(with_alias(a_family(), "Elizabeth Brandt", "the boss"), "the boss", "chief")
    assert meaning(rows)["chief"] == "Elizabeth Brandt"


def test_a_name_takes_the_place_of_what_it_was_an_alias_of():
    rows = with_alias(with_alias([], "den", "back office"), "back office", "den")
    assert meaning(rows) == {"den": "back office"}


def test_what_is_taken_off_is_by_itself_and_stays_so():
    rows = told([], aliases=[("paid time off", "PTO")])
    rows = after(rows, remove_aliases(rows, "n", "paid time off", ["PTO"], NOW))
    assert meaning(rows) == {}
    assert meaning(told(rows, aliases=[("paid time off", "PTO")])) == {}
    with pytest.raises(InputNotFound, match="not called"):
        remove_aliases(rows, "n", "paid time off", ["PTO"], NOW)


def test_what_means_several_things_means_none():
    aliases = [("paid time off", "PTO"), ("power take-off", "PTO")]
    assert meaning(told([], aliases=aliases)) == {}


def test_a_plural_and_a_hyphen_are_no_other_meaning():
    names = ("tracking system", "tracking systems", "tracking-system")
    assert set(meaning(told([], aliases=[(name, "TS") for name in names]))) > {"TS"}


def test_listed_are_those_that_were_said_or_ruled():
    rows = with_alias(told(a_family(), aliases=[("paid time off", "PTO")]), "Bear", "fuzzy")
    assert [(r["name"], r["means"]) for r in listed_aliases(rows)] == [
        ("fuzzy", "Bear"),
        ("PTO", "paid time off"),
    ]
    assert [r["name"] for r in listed_aliases(rows, "bear")] == ["fuzzy"]


def test_no_word_and_itself_are_no_alias():
    for names in (("Bear", " "), ("Bear", "bear")):
        with pytest.raises(BadUsage):
            add_aliases(a_family(), "n", names[0], names[1:], NOW)


def test_a_new_name_is_told_with_those_near_it():
    assert new_name(a_family(), "Baer", "n") == "'Baer' is new here (there is Bear)"
    assert new_name(a_family(), "bear", "n") is None


def test_what_a_turn_that_was_replaced_said_is_no_alias():
    aliases = [
        Alias("n", "paid time off", "PTO", "old"),
        Alias("n", "power take-off", "PTO", "new"),
    ]
    rows = after([], upsert_rows([], [], aliases[:1], NOW))
    assert said_in(rows) == {"old"}
    rows = after(rows, upsert_rows(rows, [], aliases[1:], NOW, {"old"}))
    assert meaning(rows) == {"PTO": "power take-off"}
    assert said_in(rows) == {"new"}
