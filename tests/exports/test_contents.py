"""Contents of an export: every table once, in order, counted, within a namespace."""

from __future__ import annotations

from collections import Counter

import pytest

from memcli.exports.contents import PARTS, Contents


def test_every_table_comes_in_order_and_is_counted(contents):
    seen = []
    contents.on_rows = seen.append
    rows = Counter()
    kinds = [part.kind for part, batch in contents.batches() if not rows.update({part: len(batch)})]
    assert list(dict.fromkeys(kinds)) == ["memory", "link", "strength"]
    assert {part.table: n for part, n in rows.items() if n} == +contents.counts
    assert contents.counts["memories"] == 5
    assert contents.counts["archive"] == 1
    assert sum(seen) == sum(contents.counts.values())


def test_no_vectors_go_out(contents):
    names = {name for _, batch in contents.batches() for name in batch.schema.names}
    assert "vector" not in names
    assert {"id", "text", "source_id", "state"} <= names


def test_a_namespace_bounds_every_table(small_store):
    contents = Contents(small_store.snapshot(), "work")
    texts = [
        text
        for part, batch in contents.batches()
        if part.kind == "memory"
        for text in batch["text"].to_pylist()
    ]
    assert texts == ["Elsewhere.", "Ida's boat is called Zwaluw."]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "0 memories and 0 links"),
        ({"memories": 1999, "links": 2}, "1,999 memories and 2 links"),
        ({"memories": 4, "archive": 1, "links": 2, "entities": 3},
         "5 memories (1 of them archived), 2 links and 3 entities"),
        ({"pairs": 1234, "memories": 4}, "1,234 pairs"),
    ],
)  # fmt: skip
def test_it_says_in_words_what_was_read(counts, words):
    assert Contents(None, counts=Counter(counts)).summary() == words


def test_no_table_of_memories_is_forgotten():
    from store.layout import LATER_TABLES, PROTOCOL_TABLES

    # Which files of this machine are followed is nothing to another store.
    assert {part.table for part in PARTS} == set(PROTOCOL_TABLES) - set(LATER_TABLES)
