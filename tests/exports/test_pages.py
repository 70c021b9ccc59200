"""Pages of an export: what a reader sees of a session, whatever its texts hold."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.exports.pages import SessionPage, lifeless, one_line, render_index, render_page

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE = SessionPage("default/s.md", "default", "s", 2, 1, NOON, NOON, ["Ida"])


def row(**fields):
    plain = dict.fromkeys("valid_from valid_to superseded_by happened_at speaker".split())
    return {**plain, "level": 0, "archived": False, **fields}


@pytest.mark.parametrize(
    ("later", "when"),
    [
        (timedelta(seconds=10), "2026-03-01 12:00"),
        (timedelta(minutes=5), "2026-03-01 12:00 to 12:05"),
        (timedelta(days=1), "2026-03-01 12:00 to 2026-03-02 12:00"),
    ],
)
def test_when_it_was_is_said_as_shortly_as_can_be(later, when):
    assert replace(PAGE, ended_at=NOON + later).when == when


def test_what_is_not_known_is_said():
    page = replace(PAGE, session_id=None, started_at=None, speakers=None)
    assert (page.title, page.when, page.who) == ("Without a session", "unknown", "unknown")


@given(st.text())
def test_a_heading_is_one_line_without_marks(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "|" not in line.replace("\\|", "")


def test_a_page_has_what_was_learned_then_the_talk():
    statement = row(level=1, text="She sails.\nOften.", superseded_by="x", archived=True)
    turn = row(text="One\ttwo.\n\nThree.", speaker="I|da", happened_at=NOON)
    page = render_page(PAGE, [statement, turn])
    assert "- She sails. (superseded, archived)\n  Often.\n" in page
    assert "**I\\|da** (2026-03-01 12:00):\n\n> One    two.\n>\n> Three.\n" in page
    assert page.index("## What was learned") < page.index("## Conversation")
    assert "##" not in render_page(PAGE, [])


def test_the_index_quotes_paths_and_keeps_namespaces_apart():
    pages = [PAGE, replace(PAGE, namespace="a|b", path="a b/s.md")]
    index = render_index(pages)
    assert "## default\n" in index
    assert "## a\\|b\n" in index
    assert "| [s](a%20b/s.md) | 2026-03-01 12:00 | Ida | 1 |" in index


@pytest.mark.parametrize("before", ["", "\\\\", "`", "> ", "a"])
def test_no_element_lives_and_no_image_is_fetched(before):
    said = (
        f"{before}<script>alert(1)</script> <img src=x> <!-- --> {before}![x](http://e.org/x.png)"
    )
    line = lifeless(said)
    assert not re.search(r"<[A-Za-z/!?]|!\[", line)
    assert html.unescape(line) == said
    plain = "a < b, 1<2, x <- y, wow! [sic]"
    assert lifeless(plain) == plain
    assert "&#60;script>" in render_page(PAGE, [row(text=said), row(text=said, level=1)])
    assert not re.search(
        "<script|!\\[x", render_page(PAGE, [row(text=said), row(text=said, level=1)])
    )
