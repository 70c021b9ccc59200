"""Stamps of rows of the user's own: which rows have one, and by what they are known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.user_tables import changes
from memcli.memory.user_tables.changes import NumberedRow
from memcli.memory.user_tables.columns import Column, define
from memcli.memory.user_tables.row_stamps import identity, read_row_stamps
from store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = [Column("item", "text"), Column("left", "integer")]


@pytest.fixture
def store(empty_store):
    return Store.open(empty_store)


def changed(store, key, *steps):
    """Make a table, do each of some steps to it, and return the stamps by (row there, time)."""
    with store.transaction("table", {}) as transaction:
        table = changes.create(transaction, "stock", COLUMNS, key)
        for step in steps:
            step(transaction, table)
        transaction.publish()
    snapshot = store.snapshot()
    ids = [row["id"] for row in snapshot.rows(["id"], tables=["stamps"])] if _has(snapshot) else []
    return {id_: is_there for id_, (_, is_there) in read_row_stamps(snapshot, ids).items()}


def _has(snapshot):
    return snapshot.has("stamps")


def add(item, left):
    row = NumberedRow(1, {"item": item, "left": left})
    return lambda transaction, table: changes.insert(transaction, table, [row], "default", NOW)


def take(item):
    row = NumberedRow(1, {"item": item})
    return lambda transaction, table: changes.delete(transaction, table, [row], ["item"], None, NOW)


def put(item, left):
    row = NumberedRow(1, {"item": item, "left": left})
    return lambda transaction, table: changes.update(
        transaction, table, [row], ["item"], None, "default", NOW
    )


def rename(left, item):
    row = NumberedRow(1, {"item": item, "left": left})
    return lambda transaction, table: changes.update(
        transaction, table, [row], ["left"], None, "default", NOW
    )


def test_a_new_row_has_none_one_that_changed_or_went_has_one(store):
    stamps = changed(
        store, [], add("tea", 1), add("oil", 2), add("salt", 3), put("tea", 4), take("oil")
    )
    assert sorted(stamps.values()) == [False, True]
    rows = store.snapshot().read(next(k for k in store.head().tables if "stock" in k)).to_pylist()
    (tea,) = [row["_id"] for row in rows if row["item"] == "tea"]
    assert stamps[tea] is True


def test_with_a_key_a_row_is_known_by_it_and_comes_back_as_the_same(store):
    stamps = changed(store, ["item"], add("tea", 1), take("tea"), add("tea", 2))
    row = {"item": "tea", "_namespace": "default", "_id": "any"}
    known = identity("stock", define(COLUMNS, ["item"]), row)
    assert stamps == {known: True}
    assert known != identity("stock", define(COLUMNS, ["item"]), {**row, "_namespace": "work"})
    assert identity("stock", define(COLUMNS, []), row) == "any"


def test_a_row_that_gets_another_key_is_gone_under_the_first(store):
    stamps = changed(store, ["item"], add("tea", 1), rename(1, "coffee"))
    assert sorted(stamps.values()) == [False, True]


def test_all_rows_of_a_dropped_table_are_gone(store):
    drop = lambda transaction, table: changes.drop(transaction, table, NOW)  # noqa: E731
    assert list(changed(store, [], add("tea", 1), add("oil", 2), drop).values()) == [False, False]
