"""A database file: tables and views that DuckDB reads without us."""

from __future__ import annotations

import duckdb
import pytest

from memcli.exports.contents import Contents
from memcli.exports.database import write_tables


@pytest.mark.parametrize(("namespace", "n", "archived"), [(None, 5, 1), ("work", 2, 0)])
def test_all_tables_are_in_the_file_within_the_namespace(
    small_store, tmp_path, namespace, n, archived
):
    path = tmp_path / "out.duckdb"
    said = write_tables(Contents(small_store.snapshot(), namespace), path)
    assert said == "all tables"
    with duckdb.connect(str(path), read_only=True) as database:
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("memories", "archive")
        ]
    assert counts == [n, archived]
