"""Links between memories that were recalled together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from memcli.consolidation.co_recall import TOP, co_recall_links, newest_access
from schemas import tables
from store import Store
from store.commits import EncoderStamp

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    """A store with ten memories."""
    made = Store.create(tmp_path / "store", EncoderStamp("toy", 8, "0"))
    fixed = {"namespace": "x", "type": "core", "level": 0, "recorded_at": NOW, "encoder": "toy"}
    rows = [{"id": f"m{i}", "text": "t", **fixed, "vector": [1.0] + [0.0] * 7} for i in range(10)]
    with made.transaction("write") as transaction:
        transaction.append("memories", pa.Table.from_pylist(rows, tables.memories(8)))
        transaction.publish()
    return made


def recall(store, ids, at=NOW, query="q"):
    rows = [
        {"id": id_, "accessed_at": at, "query": query, "rank": rank}
        for rank, id_ in enumerate(ids, 1)
    ]
    store.record_accesses(pa.Table.from_pylist(rows, schema=tables.accesses()))


def pairs(links):
    return {(link["source_id"], link["target_id"]): link["weight"] for link in links}


def test_nothing_recalled_gives_nothing(store):
    assert newest_access(store.snapshot()) == 0
    assert co_recall_links(store.snapshot(), 0, NOW) == ([], 0)


def test_what_came_up_together_is_linked_once_per_pair(store):
    recall(store, ["m2", "m0", "m1"])
    links, until = co_recall_links(store.snapshot(), 0, NOW)
    assert set(pairs(links)) == {("m0", "m1"), ("m0", "m2"), ("m1", "m2")}
    assert until == int(NOW.timestamp() * 1e6) == newest_access(store.snapshot())
    assert all(link["relation"] == "co_recalled" for link in links)
    assert all(0 < link["weight"] <= 1 for link in links)
    assert co_recall_links(store.snapshot(), until, NOW) == ([], until)


def test_what_is_recalled_together_more_often_is_linked_more_strongly(store):
    recall(store, ["m0", "m1"])
    once, _ = co_recall_links(store.snapshot(), 0, NOW)
    recall(store, ["m0", "m1"], NOW + timedelta(hours=1))
    twice, _ = co_recall_links(store.snapshot(), 0, NOW + timedelta(hours=1))
    assert pairs(twice)["m0", "m1"] > pairs(once)["m0", "m1"]


def test_only_the_top_was_recalled_and_what_is_gone_is_left_out(store):
    recall(store, [*[f"m{i}" for i in range(TOP - 1)], "gone", "m8"])
    links, _ = co_recall_links(store.snapshot(), 0, NOW)
    ends = {end for pair in pairs(links) for end in pair}
    assert ends == {f"m{i}" for i in range(TOP - 1)}


def test_questions_apart_link_nothing(store):
    recall(store, ["m0"], query="one")
    recall(store, ["m1"], query="two")
    links, until = co_recall_links(store.snapshot(), 0, NOW)
    assert links == []
    assert until > 0
