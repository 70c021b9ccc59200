"""Which memories and links a store has, and where its sessions end."""

from __future__ import annotations

import pytest

from memcli.memory import known_ids
from memcli.memory.known_ids import KnownIds, link_id, link_ids, session_ends
from store import Store


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


@pytest.mark.parametrize("most", [0, 10_000])
def test_ids_are_known_however_they_are_looked_up(snapshot, monkeypatch, most):
    monkeypatch.setattr(known_ids, "MAX_LOOKUPS", most)
    some = snapshot.read("memories", ["id"])["id"].to_pylist()[:20]
    known = KnownIds(snapshot)
    assert known.contains([*some, "nobody"]).tolist() == [True] * 20 + [False]
    assert known.contains(["nobody", some[0]]).tolist() == [False, True]
    assert known.contains([]).tolist() == []


def test_archived_memories_are_known_too(linked_store, run):
    id_ = linked_store.snapshot().read("memories", ["id"], "level = 0")["id"][0].as_py()
    run("forget", id_, "--store", linked_store.layout.root)
    assert KnownIds(linked_store.snapshot()).contains([id_]).tolist() == [True]


def test_a_link_is_told_by_its_ends_and_relation(snapshot):
    rows = snapshot.read("links", ["source_id", "target_id", "relation"]).to_pylist()
    ids = link_ids(snapshot)
    turned = {**rows[0], "source_id": rows[0]["target_id"], "target_id": rows[0]["source_id"]}
    other = {**rows[0], "relation": "unheard of"}
    names = [link_id(row) for row in (rows[0], rows[-1], turned, other)]
    assert ids.contains(names).tolist() == [True, True, False, False]


def test_a_session_ends_after_its_last_turn(snapshot):
    keys = [("mara-and-jonas", "mj/1"), ("mara-and-jonas", "nowhere")]
    ends = session_ends(snapshot, keys)
    where = "level = 0 AND session_id = 'mj/1'"
    rows = snapshot.read("memories", ["seq", "id"], where).to_pylist()
    last = max(rows, key=lambda row: row["seq"])
    assert ends.keys() == {keys[0]}
    assert (ends[keys[0]].next_seq, ends[keys[0]].last_id) == (last["seq"] + 1, last["id"])
