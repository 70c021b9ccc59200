"""What one namespace can see of a snapshot."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemas import tables
from store import namespaces
from store.namespaces import gathered, ids_of, known_in, scan_namespace, within

ODD = "it's odd"


@pytest.fixture
def snapshot(store, memories, links):
    """Two memories in each of two namespaces, linked in themselves and to each other."""
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("a", "b", namespace=ODD))
        transaction.append("memories", memories("c", "d", namespace="plain"))
        transaction.append("links", links(("a", "b"), ("c", "d"), ("b", "c")))
        transaction.publish()
    return store.snapshot()


def test_ids_are_those_of_the_namespace(snapshot):
    assert sorted(ids_of(snapshot, ODD).to_pylist()) == ["a", "b"]
    assert ids_of(snapshot, "nobody").to_pylist() == []
    assert known_in(snapshot, ["a", "c", "x"], ODD) == {"a"}


def test_a_link_belongs_to_a_namespace_when_both_ends_do(snapshot):
    def ends(namespace):
        batches = scan_namespace(snapshot, "links", ["source_id", "target_id"], namespace)
        return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

    assert ends(ODD) == [("a", "b")]
    assert ends("plain") == [("c", "d")]
    rows = scan_namespace(snapshot, "memories", ["id"], ODD)
    assert [row["id"] for batch in rows for row in batch.to_pylist()] == ["a", "b"]


@pytest.mark.parametrize("rows_per_filter", [1, 2, 100])
def test_rows_stay_in_order_however_they_are_gathered(monkeypatch, rows_per_filter):
    monkeypatch.setattr(namespaces, "ROWS_PER_FILTER", rows_per_filter)
    batches = [pa.record_batch({"id": list(ids)}) for ids in ("abc", "d", "ef")]
    assert pa.concat_tables(gathered(batches))["id"].to_pylist() == list("abcdef")
    kept = within(batches, ["id"], pa.array(["f", "b", "d"]))
    assert [id_ for batch in kept for id_ in batch["id"].to_pylist()] == ["b", "d", "f"]


def test_what_says_no_namespace_is_in_none(store) -> None:
    with store.transaction("forget") as transaction:
        transaction.make("tombstones")
        row = {"hash": "h", "kind": "id", "turn": None, "recorded_at": 0}
        transaction.append("tombstones", pa.Table.from_pylist([row], tables.tombstones()))
        transaction.publish()
    statement = "select count(*) as n from tombstones"
    assert store.snapshot().sql(statement).to_pylist() == [{"n": 1}]
    assert store.snapshot().sql(statement, namespace="default").to_pylist() == [{"n": 0}]
