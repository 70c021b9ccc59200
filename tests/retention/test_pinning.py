"""Marks that a user sets by hand: what goes along with a hidden memory, and two at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.turns import Defaults
from memcli.memory.selection import read_records
from memcli.memory.states import State
from memcli.retention.hiding import is_derived_from
from memcli.retention.marking import Mark, MarkStep
from memcli.retention.pinning import states_of
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
IDS = st.sampled_from("abcdef")


@pytest.fixture
def filled(empty_store):
    """A store of three thousand turns, and their ids."""
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.transcripts import Accepted
    from memcli.models.encoder import Encoder
    from memcli.records import Message

    store = Store.open(empty_store)
    ingestion = IngestStep(store, Encoder.of_stamp(store.head().encoder), Defaults(now=NOW))
    said = (Message(v=1, content=f"turn {i}", timestamp=NOW) for i in range(3_000))
    ingestion.add([Accepted(message, "-", 1) for message in said])
    ingestion.commit({})
    return store, store.snapshot().read("memories", ["id"])["id"].to_pylist()


def mark(store, kind, names):
    step = MarkStep(store, NOW, kind, names)
    commit = step.commit({})
    return step.changes, commit


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


def test_thousands_are_hidden_and_restored_at_once(filled):
    store, ids = filled
    changes, commit = mark(store, Mark.HIDE, ids)
    assert commit is not None
    assert len(changes.records) == len(ids)
    records = read_records(store.snapshot(), ids, None)
    assert list(records) == ids
    assert set(states_of(store.snapshot(), records.values()).values()) == {State.hidden}
    changes, _ = mark(store, Mark.RESTORE, ids)
    assert sorted(changes.states[State.active]) == sorted(ids)
    assert MarkStep(store, NOW, Mark.RESTORE, ids).changes.records == []


def test_what_another_writer_did_meanwhile_is_looked_at_again(filled, monkeypatch):
    store, ids = filled
    late = store.snapshot()
    mark(store, Mark.PIN, ids[:2])
    monkeypatch.setattr(store, "snapshot", lambda: late)
    changes, commit = mark(store, Mark.PIN, ids[:3])
    assert commit is not None
    assert [record["id"] for record in changes.records] == [ids[2]]
    head = store.head().number
    assert mark(store, Mark.PIN, ids[:2])[1] is None
    assert store.head().number == head
