"""CSV and Parquet: one table under one schema, values exact."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet
import pytest

from memcli.exports.tabular import encode_csv, table_schema, write_parquet


@pytest.fixture
def from_csv(contents):
    text = b"".join(encode_csv(contents)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_has_each_column_once():
    names = table_schema().names
    assert len(set(names)) == len(names)
    assert names[:3] == ["kind", "v", "archived"]
    assert {"text", "relation", "state", "n_accesses"} <= set(names)


def test_csv_has_a_row_for_each_record_and_numbers_exact(from_csv):
    assert list(from_csv[0]) == table_schema().names
    by_text = {row["text"]: row for row in from_csv if row["kind"] == "memory"}
    assert by_text["Ida's boat is called Zwaluw."]["importance"] == "0.1"
    boat = by_text["The boat is called Zwaluw.\nIt leaks."]
    assert (boat["happened_at"], boat["v"]) == ("2026-03-01T09:30:00Z", "1")
    assert [row["text"] for row in from_csv if row["archived"] == "true"] == ["Old."]
    assert all(row["kind"] in ("memory", "link", "strength") for row in from_csv)
    for row in from_csv:
        assert isinstance(json.loads(row["source_ids"] or "[]"), list)


def test_parquet_has_the_same_rows(contents, from_csv, tmp_path):
    contents.counts.clear()
    write_parquet(contents, tmp_path / "out.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.schema.names == table_schema().names
    assert [text or "" for text in table["text"].to_pylist()] == [row["text"] for row in from_csv]
    assert table["kind"].null_count == 0
