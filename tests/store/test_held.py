"""What is held of memories is what their table has, whatever became of its fragments."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from store import Store, held
from store._lance import Table
from store.held import COLUMNS, LONG, HeldColumns, place_key
from store.snapshot import near_places

READ = (*COLUMNS, *LONG, "keywords")
THEN = datetime(2025, 3, 1, tzinfo=UTC)


def add(store: Store, memories, first: int, n: int) -> None:
    """Write memories of two sessions, of every third one some columns, as a fragment."""
    rows = []
    for i in range(first, first + n):
        some = {"valid_to": THEN, "source_ids": ["a", str(i)], "ref": f"r{i}"}
        place = {"session_id": f"s{i % 2}" if i % 5 else None, "seq": i // 2, "n_words": i}
        more = some if i % 3 == 0 else {"speaker": "Ada", "happened_at": THEN}
        rows.append(memories(f"memory {i}", namespace=f"n{i % 4 // 2}", **place, **more))
    with store.transaction("write") as transaction:
        transaction.append("memories", pa.concat_tables(rows))
        transaction.publish()


@pytest.fixture(scope="module")
def changed(born, memories, tmp_path_factory) -> tuple[HeldColumns, Store]:
    """A store of three fragments, and what was held before one was new and one had lost rows."""
    store = Store.open(shutil.copytree(born, tmp_path_factory.mktemp("held") / "store"))
    add(store, memories, 0, 12)
    add(store, memories, 12, 9)
    before = HeldColumns.read(store.snapshot().table("memories"))
    with store.transaction("drop", may_shrink=True) as transaction:
        transaction.delete("memories", "seq IN (1, 2)")
        transaction.publish()
    add(store, memories, 30, 5)
    return before, store


def same_as_read(table: Table, columns: HeldColumns) -> None:
    """Check that all rows, mixed, are what the table gives of them."""
    row_ids = table.read(["_rowid"])["_rowid"].to_pylist()
    mixed = np.random.default_rng(3).permutation(row_ids).tolist()
    for some in (mixed, mixed[:3], []):
        taken = columns.take(table, some, READ)
        read = table.take(some, list(READ))
        assert taken.schema.equals(read.schema)
        assert taken.to_pylist() == read.to_pylist()


@pytest.mark.parametrize("limit", [held.MAX_LONG_ROWS, 0])
def test_rows_are_those_of_the_table_also_after_changes(changed, monkeypatch, limit):
    monkeypatch.setattr(held, "MAX_LONG_ROWS", limit)
    before, store = changed
    table = store.snapshot().table("memories")
    for columns in (HeldColumns.read(table), HeldColumns.read(table, before)):
        assert columns.has_long == bool(limit)
        same_as_read(table, columns)


def test_only_fragments_that_changed_are_read_again(changed, monkeypatch):
    before, store = changed
    table = store.snapshot().table("memories")
    read = []
    rows = table.fragment_rows
    monkeypatch.setattr(table, "fragment_rows", lambda n, names: read.append(n) or rows(n, names))
    again = HeldColumns.read(table, before)
    assert len(read) == 2 < len(table.fragments())
    HeldColumns.read(table, again)
    assert len(read) == 2


@pytest.mark.parametrize("is_told_apart", [True, False])
def test_what_stands_near_places_is_what_a_condition_finds(changed, monkeypatch, is_told_apart):
    if not is_told_apart:  # places with the same key are rare, and must not be taken for each other
        monkeypatch.setattr(held, "place_key", lambda _space, _session, seq: place_key("", "", seq))
    _, store = changed
    snapshot = store.snapshot()
    columns = HeldColumns.read(snapshot.table("memories"))
    placed = snapshot.read("memories", ["namespace", "session_id", "seq"], "seq IS NOT NULL")
    places = [tuple(row.values()) for row in placed.to_pylist() if row["session_id"]]
    for asked in (places[::4], [("n0", "s0", 999)], []):
        found = columns.at(near_places(asked, 1))
        assert found == sorted(snapshot.around(asked, 1))
    assert place_key("n", "s", 2) == place_key("n", "s", 2) != place_key("n", "s", 1)


def test_rows_that_are_not_held_are_read_of_the_table(changed):
    before, store = changed
    table = store.snapshot().table("memories")
    newest = table.read(["_rowid"])["_rowid"].to_pylist()[-2:]
    assert before.take(table, newest, READ).equals(table.take(newest, list(READ)))


def test_what_takes_too_much_memory_is_not_held(changed, monkeypatch):
    _, store = changed
    table = store.snapshot().table("memories")
    monkeypatch.setattr(held, "MAX_LONG_BYTES", 10)
    short = HeldColumns.read(table)
    assert not short.has_long
    same_as_read(table, short)
    assert not HeldColumns.read(table, short).has_long
    monkeypatch.setattr(held, "MAX_BYTES", 10)
    assert HeldColumns.read(table) is None
    monkeypatch.setattr(held, "MAX_ROWS", 1)
    assert HeldColumns.read(table) is None


def test_a_snapshot_gives_what_it_holds(changed, monkeypatch):
    _, store = changed
    snapshot = store.snapshot()
    row_ids = snapshot.read("memories", ["_rowid"], limit=4)["_rowid"].to_pylist()
    read = snapshot.take(row_ids, ["id", "text"])
    snapshot.hold()
    monkeypatch.setattr(Table, "take", lambda *_: pytest.fail("it is held"))
    assert isinstance(read, pa.Table)
    assert snapshot.take(row_ids, ["id", "text"]).to_pylist() == read.to_pylist()


def test_nothing_is_held_of_an_empty_store(store: Store):
    snapshot = store.snapshot()
    snapshot.hold()
    assert snapshot.held is None
