"""Checkpoints of LangGraph in SQLite."""

from __future__ import annotations

import json
import pickle
import sqlite3
from contextlib import closing

import msgspec
import pytest

from memcli.ingestion.transcripts import Intake, read_source
from memcli.ingestion.transcripts.langgraph_database import is_checkpoints, unpacked
from tests.ingestion.transcripts.conftest import short

TABLES = """
    CREATE TABLE checkpoints (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT,
    parent_checkpoint_id TEXT, type TEXT, checkpoint BLOB, metadata BLOB);
    CREATE TABLE writes (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, task_id TEXT,
    task_path TEXT, idx INTEGER, channel TEXT, type TEXT, value BLOB);"""


def ext(code, *parts):
    return msgspec.msgpack.Ext(code, msgspec.msgpack.encode(parts))


def message(class_, content, id_, **more):
    """A message as the saver writes it: a class of pydantic with its fields."""
    kind = {"HumanMessage": "human", "AIMessage": "ai", "ToolMessage": "tool"}[class_]
    fields = {"type": kind, "content": content, "id": id_, "name": None, **more}
    return ext(5, f"langchain_core.messages.{kind}", class_, fields, "model_validate_json")


def state(minute, *messages, **values):
    about = {"v": 4, "ts": f"2026-03-02T10:{minute:02}:00+00:00"}
    if messages:
        values["messages"] = [*messages]
    return msgspec.msgpack.encode({**about, "channel_values": values})


@pytest.fixture
def make(tmp_path):
    """Return a maker of databases of states, (thread, namespace, id, parent, type, data)."""

    def made(states, writes=()):
        path = tmp_path / "checkpoints.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(TABLES)
            places = ", ".join("?" * 6)
            connection.executemany(f"INSERT INTO checkpoints VALUES ({places}, '{{}}')", states)
            for thread, id_, channel, kind, data in writes:
                row = [thread, id_, channel, kind, data]
                sql = "INSERT INTO writes VALUES (?, '', ?, 't', '', 0, ?, ?, ?)"
                connection.execute(sql, row)
            connection.commit()
        return path

    return made


def read(path, **about):
    intake = Intake(**about)
    return [short(item) for item in read_source(str(path), intake=intake)], intake.left_out


ASKED = message("HumanMessage", "Where is the oar?", "m1", name="Ida")
LOOKED = message("ToolMessage", "oar.txt", "m2", name="look")
ANSWER = message("AIMessage", [{"type": "text", "text": "In the shed."}], "m3")


def test_a_thread_has_what_led_to_its_newest_state(make):
    other = message("HumanMessage", "And the saw?", "m4")
    path = make(
        [
            ("t1", "", "1", None, "msgpack", state(0)),
            ("t1", "", "2", "1", "msgpack", state(1, ASKED)),
            ("t1", "", "3", "2", "msgpack", state(2, ASKED, other)),
            ("t1", "", "4", "2", "msgpack", state(3, ASKED, LOOKED, ANSWER)),
            ("t1", "sub", "5", None, "msgpack", state(4, other)),
            ("t0", "", "6", None, "msgpack", state(5, documents=[ext(6, "<f4", [1], "C", b"")])),
        ]
    )
    assert is_checkpoints(path.read_bytes())
    items, left_out = read(path)
    assert [
        (i["content"], i.get("name"), i["role"], i["id"], i["session_id"], i["timestamp"])
        for i in items
    ] == [
        ("Where is the oar?", "Ida", "user", "m1", "t1", "2026-03-02T10:01:00Z"),
        ("In the shed.", None, "assistant", "m3", "t1", "2026-03-02T10:03:00Z"),
    ]
    assert left_out == {
        "states of subgraphs": 1, "states of branches that were left": 1, "outputs of tools": 1,
        "threads without messages": 1,
    }  # fmt: skip
    assert [item["name"] for item in read(path, tools=True)[0][1:2]] == ["look"]


def test_states_that_do_not_repeat_the_messages_have_them_in_writes(make):
    snapshot = msgspec.msgpack.Ext(7, msgspec.msgpack.encode([ASKED, ANSWER]))
    about = {"ts": "2026-03-02T10:03:00+00:00", "channel_values": {"messages": snapshot}}
    nameless = message("HumanMessage", "Thanks", None)
    path = make(
        [
            ("t1", "", "1", None, "msgpack", state(0)),
            ("t1", "", "2", "1", "msgpack", state(1)),
            ("t1", "", "3", "2", "msgpack", state(2)),
            ("t1", "", "4", "3", "msgpack", msgspec.msgpack.encode(about)),
            ("t1", "", "5", "4", "msgpack", state(4)),
            ("t1", "", "6", "5", "msgpack", state(5)),
        ],
        [
            ("t1", "1", "messages", "msgpack", msgspec.msgpack.encode([ASKED])),
            ("t1", "1", "branch:to:bot", "null", b""),
            ("t1", "2", "messages", "msgpack", msgspec.msgpack.encode(ANSWER)),
            ("t1", "4", "messages", "msgpack", msgspec.msgpack.encode([nameless])),
            ("t1", "5", "messages", "msgpack", msgspec.msgpack.encode([nameless])),
        ],
    )
    items, _ = read(path)
    assert [(i["content"], i.get("id"), i["timestamp"][14:16]) for i in items] == [
        ("Where is the oar?", "m1", "01"), ("In the shed.", "m3", "02"),
        ("Thanks", None, "04"), ("Thanks", None, "05"),
    ]  # fmt: skip


def test_older_states_are_json_and_pickled_ones_are_refused(make, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    kwargs = {"content": "Ahoy", "id": "m1"}
    name = ["langchain", "schema", "messages", "HumanMessage"]
    old = {"lc": 1, "type": "constructor", "id": name, "kwargs": kwargs}
    data = json.dumps({"ts": "2026-03-02T10:00:00Z", "channel_values": {"messages": [old]}})
    path = make(
        [
            ("t1", "", "1", None, "json", data),
            ("t2", "", "1", None, "pickle", pickle.dumps(Trap())),
            ("t3", "", "1", None, "msgpack+aes", b"x"),
            ("t4", "", "1", None, "msgpack", b"\xc1"),
            ("t5", "", "1", None, "msgpack", msgspec.msgpack.encode([1])),
        ]
    )
    items, _ = read(path)
    assert (items[0]["content"], items[0]["role"]) == ("Ahoy", "user")
    for reason, item in zip(("pickled", "'msgpack+aes'", "read", "no obj"), items[1:], strict=True):
        assert reason in item
    assert not (tmp_path / "sprung").exists()


def test_objects_are_their_fields_or_their_only_value():
    values = [
        ext(0, "uuid", "UUID", "ab"),
        ext(1, "datetime", "date", [2026, 3, 2]),
        ext(2, "app", "Oar", {"length": 3}),
        ext(3, "datetime", "datetime", "2026-03-02", "fromisoformat"),
        ext(4, "app", "Sail", {"type": "jib"}),
        ext(6, "<f4", [1], "C", b""),
        ext(9, "a", "b", "c"),
        ext(0, "short"),
    ]
    assert unpacked(msgspec.msgpack.encode(values)) == [
        "ab", [2026, 3, 2], {"type": "Oar", "length": 3}, "2026-03-02", {"type": "jib"}, None, None,
        None,
    ]  # fmt: skip


def test_another_database_is_refused(make, tmp_path):
    path = make([])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE writes")
    (item,) = read_source(str(path), "langgraph-database")
    assert "no database of LangGraph: its tables are checkpoints" in item.error.reason
