"""Rows by any number of ids, from snapshots and from transactions."""

from __future__ import annotations

import pytest

from store import Store


@pytest.fixture
def half_archived(store: Store, memories) -> Store:
    """Five memories, two of them archived, that cite what their names say."""
    with store.transaction("write") as transaction:
        for text in "abcde":
            rows = memories(text, source_ids=[text.upper(), "X"])
            transaction.append("memories" if text in "abc" else "archive", rows)
        transaction.publish()
    return store


@pytest.fixture
def by_two(monkeypatch) -> None:
    """No filter holds more than two ids."""
    monkeypatch.setattr("store.reading.IDS_PER_FILTER", 2)
    monkeypatch.setattr("store.reading.IDS_PER_LIST_FILTER", 2)


def found(rows) -> str:
    return "".join(sorted(row["id"] for row in rows))


@pytest.mark.usefixtures("by_two")
def test_rows_of_both_tables_are_found_by_many_ids(half_archived: Store) -> None:
    snapshot = half_archived.snapshot()
    assert found(snapshot.rows_of("edxcba", ["id"])) == "abcde"
    assert found(snapshot.rows_of("edxcba", ["id"], tables=["archive"])) == "de"
    assert found(snapshot.rows_of("edxcba", ["id"], where="id != 'b' OR id = 'b'")) == "abcde"
    assert found(snapshot.rows_of("edxcba", ["id"], where="id > 'b'")) == "cde"
    assert found(snapshot.rows_of([], ["id"])) == ""


@pytest.mark.usefixtures("by_two")
def test_a_list_is_found_by_what_it_holds(half_archived: Store) -> None:
    snapshot = half_archived.snapshot()
    assert found(snapshot.rows_of("ABE", ["id"], on="source_ids")) == "abe"
    assert found(snapshot.rows_of(["X"], ["id"], on="source_ids", where="id < 'c'")) == "ab"


@pytest.mark.usefixtures("by_two")
def test_a_table_of_no_rows_has_the_columns_all_the_same(half_archived: Store) -> None:
    snapshot = half_archived.snapshot()
    for ids in ([], ["x", "y", "z"]):
        rows = snapshot.read_ids("memories", ids, ["id", "level"])
        assert (rows.num_rows, rows.column_names) == (0, ["id", "level"])
    assert list(snapshot.scan_ids("links", ["a"], on="source_id")) == []


@pytest.mark.usefixtures("by_two")
def test_a_transaction_reads_its_own_changes(half_archived: Store, memories) -> None:
    with half_archived.transaction("write") as transaction:
        transaction.append("memories", memories("f"))
        transaction.move("memories", "archive", list("abc"))
        assert found(transaction.rows_of("abcdef", ["id"], tables=["archive"])) == "abcde"
        assert found(transaction.rows(["id"], tables=["memories"])) == "f"
        assert transaction.total("level = 0") == 6
    assert half_archived.snapshot().count("archive") == 2


def test_rows_come_as_they_were_written(half_archived: Store) -> None:
    rows = half_archived.snapshot().rows(["id"], "id != 'b'")
    assert [row["id"] for row in rows] == list("acde")
