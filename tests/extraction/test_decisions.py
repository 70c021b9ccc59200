"""Decisions of a model about memories that are there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extraction.decisions import Decision, ReadingWithDecisions, ruling_link

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_no_decision_rests_on_a_statement_that_is_gone():
    decisions = [Decision("old", "supersede", "turn", new) for new in ("gone", "stays")]
    reading = ReadingWithDecisions(("Ida",), [[], []], decisions=decisions)
    left = reading.without({"gone"}, [[]])
    assert [decision.new_id for decision in left.decisions] == [None, "stays"]
    assert (left.statements, left.people) == ([[]], ("Ida",))


@pytest.mark.parametrize(
    ("kind", "new", "relation"),
    [
        ("supersede", "new", "supersedes"),
        ("supersede", None, "supersedes"),
        ("invalidate", "new", "supersedes"),
        ("invalidate", None, "contradicts"),
        ("noop", None, "supports"),
    ],
)
def test_a_ruling_is_linked_from_the_statement_or_the_turn_it_rests_on(kind, new, relation):
    link = ruling_link(Decision("old", kind, "turn", new, reason="why"), NOW)
    assert (link["source_id"], link["target_id"]) == (new or "turn", "old")
    assert (link["relation"], link["reason"]) == (relation, "why")
