"""What statements gain from new neighbours, and that what they had is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from memcli.consolidation.evolution import MAX_HISTORY, MAX_KEYWORDS, MAX_TAGS, evolved, gained

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def row(text="Ida plants beans", tags=None, keywords=None, context=None, metadata=None):
    return {
        "text": text, "tags": tags, "keywords": keywords, "context": context, "metadata": metadata,
    }  # fmt: skip


def test_a_tag_needs_two_neighbours():
    one, two = row(tags=["garden", "food"]), row(tags=["garden"])
    assert gained(row(), [one]) == {}
    assert gained(row(), [one, two])["tags"] == ["garden"]
    assert gained(row(tags=["garden"]), [one, two]) == {}


def test_keywords_are_new_words_the_most_shared_first():
    near = [row(keywords=["soil", "beans", "rain"]), row(keywords=["soil", "ash", "yard"])]
    gain = gained(row(keywords=["plants"]), near)
    assert gain["keywords"] == ["plants", "soil", "ash", "rain"]


def test_what_changed_is_kept_with_when_and_by_what():
    gain = {"tags": ["garden"], "context": "Ida has a yard", "by": "b"}
    new = evolved(row(tags=["food"], metadata='{"negated": true}'), gain, NOW)
    assert (new["text"], new["tags"], new["context"]) == (
        "Ida plants beans", ["garden"], "Ida has a yard",
    )  # fmt: skip
    assert json.loads(new["metadata"]) == {
        "negated": True,
        "evolved": [
            {
                "at": "2025-03-01T00:00:00Z",
                "by": "b",
                "before": {"tags": ["food"], "context": None},
            }
        ],
    }


def test_the_history_is_bounded():
    changed = row()
    for n in range(MAX_HISTORY + 3):
        changed = evolved(changed, {"tags": [f"t{n}"], "by": str(n)}, NOW)
    entries = json.loads(changed["metadata"])["evolved"]
    assert [entry["by"] for entry in entries] == [str(n) for n in range(3, MAX_HISTORY + 3)]


WORDS = st.lists(st.sampled_from("soil rain ash yard beans plants sun moon".split()), max_size=8)
ROWS = st.builds(row, tags=st.none() | WORDS, keywords=st.none() | WORDS)


@given(ROWS, st.lists(ROWS, max_size=5))
def test_what_a_statement_had_comes_first_and_the_lists_are_bounded(own, neighbours):
    for name, most in (("tags", MAX_TAGS), ("keywords", MAX_KEYWORDS)):
        new = gained(own, neighbours).get(name)
        if new is not None:
            had = own[name] or []
            assert new[: len(had)] == had[:most]
            assert len(new) <= most
