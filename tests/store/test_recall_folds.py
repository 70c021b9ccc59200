"""Recalls that are folded into one row a memory."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import lance
import pyarrow as pa
import pytest

from schemas import tables
from store import Store, recall_folds
from store._lance import Table
from store.compact import compact
from store.errors import StoreIOError
from store.recall_folds import fold_recalls

START = datetime(2031, 1, 1, 22, tzinfo=UTC)
DAY = 86_400


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(recall_folds, "MOST_SINGLE", 12)
    monkeypatch.setattr(recall_folds, "NEWEST", 5)


def recalled(hours: range, ids: str = "abc") -> pa.Table:
    rows = [
        {"id": ids[n % len(ids)], "accessed_at": START + timedelta(hours=n)}
        | {"query": f"q{n}", "rank": 1, "session_id": "s"}
        for n in hours
    ]
    return pa.Table.from_pylist(rows, schema=tables.accesses())


def fold(store: Store) -> int:
    path = store.layout.table("accesses")
    return fold_recalls(Table.open("accesses", path), path)


def rows_of(store: Store) -> list[dict]:
    return store.snapshot().read("accesses").to_pylist()


def days_of(rows: list[dict]) -> dict[str, set[int]]:
    """The days on which each memory was recalled."""
    found: dict[str, set[int]] = {}
    for row in rows:
        own = [int(row["accessed_at"].timestamp() // DAY)]
        found.setdefault(row["id"], set()).update(row["days"] or own)
    return found


def times_of(rows: list[dict]) -> Counter[str]:
    """How often each memory was recalled."""
    times: Counter[str] = Counter()
    for row in rows:
        times[row["id"]] += row["times"] or 1
    return times


def last_of(rows: list[dict]) -> dict[str, datetime]:
    return {row["id"]: row["accessed_at"] for row in sorted(rows, key=lambda r: r["accessed_at"])}


def test_days_and_counts_and_the_newest_questions_stay_however_often_it_is_folded(store: Store):
    kept = []
    for start in range(0, 90, 15):
        store.record_accesses(recalled(range(start, start + 15)))
        kept += recalled(range(start, start + 15)).to_pylist()
        before = store.snapshot().count("accesses")
        assert fold(store) == before - store.snapshot().count("accesses") > 0
        rows = rows_of(store)
        assert days_of(rows) == days_of(kept)
        assert times_of(rows) == times_of(kept)
        assert last_of(rows) == last_of(kept)
        assert len(rows) == 3 + 5
    single = [row for row in rows if row["days"] is None]
    assert {row["query"] for row in single} == {f"q{n}" for n in range(85, 90)}
    assert {row["query"] for row in rows if row["days"]} == {None}
    assert all(row["days"] == sorted(set(row["days"])) for row in rows if row["days"])


@pytest.mark.parametrize(("n", "hours"), [(12, 1), (20, 0)])
def test_few_recalls_and_recalls_of_one_moment_stay_as_they_are(store: Store, n: int, hours: int):
    rows = [
        row | {"accessed_at": START + timedelta(hours=hours * place)}
        for place, row in enumerate(recalled(range(n)).to_pylist())
    ]
    store.record_accesses(pa.Table.from_pylist(rows, schema=tables.accesses()))
    assert fold(store) == 0
    assert rows_of(store) == rows


def test_what_is_recalled_meanwhile_stays(store: Store, monkeypatch):
    store.record_accesses(recalled(range(20)))
    replace = Table.replace_rows

    def late(table: Table, rows: pa.Table, where: str) -> None:
        # Dated before what is folded, as when a past is replayed.
        store.record_accesses(recalled(range(1), "z"))
        replace(table, rows, where)

    monkeypatch.setattr(Table, "replace_rows", late)
    assert fold(store) > 0
    assert times_of(rows_of(store)) == times_of(
        [*recalled(range(20)).to_pylist(), *recalled(range(1), "z").to_pylist()]
    )


def test_a_table_of_an_earlier_program_gets_the_columns(store: Store):
    path = store.layout.table("accesses")
    old = recalled(range(20)).drop_columns(["times", "days", "session_id"])
    lance.write_dataset(old, str(path), mode="overwrite")
    assert fold(store) > 0
    assert times_of(rows_of(store)) == times_of(recalled(range(20)).to_pylist())


def test_another_that_writes_the_same_leaves_it_to_the_next(store: Store, monkeypatch):
    def refuse(table: Table, rows: pa.Table, where: str) -> None:
        raise StoreIOError("conflict", "")

    store.record_accesses(recalled(range(20)))
    with monkeypatch.context() as patched:
        patched.setattr(Table, "replace_rows", refuse)
        assert fold(store) == 0
    assert len(rows_of(store)) == 20
    assert "accesses: 12 rows fewer, as older recalls are folded" in compact(store).steps
    assert len(rows_of(store)) == 8
