"""Accesses: appended without a commit, to few fragments, on after a power loss."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from schemas import tables
from store import Store

START = datetime(2026, 3, 1, tzinfo=UTC)


def accessed(*ids: str) -> pa.Table:
    """Return rows of `accesses`."""
    rows = [{"id": id_, "accessed_at": START, "query": "q", "rank": 1} for id_ in ids]
    return pa.Table.from_pylist(rows, schema=tables.accesses())


def test_accesses_are_kept_without_a_commit(store: Store) -> None:
    store.record_accesses(accessed("a"))
    store.record_accesses(accessed("b", "c"))
    assert store.snapshot().read("accesses", ["id"])["id"].to_pylist() == ["a", "b", "c"]
    assert store.head().number == 1


def test_accesses_stay_in_few_fragments(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("store.accesses.MAX_ACCESS_FRAGMENTS", 4)
    for number in range(12):
        store.record_accesses(accessed(str(number)))
    table = store.snapshot().table("accesses")
    assert table.count() == 12
    assert table.fragment_count() <= 5


@pytest.mark.parametrize("n_bytes", [0, 7, 20])
def test_accesses_go_on_after_a_power_loss(store: Store, n_bytes: int) -> None:
    store.record_accesses(accessed("a"))
    store.record_accesses(accessed("lost"))
    newest = min((store.layout.table("accesses") / "_versions").glob("*.manifest"))
    with newest.open("r+b") as file:
        file.truncate(n_bytes)
    store.record_accesses(accessed("b"))
    assert store.snapshot().read("accesses", ["id"])["id"].to_pylist() == ["a", "b"]
