"""Sessions of opencode."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.opencode import read_opencode

INFO = {"id": "m1", "sessionID": "s1", "role": "user", "time": {"created": 1772445600000}}
PARTS = [
    {"id": "p1", "type": "text", "text": "Where is the oar?"},
    {"id": "p2", "type": "text", "text": "injected", "synthetic": True},
    {"id": "p3", "type": "tool", "tool": "bash", "state": {"output": "oar.txt"}},
]


def test_an_export_has_messages_of_parts(read_with):
    found = read_with(read_opencode, {"info": {}, "messages": [{"info": INFO, "parts": PARTS}]})
    assert found.turns("content", "role", "id", "session_id", "timestamp") == [
        ("Where is the oar?", "user", "m1", "s1", "2026-03-02T10:00:00Z"),
    ]
    document = {"messages": [{"info": INFO, "parts": PARTS}]}
    kept = read_with(read_opencode, document, tools=True)
    assert kept.turns("content", "role", "name")[1] == ("oar.txt", "tool", "bash")


def test_a_part_in_the_folder_belongs_to_its_message(tmp_path):
    part = tmp_path / "part" / "m1" / "p1.json"
    part.parent.mkdir(parents=True)
    part.write_text(json.dumps({**PARTS[0], "messageID": "m1", "sessionID": "s1"}))
    (alone,) = read_source(str(part))
    assert "which is not beside it" in alone.error.reason
    message = tmp_path / "message" / "s1" / "m1.json"
    message.parent.mkdir(parents=True)
    message.write_text(json.dumps(INFO))
    (item,) = read_source(str(part))
    assert (item.record.role, item.record.session_id) == ("user", "s1")
    assert list(read_source(str(message))) == []
    part.write_text(json.dumps({**PARTS[0], "messageID": "m1"}))
    (older,) = read_source(str(part))
    assert older.record.content == item.record.content


def test_the_database_is_only_read(tmp_path):
    path = tmp_path / "opencode.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """CREATE TABLE message (id, session_id, time_created, data);
            CREATE TABLE part (id, message_id, session_id, data);"""
        )
        data = json.dumps({"role": "user", "time": {"created": 1772445600000}})
        connection.execute("INSERT INTO message VALUES ('m1', 's1', 1, ?)", [data])
        for part in PARTS:
            row = [part["id"], json.dumps(part)]
            connection.execute("INSERT INTO part VALUES (?, 'm1', 's1', ?)", row)
        connection.commit()
    before = path.read_bytes()
    (item,) = read_source(str(path))
    assert (item.record.content, item.record.session_id) == ("Where is the oar?", "s1")
    assert path.read_bytes() == before


def test_another_database_is_refused(tmp_path):
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    (item,) = read_source(str(path))
    assert "no database of opencode" in item.error.reason
