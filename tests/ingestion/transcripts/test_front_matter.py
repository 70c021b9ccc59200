"""Front matter of notes."""

from __future__ import annotations

from datetime import UTC

import pytest

from memcli.ingestion.transcripts.front_matter import front_matter

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
