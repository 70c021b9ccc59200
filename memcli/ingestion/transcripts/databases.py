"""SQLite databases of other programs, which are only read: what one is, and a connection to it."""

from __future__ import annotations

import os
import re
import sqlite3
from typing import Any, Final
from urllib.parse import quote

from memcli.ingestion.transcripts.items import Source
from memcli.ingestion.transcripts.sources import is_own_file
from store.errors import BadRecord

SQLITE: Final = b"SQLite format 3\0"
# Of what comes by a pipe, or from an archive, so much is held in memory.
MAX_DATABASE: Final = 512 * 1024 * 1024
MOST_NAMED: Final = 8
# The versions of reading and writing in the head of a file, with a log (WAL) and without one.
LOGGED, NO_LOG = b"\2\2", b"\1\1"


def is_database(head: bytes) -> bool:
    """Tell a SQLite database."""
    return head.startswith(SQLITE)


def has_table(head: bytes, *names: str) -> bool:
    """Tell a database with one of some tables, by its first page, which says how they are made."""
    if not is_database(head):
        return False
    size = int.from_bytes(head[16:18], "big")
    page = head[: 65_536 if size == 1 else size]
    wanted = "|".join(map(re.escape, names)).encode()
    return bool(re.search(rb"CREATE TABLE [\"'`\[]?(?:" + wanted + rb")\b", page))


def connected(source: Source) -> sqlite3.Connection:
    """Return a connection to a database in a file, or to a copy of what comes by a pipe."""
    if is_own_file(source):
        return opened(source.path)
    data = source.stream.read(MAX_DATABASE)
    connection = sqlite3.connect(":memory:")
    # One with a log beside it says so in its head, and is not opened in memory where there is none.
    connection.deserialize(data[:18] + NO_LOG + data[20:] if data[18:20] == LOGGED else data)
    return connection


def opened(path: str) -> sqlite3.Connection:
    """Return a connection to a file that can only be read."""
    return sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True)


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """Return the names of a database's tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [str(name) for (name,) in rows]


def no_database_of(what: str, connection: sqlite3.Connection) -> BadRecord:
    """Return the error for a database of another program, which names its tables."""
    names = tables_of(connection)
    told = ", ".join(names[:MOST_NAMED]) or "none"
    more = " and more" if len(names) > MOST_NAMED else ""
    return BadRecord(f"no database of {what}: its tables are {told}{more}")


def as_bytes(value: Any) -> bytes:
    """Return a value of a table, which may be text, as bytes."""
    return value if isinstance(value, bytes) else str(value or "").encode()
