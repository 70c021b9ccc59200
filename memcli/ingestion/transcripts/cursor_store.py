"""
Chats of Cursor's command line: ~/.cursor/chats/FOLDER/SESSION/store.db.

The database has blobs under the hashes of what is in them. The newest root is a message of Protocol
Buffers whose first field is the hashes of the messages, in their order; those are JSON. What it
does not name is of another try.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.blocks import text_of, tool_texts
from memcli.ingestion.transcripts.cursor import CursorTurns
from memcli.ingestion.transcripts.databases import (
    as_bytes,
    connected,
    has_table,
    no_database_of,
    tables_of,
)
from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.jsonl import Json
from store.errors import BadRecord

BLOB: Final = "SELECT data FROM blobs WHERE id = ?"
META: Final = "SELECT value FROM meta ORDER BY key"
SERVICE: Final = "service lines"
OUTPUTS: Final = "outputs of tools"
ELSEWHERE: Final = "turns whose words are not in the database"
# The wire types of Protocol Buffers, and the field of the root that names the messages.
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MESSAGES: Final = 1
HASH_BYTES: Final = 32


def is_cursor_store(head: bytes) -> bool:
    """Tell a database with tables of blobs and of what is told of them."""
    return has_table(head, "blobs") and has_table(head, "meta")


def read_cursor_store(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat; the database is only read."""
    try:
        with closing(connected(source)) as connection:
            if not {"blobs", "meta"} <= {*tables_of(connection)}:
                error = no_database_of("Cursor's command line", connection)
                yield rejected(error, source.path, 0)
                return
            yield from _chat(source, connection)
    except (sqlite3.Error, MemoryError, ValueError) as error:
        yield rejected(BadRecord(f"no chat of Cursor: {error}"), source.path, 0)


def _chat(source: Source, connection: sqlite3.Connection) -> Iterator[Item]:
    """Yield the turns that the newest root names."""
    about = _about(connection)
    root = connection.execute(BLOB, [about.get("latestRootBlobId")]).fetchone()
    if root is None:
        yield rejected(BadRecord("a chat of Cursor without its newest root"), source.path, 0)
        return
    metadata = {"heading": about["name"]} if about.get("name") else None
    told = {"session": about.get("agentId"), "metadata": metadata}
    turns = CursorTurns(source, told, about.get("createdAt"))
    for key in message_ids(as_bytes(root[0])):
        row = connection.execute(BLOB, [key]).fetchone()
        message = _decoded(as_bytes(row[0])) if row else None
        if isinstance(message, dict):
            yield from _take(turns, source, message)
        else:
            source.leave_out(ELSEWHERE)


def _about(connection: sqlite3.Connection) -> Json:
    """Return what is told of the chat: JSON, written in hexadecimal digits."""
    for (value,) in connection.execute(META):
        text = as_bytes(value)
        try:
            found = _decoded(bytes.fromhex(text.decode()))
        except (ValueError, UnicodeDecodeError):
            found = _decoded(text)
        if isinstance(found, dict) and "latestRootBlobId" in found:
            return found
    return {}


def _decoded(data: bytes) -> Any:
    """Return a JSON value, None for what is none."""
    try:
        return decode_json(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def message_ids(root: bytes) -> list[str]:
    """
    Return the hashes of the messages in a root, in their order.

    ValueError for what is no message of Protocol Buffers (protobuf.dev, Encoding).
    """
    found, at = [], 0
    while at < len(root):
        tag, at = _varint(root, at)
        field, kind = tag >> 3, tag & 7
        if kind == VARINT:
            _, at = _varint(root, at)
        elif kind in (FIXED64, FIXED32):
            at += 8 if kind == FIXED64 else 4
        elif kind == BYTES:
            size, at = _varint(root, at)
            if field == MESSAGES and size == HASH_BYTES:
                found.append(root[at : at + size].hex())
            at += size
        else:
            raise ValueError("its root cannot be read")
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a place, seven bits a byte, and the place behind it."""
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at
    raise ValueError("its root ends too early")


def _take(turns: CursorTurns, source: Source, message: Json) -> Iterator[Item]:
    """Yield what was said in a message, and its tools where they are kept."""
    role, content = message.get("role"), message.get("content")
    if role == "user":
        yield from turns.user(0, text_of(content))
    elif role == "assistant":
        yield from turns.assistant(0, text_of(content))
    else:
        source.leave_out(OUTPUTS if role == "tool" else SERVICE)
    turns.trials.blocks(content, is_told=False)
    for name, text in tool_texts(content):
        yield from turns.tool(0, name, text)
