"""An export as a DuckDB database file, with all tables and views."""

from __future__ import annotations

from pathlib import Path

from memcli.exports.contents import Contents


def write_tables(contents: Contents, path: Path) -> str:
    """Write a database file and say that it holds all."""
    from store.sql import write_database

    snapshot, namespace = contents.snapshot, contents.namespace
    sources = {**snapshot.user_sources(namespace), **snapshot.sql_sources(namespace)}
    write_database(path, sources)
    return "all tables"
