"""Logs of agents that are one document or one database, of any number of made-up turns."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from bench_support import sample_sentences
from big_inputs import Turn, talk

FOLDER = "/home/anna/boat"
CALL = {"type": "tool", "tool": "read", "state": {"status": "completed", "output": "x = 1\n" * 20}}


def milliseconds(turn: Turn) -> int:
    return int(turn.at.timestamp() * 1000)


def by_session(turns: list[Turn]) -> Iterator[tuple[int, list[Turn]]]:
    for number, some in groupby(turns, key=lambda turn: turn.session):
        yield number, list(some)


def filled(path: Path, tables: str, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Make a database with some rows in each of its tables."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(tables)
        for name, values in rows.items():
            places = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", values)
        connection.commit()


def opencode_parts(turn: Turn) -> list[dict[str, Any]]:
    said = {"id": f"prt_{turn.number}", "type": "text", "text": turn.text}
    return [said] if turn.is_user else [said, {"id": f"prt_{turn.number}t", **CALL}]


def opencode(path: Path, turns: list[Turn]) -> None:
    """Write an export of a session."""
    messages = []
    for turn in turns:
        info = {"id": f"msg_{turn.number}", "sessionID": "ses_1", "role": turn.role}
        info["time"] = {"created": milliseconds(turn)}
        messages.append({"info": info, "parts": opencode_parts(turn)})
    about = {"id": "ses_1", "directory": FOLDER}
    path.write_text(json.dumps({"info": about, "messages": messages}), "utf-8")


def opencode_database(path: Path, turns: list[Turn]) -> None:
    """Write the database, with the indexes that it has."""
    tables = """
        CREATE TABLE session (id TEXT PRIMARY KEY, project_id TEXT, directory TEXT);
        CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER,
            time_updated INTEGER, data TEXT);
        CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT,
            time_created INTEGER, time_updated INTEGER, data TEXT);
        CREATE INDEX message_session_idx ON message (session_id);
        CREATE INDEX part_message_idx ON part (message_id);
        CREATE INDEX part_session_idx ON part (session_id);"""
    sessions, messages, parts = [], [], []
    for number, some in by_session(turns):
        sessions.append((f"ses_{number}", "p", FOLDER))
        for turn in some:
            at = milliseconds(turn)
            about = {"role": turn.role, "time": {"created": at}, "path": {"cwd": FOLDER}}
            id_, data = f"msg_{turn.number:08}", json.dumps(about)
            messages.append((id_, f"ses_{number}", at, at, data))
            for part in opencode_parts(turn):
                own = {name: value for name, value in part.items() if name != "id"}
                row = (part["id"], id_, f"ses_{number}", at, at, json.dumps(own))
                parts.append(row)
    filled(path, tables, {"session": sessions, "message": messages, "part": parts})


def cursor_database(path: Path, turns: list[Turn]) -> None:
    """Write the database of the editor."""
    tables = """
        CREATE TABLE ItemTable (key TEXT UNIQUE, value BLOB);
        CREATE TABLE cursorDiskKV (key TEXT UNIQUE, value BLOB);"""
    rows: list[tuple[Any, ...]] = []
    for number, some in by_session(turns):
        heads = [{"bubbleId": f"b{turn.number}", "type": 1 + (not turn.is_user)} for turn in some]
        about = {"_v": 10, "createdAt": milliseconds(some[0]), "fullConversationHeadersOnly": heads}
        rows.append((f"composerData:s{number}", json.dumps(about)))
        for turn in some:
            said = {"_v": 3, "type": 1 + (not turn.is_user), "text": turn.text}
            said["createdAt"] = turn.iso
            rows.append((f"bubbleId:s{number}:b{turn.number}", json.dumps(said)))
    filled(path, tables, {"cursorDiskKV": rows})


def cursor_store(path: Path, turns: list[Turn]) -> None:
    """Write a chat of the command line."""
    tables = """
        CREATE TABLE blobs (id TEXT PRIMARY KEY, data BLOB);
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"""
    said = [{"role": turn.role, "content": turn.text} for turn in turns]
    blobs = [json.dumps(each).encode() for each in said]
    keys = [hashlib.sha256(blob).digest() for blob in blobs]
    root = b"".join(b"\x0a\x20" + key for key in keys)
    rows = [(key.hex(), blob) for key, blob in zip(keys, blobs, strict=True)]
    about = {"agentId": "s", "latestRootBlobId": "root", "createdAt": milliseconds(turns[0])}
    meta = json.dumps(about).encode().hex()
    filled(path, tables, {"blobs": [*rows, ("root", root)], "meta": [("0", meta)]})


def cline(path: Path, turns: list[Turn]) -> None:
    """Write the history of a task."""
    said: list[dict[str, Any]] = []
    for turn in turns:
        text = turn.text
        if turn.is_user:
            word = "feedback" if said else "task"
            text = f"<{word}>\n{text}\n</{word}>"
        said.append({"role": turn.role, "content": [{"type": "text", "text": text}]})
    path.write_text(json.dumps(said), "utf-8")


def copilot_chat(path: Path, turns: list[Turn]) -> None:
    """Write a session of questions with their answers."""
    requests = [
        {
            "requestId": f"r{asked.number}",
            "message": {"text": asked.text, "parts": []},
            "response": [{"value": answered.text}],
            "timestamp": milliseconds(asked),
        }
        for asked, answered in zip(turns[::2], turns[1::2], strict=True)
    ]
    about = {"version": 3, "requesterUsername": "anna", "responderUsername": "GitHub Copilot"}
    path.write_text(json.dumps({**about, "sessionId": "s", "requests": requests}), "utf-8")


def lm_studio(path: Path, turns: list[Turn]) -> None:
    """Write a chat."""
    messages = []
    for turn in turns:
        words = [{"type": "text", "text": turn.text}]
        one: dict[str, Any] = {"type": "singleStep", "role": "user", "content": words}
        if not turn.is_user:
            step = {"type": "contentBlock", "content": words}
            one = {"type": "multiStep", "role": "assistant", "steps": [step]}
        messages.append({"versions": [one], "currentlySelected": 0})
    path.write_text(json.dumps({"name": "Boat", "messages": messages}), "utf-8")


WHOLE: dict[str, tuple[str, Callable[[Path, list[Turn]], None]]] = {
    "opencode": ("export.json", opencode),
    "opencode-database": ("opencode.db", opencode_database),
    "cursor-database": ("state.vscdb", cursor_database),
    "cursor-store": ("store.db", cursor_store),
    "cline": ("api_conversation_history.json", cline),
    "copilot-chat": ("chat.json", copilot_chat),
    "lm-studio": ("chat.json", lm_studio),
}


def write_whole(folder: Path, form: str, turns: int) -> tuple[Path, int]:
    """Write a log of so many turns; return it and its turns."""
    name, write = WHOLE[form]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / name, list(islice(talk(sample_sentences()), turns)))
    return folder / name, turns
