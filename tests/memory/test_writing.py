"""New values in columns of rows, wherever the rows are, and links that are there once."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.writing import link_row, update_columns, with_columns, write_links
from schemas import tables
from store import Store
from store.commits import EncoderStamp

NOW = datetime(2026, 3, 1, tzinfo=UTC)
IDS = list("abcdef")
CHANGES = st.dictionaries(
    st.sampled_from([*IDS, "gone"]),
    st.dictionaries(st.sampled_from(["text", "seq"]), st.none() | st.just("new"), max_size=2),
)


def rows(*ids):
    return pa.table({"id": ids, "text": [f"text of {i}" for i in ids], "seq": ["1"] * len(ids)})


@given(CHANGES, st.booleans())
def test_the_columns_that_change_and_no_others(changes, as_batch):
    table = rows(*IDS)
    given_rows = table.to_batches()[0] if as_batch else table
    changed = with_columns(given_rows, changes)
    assert changed.schema == table.schema
    assert changed.to_pylist() == [
        {**row, **changes.get(row["id"], {})} for row in table.to_pylist()
    ]


def test_a_function_gets_the_old_value():
    changed = with_columns(rows("a", "b"), {"a": {"text": str.upper}})
    assert changed["text"].to_pylist() == ["TEXT OF A", "text of b"]


def test_rows_without_changes_are_the_same_object():
    table = rows("a")
    assert with_columns(table, {"b": {"text": "new"}}) is table


@pytest.fixture
def store(tmp_path):
    """A store with five thousand memories, every other one archived."""
    made = Store.create(tmp_path / "store", EncoderStamp("toy", 8, "0" * 64))
    fixed = {"namespace": "default", "type": "episodic", "level": 0, "encoder": "toy"}
    fixed |= {"recorded_at": NOW, "vector": [0.0] * 8, "keys": "", "importance": 0.5}
    with made.transaction("write") as transaction:
        for half, table in enumerate(("memories", "archive")):
            some = [{"id": f"m{i}", "text": str(i), **fixed} for i in range(half, 5_000, 2)]
            transaction.append(table, pa.Table.from_pylist(some, schema=tables.memories(8)))
        transaction.publish()
    return made


def test_thousands_of_rows_change_in_whichever_table_they_are(store):
    before = {row["id"]: row for row in store.snapshot().rows(["id", "importance", "text"])}
    new = {f"m{i}": {"importance": 0.25} for i in range(4_990)} | {"none": {"importance": 1.0}}
    with store.transaction("write") as transaction:
        update_columns(transaction, new)
        transaction.publish()
    after = {row["id"]: row for row in store.snapshot().rows(["id", "importance", "text"])}
    assert store.snapshot().count("memories") == store.snapshot().count("archive") == 2_500
    assert after == {id_: {**row, **new.get(id_, {})} for id_, row in before.items()}


def test_nothing_to_change_is_no_version(store):
    with store.transaction("write") as transaction:
        update_columns(transaction, {})
        update_columns(transaction, {"none": {"text": "new"}})
        assert not transaction.changed


def test_a_link_is_there_once(store):
    links = [link_row("a", target, "similar", 1.0, None, NOW) for target in ("b", "c", "b")]
    with store.transaction("write") as transaction:
        assert write_links(transaction, links) == 2
        assert write_links(transaction, [*links, link_row("a", "b", "next", 1.0, None, NOW)]) == 1
        assert transaction.count("links") == 3
