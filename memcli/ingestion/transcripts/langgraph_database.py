"""
Checkpoints of LangGraph in a SQLite database, as its savers write: tables `checkpoints`, `writes`.

A state is msgpack, in which each object is a class by its name and the fields it had, or JSON. The
fields are read and nothing is made of the class; what was pickled is not read, for that runs code.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec

from memcli.ingestion.transcripts.databases import (
    as_bytes,
    connected,
    has_table,
    no_database_of,
    tables_of,
)
from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.langgraph import (
    SUBGRAPHS,
    Thread,
    take_state,
    thread_turns,
)
from memcli.jsonl import Json
from store.errors import BadRecord

STATES: Final = """
    SELECT thread_id, checkpoint_id, parent_checkpoint_id, type, checkpoint FROM checkpoints
    WHERE checkpoint_ns = '' ORDER BY thread_id, checkpoint_id"""
SUBGRAPH_STATES: Final = "SELECT count(*) FROM checkpoints WHERE checkpoint_ns != ''"
WRITES: Final = """
    SELECT type, value FROM writes
    WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ? AND channel = 'messages'
    ORDER BY task_id, idx"""
WORDLESS: Final = "threads without messages"
REMEDY: Final = "write the states as JSON: graph.get_state_history(config)"
# How values of these kinds are written: the class, and what it was made of.
_ONE_VALUE, _VALUES, _FIELDS, _METHOD, _PYDANTIC_1, _PYDANTIC_2, _ARRAY, _DELTA = range(8)


class _CheckpointRow(NamedTuple):
    """A row of `checkpoints`."""

    thread: str
    id: str
    parent: str | None
    type: str | None
    data: Any


def is_checkpoints(head: bytes) -> bool:
    """Tell a database with the tables of a saver."""
    return has_table(head, "checkpoints") and has_table(head, "writes")


def read_checkpoints(source: Source) -> Iterator[Item]:
    """Yield the turns of each thread in a database, which is only read."""
    try:
        with closing(connected(source)) as connection:
            if not {"checkpoints", "writes"} <= {*tables_of(connection)}:
                yield rejected(no_database_of("LangGraph", connection), source.path, 0)
                return
            (subgraphs,) = connection.execute(SUBGRAPH_STATES).fetchone()
            if subgraphs:
                source.leave_out(SUBGRAPHS, subgraphs)
            yield from _threads(source, connection)
    except (sqlite3.Error, MemoryError) as error:
        yield rejected(BadRecord(f"no database of LangGraph: {error}"), source.path, 0)


def _threads(source: Source, connection: sqlite3.Connection) -> Iterator[Item]:
    """Yield the turns of all threads, one after another."""
    rows = map(_CheckpointRow._make, connection.execute(STATES))
    for name, states in groupby(rows, key=lambda row: row.thread):
        thread = Thread()
        for row in states:
            try:
                take_state(thread, 0, _state(connection, row))
            except BadRecord as error:
                yield rejected(error, source.path, 0)
        if not thread.messages:
            source.leave_out(WORDLESS)
        yield from thread_turns(source, str(name), thread)


def _state(connection: sqlite3.Connection, row: _CheckpointRow) -> Json:
    """Return a state as it is in JSON; where it does not repeat the messages, with the new ones."""
    checkpoint = _value(row.type, row.data)
    if not isinstance(checkpoint, dict):
        raise BadRecord(f"the state {row.id} of the thread {row.thread} is no object")
    values = checkpoint.get("channel_values")
    if row.parent and "messages" not in (values if isinstance(values, dict) else {}):
        checkpoint["channel_values"] = {"messages": _written(connection, row)}
    place = {"thread_id": row.thread, "checkpoint_id": row.id}
    parent = {"configurable": {"checkpoint_id": row.parent}} if row.parent else {}
    return {"config": {"configurable": place}, "checkpoint": checkpoint, "parent_config": parent}


def _written(connection: sqlite3.Connection, row: _CheckpointRow) -> list[Json]:
    """Return the messages that led to a state, each with an id: they have no places in a list."""
    rows = connection.execute(WRITES, [row.thread, row.parent])
    values = [_value(kind, data) for kind, data in rows]
    found = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [
        {**message, "id": message.get("id") or f"#{row.id}/{number}"}
        for number, message in enumerate(found)
        if isinstance(message, dict)
    ]


def _value(kind: str | None, data: Any) -> Any:
    """Return a value of either form, with plain objects for those of classes."""
    if kind in ("null", "empty"):
        return None
    if kind not in ("msgpack", "json", None):
        what = "pickled" if kind == "pickle" else f"of the form {kind!r}"
        raise BadRecord(f"a state that is {what}", remedy=REMEDY)
    try:
        if kind == "msgpack":
            return unpacked(as_bytes(data))
        return decode_json(as_bytes(data))
    except (msgspec.DecodeError, TypeError, ValueError, RecursionError) as error:
        raise BadRecord(f"a state that cannot be read: {error}") from error


def unpacked(data: bytes | memoryview) -> Any:
    """Return what some msgpack holds: of an object of a class its fields, and the class's name."""
    return _DECODER.decode(data)


def _plain(code: int, data: memoryview) -> Any:
    """Return what stands for an object: its fields with its class as `type`, or its only value."""
    if code == _DELTA:
        return unpacked(data)
    parts = unpacked(data) if code < _ARRAY else None
    if not isinstance(parts, list) or len(parts) < 3:
        return None
    if code in (_FIELDS, _PYDANTIC_1, _PYDANTIC_2) and isinstance(parts[2], dict):
        return {"type": parts[1], **parts[2]}
    return parts[2]


_DECODER: Final = msgspec.msgpack.Decoder(ext_hook=_plain)
