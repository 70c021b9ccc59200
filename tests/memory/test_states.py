"""States set by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.memory.states import State, read_strengths, set_state, write_strengths
from store import Store

NOW = datetime(2031, 1, 1, tzinfo=UTC)


def put(store, ids, state, at=NOW):
    with store.transaction("test") as transaction:
        set_state(transaction, ids, state, at)
        transaction.publish(at)


def tables_of(store, ids):
    snapshot = store.snapshot()
    return [
        set(snapshot.read_ids(name, ids, ["id"])["id"].to_pylist())
        for name in ("memories", "archive")
    ]


def test_a_state_calls_for_its_table_and_keeps_the_count_of_recalls(sample):
    store = Store.open(sample)
    ids = store.snapshot().read("memories", ["id"], limit=2)["id"].to_pylist()
    row = {"id": ids[0], "state": "dormant", "retention": 0.1, "stability_days": 5.0}
    row |= {"n_accesses": 3, "last_access_at": NOW, "recorded_at": NOW}
    with store.transaction("test") as transaction:
        write_strengths(transaction, [row])
        transaction.publish(NOW)
    for state in (State.archived, State.hidden, State.archived, State.active, State.dormant):
        put(store, ids, state)
        there = [set(), set(ids)] if state is State.archived else [set(ids), set()]
        assert tables_of(store, ids) == there
        rows = read_strengths(store.snapshot(), ids)
        assert {id_: row["state"] for id_, row in rows.items()} == dict.fromkeys(ids, state)
        assert [rows[id_]["n_accesses"] for id_ in ids] == [3, 0]
        assert {(row["retention"], row["stability_days"]) for row in rows.values()} == {
            (None, None)
        }


def test_nothing_is_known_of_memories_without_a_row(sample):
    store = Store.open(sample)
    assert read_strengths(store.snapshot(), ["aaaaaaaaaaaaaaaa"]) == {}
    put(store, [], State.archived)
    assert store.snapshot().count("strengths") == 0
