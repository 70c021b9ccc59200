"""The database of Cursor."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from memcli.ingestion.transcripts import Intake, read_source
from memcli.ingestion.transcripts.cursor_database import is_state, sessions_with_words
from tests.ingestion.transcripts.conftest import short

NOON = 1772452800000
TOOL = {"name": "read_file", "rawArgs": '{"path": "oar"}', "result": '{"contents": "wood"}'}


def state(path, keys, items=()):
    """Make a database with some keys; None is a value that was taken away."""
    with closing(sqlite3.connect(path)) as connection:
        for table in ("ItemTable", "cursorDiskKV"):
            connection.execute(f"CREATE TABLE {table} (key TEXT UNIQUE, value BLOB)")
        for table, rows in (("cursorDiskKV", keys), ("ItemTable", dict(items))):
            for key, value in rows.items():
                text = value if isinstance(value, str | None) else json.dumps(value)
                connection.execute(f"INSERT INTO {table} VALUES (?, ?)", [key, text])
        connection.commit()
    return path


def bubble(text, type_=1, **more):
    return {"_v": 3, "type": type_, "text": text, **more}


def session(*names, **more):
    heads = [{"bubbleId": name, "type": 1} for name in names]
    return {"_v": 10, "createdAt": NOON, "fullConversationHeadersOnly": heads, **more}


def read(path, **about):
    intake = Intake(**about)
    return [short(item) for item in read_source(str(path), intake=intake)], intake.left_out


@pytest.fixture
def database(tmp_path):
    """One session in which a turn was taken back, one of a sub-agent, one of another try."""
    folder = {"workspaceIdentifier": {"id": "w", "uri": {"fsPath": "/home/ida/boat"}}}
    keys = {
        "composerData:s1": session("b2", "b1", "b3", "b9", createdOnBranch="main", **folder),
        "bubbleId:s1:b1": bubble("In the shed.", 2, createdAt="2026-03-02T12:00:05.000Z"),
        "bubbleId:s1:b2": bubble("Where is the oar?", createdAt="2026-03-02T12:00:01.000Z"),
        "bubbleId:s1:b3": bubble("", 2, toolFormerData=TOOL),
        "bubbleId:s1:b4": bubble("Where is the saw?"),
        "bubbleId:s1:b9": None,
        "bubbleId:s10:b1": bubble("of no session"),
        "composerData:s2": session("c1", subagentInfo={"parentComposerId": "s1"}),
        "bubbleId:s2:c1": bubble("Look for oars"),
        "composerData:s3": session("d1", isBestOfNSubcomposer=True),
        "bubbleId:s3:d1": bubble("Where is the oar?"),
        "composerData:s4": None,
    }
    return state(tmp_path / "state.vscdb", keys, {"cursorAuth/accessToken": "secret"})


def test_a_session_has_the_turns_that_it_names_in_its_order(database):
    assert is_state(database.read_bytes())
    items, left_out = read(database)
    assert [(i["content"], i["role"], i["id"], i["session_id"], i["timestamp"]) for i in items] == [
        ("Where is the oar?", "user", "b2", "s1", "2026-03-02T12:00:01Z"),
        ("In the shed.", "assistant", "b1", "s1", "2026-03-02T12:00:05Z"),
    ]
    assert items[0]["metadata"] == {"cwd": "/home/ida/boat", "branch": "main"}
    assert left_out == {
        "service lines": 1, "turns taken back": 1, "turns of sub-agents": 1,
        "turns of other tries": 1, "turns whose words are not in the database": 1,
    }  # fmt: skip


def test_tools_are_kept_if_they_are_asked_for(database):
    items, _ = read(database, tools=True)
    assert [(i["content"], i["name"]) for i in items[2:]] == [
        (TOOL["rawArgs"], "read_file"), (TOOL["result"], "read_file"),
    ]  # fmt: skip


def test_older_versions_have_turns_in_the_session_and_the_time_of_its_beginning(tmp_path):
    uris = {"workspaceUris": ["file:///home/ida/boat"]}
    listed = [bubble("Ahoy", bubbleId="b1", **uris), bubble("Hi", 2, bubbleId="b2")]
    keys = {
        "composerData:s1": {"createdAt": NOON, "conversation": listed},
        "composerData:s2": session("b1", conversationMap={"b1": bubble("Ahoy there")}),
        "composerData:s5": session("b1", "b2"),
        "bubbleId:s5:b1": {"type": 1, "rawText": "Row", "timestamp": NOON + 1000},
        "bubbleId:s5:b2": {"type": 99, "text": "of a tool"},
        "composerData:s3": "{torn",
        "composerData:s4": session("b1"),
        "bubbleId:s4:b1": "[1",
    }
    items, left_out = read(state(tmp_path / "state.vscdb", keys))
    assert [i if isinstance(i, str) else (i["content"], i["timestamp"]) for i in items[:3]] == [
        ("Ahoy", "2026-03-02T12:00:00Z"), ("Hi", "2026-03-02T12:00:00Z"),
        ("Ahoy there", "2026-03-02T12:00:00Z"),
    ]  # fmt: skip
    assert items[1]["metadata"] == {"cwd": "/home/ida/boat"}
    assert ["composerData:s3" in items[3], "bubbleId:s4:b1" in items[4]] == [True, True]
    assert (items[5]["content"], items[5]["timestamp"]) == ("Row", "2026-03-02T12:00:01Z")
    assert left_out == {"service lines": 1}


def test_the_first_versions_have_tabs_in_the_database_of_a_workspace(tmp_path):
    tabs = [
        {
            "tabId": "t1",
            "lastSendTime": NOON,
            "bubbles": [
                {"type": "user", "id": "u1", "text": "Ahoy"},
                {"type": "ai", "text": "Hi"},
                {"type": "ai"},
            ],
        }
    ]
    items = {"workbench.panel.aichat.view.aichat.chatdata": {"tabs": tabs}}
    path = state(tmp_path / "state.vscdb", {}, items)
    (tmp_path / "workspace.json").write_text('{"folder": "file:///home/ida/boat"}')
    items, _ = read(path)
    assert [
        (i["content"], i["role"], i["id"], i["session_id"], i["metadata"]["cwd"]) for i in items
    ] == [
        ("Ahoy", "user", "u1", "t1", "/home/ida/boat"),
        ("Hi", "assistant", "t1#1", "t1", "/home/ida/boat"),
    ]


def test_another_database_and_one_of_an_editor_without_chats(tmp_path):
    path = tmp_path / "state.vscdb"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    items, _ = read(path)
    assert items == ["0: no database of Cursor: its tables are t"]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ItemTable (key, value)")
    assert read(path)[0] == []
    path.write_bytes(b"SQLite format 3\0 broken")
    assert "no database of Cursor" in read(path)[0][0]


def test_sessions_whose_turns_are_elsewhere_are_not_in_the_database(database, tmp_path):
    assert sessions_with_words(str(database)) == {"s1", "s2", "s3"}
    assert sessions_with_words(str(tmp_path / "none")) == set()
