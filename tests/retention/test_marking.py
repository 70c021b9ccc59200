"""Marks that a user sets by hand: thousands at once, and two writers at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.ingestion.turns import Defaults
from memcli.memory.selection import read_records
from memcli.memory.states import State
from memcli.retention.marking import Mark, MarkStep
from memcli.retention.pinning import states_of
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


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
