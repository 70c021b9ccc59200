"""Front matter of notes."""

from __future__ import annotations

from datetime import UTC

import pytest

from memcli.ingestion.transcripts.front_matter import back_matter, front_matter
from memcli.ingestion.transcripts.markdown import read_markdown

NOTE = """---
title: "Boat shed"
tags: [repair, #boat]
aliases:
- shed
- the hut
created: 2026-03-02T10:00:00
---
text"""


def test_values_are_lists_in_either_form():
    front = front_matter(NOTE.split("\n"))
    assert front.n_lines == 8
    assert front.get("title") == "Boat shed"
    assert front.fields["aliases"] == ["shed", "the hut"]
    assert front.tags() == ["repair", "boat"]
    assert front.get("none") is None


def test_the_first_date_that_can_be_read_counts():
    moment, unread = front_matter(NOTE.split("\n")).moment(UTC)
    assert (moment.isoformat(), unread) == ("2026-03-02T10:00:00+00:00", None)
    template = front_matter(["---", "date: {{date}}", "---"])
    assert template.moment(UTC) == (None, "date")


@pytest.mark.parametrize("lines", [[], ["text"], ["---", "a: b"], ["--", "a: b", "--"]])
def test_without_two_rules_there_is_none(lines):
    assert front_matter(lines).n_lines == 0


JOPLIN = """Boat shed

It leaks.

id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
parent_id: ffff2c3d4e5f60718293a4b5c6d7e8f9
created_time: 2026-03-02T10:00:00.000Z
type_: 1"""


def test_what_joplin_writes_below_a_note_is_none_of_its_words(read_with):
    found = read_with(read_markdown, JOPLIN, "0a1b.md")
    assert found.turns("content", "timestamp", "name") == [
        ("Boat shed", "2026-03-02T10:00:00Z", None), ("It leaks.", "2026-03-02T10:00:00Z", None),
    ]  # fmt: skip


def test_what_is_no_note_of_joplin_is_counted(read_with):
    found = read_with(read_markdown, JOPLIN.replace("type_: 1", "type_: 2"), "0a1b.md")
    assert not found.items
    assert sum(found.intake.left_out.values()) == 1


@pytest.mark.parametrize("text", ["", "id: 1\ntype_: 1", JOPLIN.replace("type_", "kind")])
def test_other_lines_at_the_end_are_words(text):
    assert back_matter(text.split("\n")).n_lines == 0


def test_front_matter_may_be_toml():
    lines = ["+++", 'Title = "Roof"', "date = 2026-03-02T10:00:00Z", 'tags = ["a", "b"]', "+++"]
    found = front_matter(lines)
    assert (found.get("title"), found.tags(), found.n_lines) == ("Roof", ["a", "b"], 5)
    assert found.moment(UTC)[0].isoformat() == "2026-03-02T10:00:00+00:00"
    assert front_matter(["+++", "no toml", "+++"]).n_lines == 0


def test_properties_of_a_page_of_logseq_are_no_notes(read_with):
    lines = ["tags:: boat, #[[the shed]]", "title:: Oars", "- Olaf mends them", "rating:: 5"]
    found = front_matter(lines)
    assert (found.get("title"), found.fields["tags"], found.n_lines) == (
        "Oars",
        ["boat", "the shed"],
        2,
    )
    (note,) = read_with(read_markdown, "\n".join(lines[:3])).items
    assert note["content"] == "Olaf mends them"
    assert note["metadata"]["tags"][0] == "boat"
    assert front_matter(["rating:: 5", "tags:: a"]).n_lines == 0
