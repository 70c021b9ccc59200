"""What goes along with a memory that is hidden, and comes back with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.lookup import read_by_id
from memcli.memory.selection import select
from memcli.memory.states import State
from memcli.retention.hiding import derived_rows, hide, is_derived_from, restore
from memcli.retention.pinning import states_of
from store import Store

IDS = st.sampled_from("abcdef")


def row(level, sources, text="x"):
    return {"level": level, "source_ids": sources, "text": text}


def test_a_statement_tells_of_any_of_its_turns_and_a_summary_of_all():
    assert is_derived_from(row(1, ["a", "b"]), {"a"})
    assert not is_derived_from(row(2, ["a", "b"]), {"a"})
    assert is_derived_from(row(2, ["a", "b"]), {"a", "b"})
    assert is_derived_from(row(3, ["a", "b"], "She said: I keep bees."), {"a"}, ["I keep bees."])


@given(st.sets(IDS, min_size=1), st.sets(IDS))
def test_a_statement_goes_along_with_any_of_its_turns(sources, unseen):
    row = {"level": 1, "source_ids": sorted(sources), "text": ""}
    assert is_derived_from(row, unseen) == bool(sources & unseen)


@given(st.sets(IDS, min_size=1), st.sets(IDS), st.integers(2, 4))
def test_a_summary_goes_along_with_all_its_parts_or_what_it_quotes(sources, unseen, level):
    row = {"level": level, "source_ids": sorted(sources), "text": "She keeps goats. It rains."}
    assert is_derived_from(row, unseen) == (sources <= unseen)
    assert is_derived_from(row, unseen, ["She keeps goats."])
    assert is_derived_from(row, unseen, ["She keeps bees."]) == (sources <= unseen)


@given(st.sets(IDS, min_size=1), st.sets(IDS), st.sets(IDS), st.integers(1, 4))
def test_hiding_more_never_brings_anything_back(sources, unseen, more, level):
    row = {"level": level, "source_ids": sorted(sources), "text": ""}
    assert is_derived_from(row, unseen | more) >= is_derived_from(row, unseen)


@pytest.fixture
def store(linked_store):
    return linked_store


def turn_of(store):
    """A turn with a statement of its own."""
    snapshot = store.snapshot()
    rows = snapshot.read("memories", ["source_ids"], "level = 1").to_pylist()
    (source,) = next(row["source_ids"] for row in rows if len(row["source_ids"]) == 1)
    (record,) = select(snapshot, [source], None)
    return record


def changes_of(store, records, step):
    snapshot = store.snapshot()
    return step(snapshot, records, states_of(snapshot, records))


def write(store, changes, now):
    with store.transaction("hide") as transaction:
        changes.write(transaction, now)
        transaction.publish()


def test_what_was_made_of_a_turn_is_found_low_levels_first(store):
    turn = turn_of(store)
    rows = derived_rows(store.snapshot(), [turn["id"]])
    levels = [row["level"] for row in rows]
    assert levels == sorted(levels)
    assert {1, 2, 3} <= set(levels)


def test_statements_of_a_hidden_turn_go_along_and_come_back(store):
    from datetime import UTC, datetime

    now = datetime(2026, 2, 1, tzinfo=UTC)
    turn = turn_of(store)
    hidden = changes_of(store, [turn], hide)
    ids = hidden.states[State.hidden]
    assert turn["id"] in ids
    assert hidden.along == len(ids) - 1 > 0
    assert hidden.still_visible == []
    write(store, hidden, now)
    assert changes_of(store, [turn], hide).states == {}
    back = changes_of(store, [turn], restore)
    assert sorted(back.states[State.active]) == sorted(ids)
    write(store, back, now)
    records = list(read_by_id(store.snapshot(), ids, None).values())
    assert set(states_of(store.snapshot(), records).values()) == {State.active}


def test_a_hidden_statement_leaves_its_turn_in_sight_and_says_so(store):
    turn = turn_of(store)
    derived = derived_rows(store.snapshot(), [turn["id"]])
    (record,) = select(store.snapshot(), [next(r["id"] for r in derived if r["level"] == 1)], None)
    assert turn["id"] in changes_of(store, [record], hide).still_visible


def test_a_summary_that_quotes_a_statement_of_it_goes_along(store):
    snapshot = store.snapshot()
    columns = ["id", "level", "text", "source_ids", "session_id"]
    rows = snapshot.read("memories", columns, "level IN (1, 3)").to_pylist()
    summaries = [row for row in rows if row["level"] == 3]
    quoted, summary = next(
        (row, summary)
        for row in rows
        for summary in summaries
        if row["level"] == 1 and len(row["text"].split()) > 5 and row["text"] in summary["text"]
    )
    (record,) = select(snapshot, [quoted["source_ids"][0]], None)
    assert quoted["text"] != record["text"]
    assert summary["id"] in changes_of(store, [record], hide).states[State.hidden]


def test_nothing_hidden_is_nothing_to_bring_back(store):
    assert changes_of(store, [turn_of(store)], restore).states == {}
    assert isinstance(store, Store)
