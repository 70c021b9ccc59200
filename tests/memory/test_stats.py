"""What a store holds, in numbers."""

from __future__ import annotations

import pytest

from memcli.memory import stats
from memcli.memory.stats import gather
from store import Store


@pytest.fixture(scope="module")
def store(linked_once):
    return Store.open(linked_once.path)


def test_counts_are_those_of_the_snapshot(store):
    counts = gather(store, store.snapshot(2), None)
    assert counts["tables"]["memories"]["rows"] == 290
    assert counts["last_commit"]["command"] == "ingest"
    assert counts["commits"] == counts["commits_kept"] == 4
    assert gather(store, store.snapshot(), None)["tables"]["memories"]["rows"] > 400
    assert counts["id"] == store.id


def test_bytes_are_those_on_disk(store):
    counts = gather(store, store.snapshot(), None)
    on_disk = sum(p.stat().st_size for p in store.layout.table("links").rglob("*") if p.is_file())
    assert counts["tables"]["links"]["bytes"] == on_disk
    assert counts["bytes"] == sum(table["bytes"] for table in counts["tables"].values())


def test_a_namespace_bounds_the_rows_of_namespaces(store):
    assert [n["namespace"] for n in gather(store, store.snapshot(), None)["namespaces"]] == [
        "mara-and-jonas"
    ]
    assert gather(store, store.snapshot(), "elsewhere")["namespaces"] == []


def test_what_compact_would_better_is_said(store, monkeypatch):
    assert gather(store, store.snapshot(), None)["compact_helps"] == []
    monkeypatch.setattr(stats, "MANY_SMALL_FRAGMENTS", 1)
    monkeypatch.setattr(stats, "MANY_UNINDEXED_ROWS", 1)
    monkeypatch.setattr("store.compact.MIN_ROWS_FOR_VECTOR_INDEX", 100)
    helps = gather(store, store.snapshot(), None)["compact_helps"]
    assert any("small files" in reason for reason in helps)
    assert any("are in no index" in reason for reason in helps)
    assert helps[-1] == "there is no vector index yet"
