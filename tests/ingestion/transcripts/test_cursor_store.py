"""Chats of Cursor's command line."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.cursor_store import is_cursor_store, message_ids

MS = 1772445600000
AT = "2026-03-02T10:00:00Z"
SAID = [
    {"role": "system", "content": "You are an agent."},
    {"role": "user", "content": [{"type": "text", "text": "<user_info>\nOS: linux\n</user_info>"}]},
    {"role": "user", "content": "<user_query>\nWhere is the oar?\n</user_query>"},
    {"role": "assistant", "content": [
        {"type": "reasoning", "text": "hm"}, {"type": "text", "text": "In the shed."},
        {"type": "tool-call", "toolName": "Shell", "args": {"command": "ls"}}]},
    {"role": "tool", "content": [{"type": "tool-result", "result": "oar"}]},
    {"role": "user", "content": "yes"},
    {"role": "user", "content": "yes"},
]  # fmt: skip


def field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


def chat(path, messages, about=None):
    """Write a database as the client does; return its path."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB)")
        connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        blobs = [json.dumps(each).encode() for each in messages]
        keys = [hashlib.sha256(blob).digest() for blob in blobs]
        root = b"".join(field(1, key) for key in keys) + field(9, b"/home/ida") + b"\x50\x96\x01"
        rows = {key.hex(): blob for key, blob in zip(keys, blobs, strict=True)} | {"root": root}
        rows["left"] = b'{"role": "user", "content": "of another try"}'
        connection.executemany("INSERT INTO blobs VALUES (?, ?)", rows.items())
        meta = {"agentId": "s", "latestRootBlobId": "root", "name": "Oar", "createdAt": MS}
        value = json.dumps({**meta, **(about or {})}).encode().hex()
        connection.execute("INSERT INTO meta VALUES ('0', ?)", [value])
    connection.close()
    return str(path)


def test_the_messages_that_the_newest_root_names_are_turns(tmp_path, shorten):
    items = [shorten(item) for item in read_source(chat(tmp_path / "store.db", SAID))]
    assert [(i["role"], i["content"], i["timestamp"], i["session_id"]) for i in items] == [
        ("user", "Where is the oar?", AT, "s"),
        ("assistant", "In the shed.", AT, "s"),
        ("user", "yes", AT, "s"),
        ("user", "yes", AT, "s"),
    ]
    assert items[3]["extra"] == {"occurrence": 2}
    assert items[0]["metadata"] == {"heading": "Oar"}


def test_a_database_is_known_by_its_tables(tmp_path):
    path = chat(tmp_path / "store.db", SAID)
    with open(path, "rb") as file:
        assert is_cursor_store(file.read(4096))
    assert not is_cursor_store(b"SQLite format 3\0")


@pytest.mark.parametrize("root", ["gone", "left"])
def test_a_chat_without_its_root_is_told(tmp_path, shorten, root):
    path = chat(tmp_path / "store.db", SAID, {"latestRootBlobId": root})
    (told,) = [shorten(item) for item in read_source(path)]
    assert "Cursor" in told


def test_hashes_are_found_among_other_fields():
    key = bytes(range(32))
    root = field(3, b"x") + field(1, key) + b"\x10\x05" + b"\x1d\0\0\0\0" + field(1, b"short")
    assert message_ids(root) == [key.hex()]
    with pytest.raises(ValueError, match="ends too early"):
        message_ids(b"\x0a\xff")
