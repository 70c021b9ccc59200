"""SQLite databases of other programs."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest

from memcli.ingestion.transcripts.databases import (
    as_bytes,
    connected,
    has_table,
    is_database,
    no_database_of,
    tables_of,
)
from memcli.ingestion.transcripts.items import STDIN, Source


@pytest.fixture
def path(tmp_path):
    """A database with a table, and a row that speaks of making another."""
    path = tmp_path / "a #1.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS oars (key TEXT)")
        connection.execute("INSERT INTO oars VALUES ('CREATE TABLE boats (a)')")
        connection.commit()
    return path


def test_a_database_is_known_by_its_tables_not_by_its_rows(path):
    head = path.read_bytes()
    assert is_database(head)
    assert has_table(head, "sails", "oars")
    assert not has_table(head, "boats")
    assert not has_table(head, "oar")
    assert not has_table(b"CREATE TABLE oars", "oars")


def test_a_file_is_only_read_and_a_pipe_is_copied(path):
    data = path.read_bytes()
    for source in (Source(str(path), io.BytesIO()), Source(STDIN, io.BytesIO(data))):
        with closing(connected(source)) as connection:
            assert tables_of(connection) == ["oars"]
    with (
        closing(connected(Source(str(path), io.BytesIO()))) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("DELETE FROM oars")


def test_a_pipe_may_be_of_a_database_with_a_log(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE sails (a)")
    with closing(connected(Source(STDIN, io.BytesIO(path.read_bytes())))) as connection:
        assert tables_of(connection) == ["oars", "sails"]


def test_the_tables_of_another_one_are_named(path):
    with closing(connected(Source(str(path), io.BytesIO()))) as connection:
        assert no_database_of("Cursor", connection).reason == (
            "no database of Cursor: its tables are oars"
        )


def test_a_value_may_be_text():
    assert (as_bytes("Zoë"), as_bytes(b"x"), as_bytes(None)) == (b"Zo\xc3\xab", b"x", b"")
