from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from memcli.cli.browser.drawing import (
    history_page,
    hit_lines,
    memory_page,
    snippet,
    sources_page,
)

TURN = {"id": "aaaabbbbccccdddd", "level": 0, "type": "episodic", "namespace": "default",
        "session_id": "s", "speaker": "Ida", "happened_at": "2031-01-01T10:00:00Z", "seq": 1,
        "text": "The boat is\n\x1b[31mgreen."}  # fmt: skip
OTHER = {**TURN, "id": "eeeebbbbccccdddd", "seq": 2, "speaker": "Bo", "text": "Why green?"}


@pytest.fixture(autouse=True)
def _utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")


def test_a_hit_says_who_and_when_and_what_became_of_it():
    head, line = hit_lines({**TURN, "pinned": True, "state": "hidden"}, "boat", 80).plain.split(
        "\n"
    )
    assert head == "★ Ida  2031-01-01 10:00  hidden"
    assert line == "The boat is \ufffd[31mgreen."


@given(st.text(max_size=200), st.text(max_size=20), st.integers(20, 80))
def test_a_hit_is_two_lines_that_fit(text, question, width):
    lines = hit_lines({**TURN, "text": text}, question, width).plain.split("\n")
    assert len(lines) == 2
    assert all(cell_len(line) <= width for line in lines)


def test_a_snippet_begins_near_the_first_match_and_at_a_word():
    shown = snippet("some words of an introduction " * 6 + "then the harbour lay there", "harbours")
    assert shown.plain.startswith("… ")
    assert shown.plain[2:].split()[0] in {"some", "words", "of", "an", "introduction"}
    assert [shown.plain[s.start : s.end] for s in shown.spans] == ["harbour"]


def test_a_page_has_the_memory_first_and_then_where_it_was_said():
    page = memory_page(TURN, "boats", [TURN, OTHER]).plain
    assert page.index("The boat is\n") < page.index("Where it was said") < page.index("Why green?")
    assert "▌ The boat is" in page
    assert "\x1b" not in page


def test_sources_and_what_was_made():
    page = sources_page(TURN, [], [{**OTHER, "level": 1}]).plain
    assert "Made of\nnothing" in page
    assert "eeeebbbb  statement" in page


def test_history_says_why_something_ended():
    versions = [
        {**TURN, "change": "added", "commit": 2, "command": "add",
         "committed_at": "2031-01-01T10:00:00Z"},
        {**TURN, "change": "superseded", "commit": 3, "command": "extract",
         "committed_at": "2031-01-02T10:00:00Z", "replaced_by": "It is red.", "reason": "update",
         "valid_to": "2031-01-02T00:00:00Z", "changed": ["valid_to"]},
    ]  # fmt: skip
    page = history_page(TURN, versions).plain
    assert "added  commit 2, add, 2031-01-01 10:00" in page
    assert "until 2031-01-02\nreplaced by It is red.\nbecause update\nchanged valid_to" in page
