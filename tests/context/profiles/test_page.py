"""A profile as a page that a person reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.context.profiles.page import as_page
from memcli.context.profiles.people import Person
from memcli.context.profiles.reading import Profile
from memcli.context.profiles.sections import Entry

MAY = datetime(2025, 5, 1, tzinfo=UTC)


def entry(text="Ada likes *tea*.", section="likes", sources=("t1",), **fields):
    times = {"since": None, "until": None, "said_at": MAY, **fields}
    numbers = {"importance": 0.5, "confidence": 0.8, "score": 0.6}
    return Entry(section, text, ("s1",), tuple(sources), **{**numbers, **times})


def page(*entries, refs=None):
    person = Person("my_space", "the user", {"the user", "Ada"}, said=3)
    return as_page([Profile(person, list(entries), len(entries))], refs or {})


def test_sections_stand_in_their_order_under_headings():
    shown = page(entry(section="history"), entry(section="home"))
    assert shown.index("## Home") < shown.index("## Earlier")
    assert "## Plans" not in shown
    assert shown.startswith("# The user\n")
    assert "Also Ada. 2 things known, in namespace my\\_space." in shown


def test_markdown_and_terminals_are_given_no_commands():
    shown = page(entry("Ada *said*\n# so \x1b[31m"))
    assert "- Ada \\*said\\* \\# so \ufffd\\[31m (" in shown


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({}, "said 2025-05-01; t1"),
        ({"said_at": None}, "t1"),
        ({"sources": "abcdef"}, "said 2025-05-01; a, b, c, d and 2 more"),
    ],
)
def test_a_note_says_when_an_entry_was_said_and_where_it_comes_from(fields, note):
    assert f"({note})" in page(entry(**fields))


def test_sources_are_called_by_the_callers_ids():
    assert "mj/1:2)" in page(entry(), refs={"t1": "mj/1:2"})


def test_quotations_stand_in_quotation_marks():
    assert "- \u201cI like tea.\u201d (" in page(entry("I like tea.", "said"))
