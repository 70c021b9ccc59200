"""
Sessions of opencode: an export, the parts of messages in its folder, and its database.

A part in the folder says neither who speaks nor when: its message does, which lies beside it.
"""

from __future__ import annotations

import glob
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.databases import connected, no_database_of, tables_of
from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json
from store.errors import BadRecord

SERVICE: Final = "service lines"
PARTS: Final = """
    SELECT m.session_id, m.id, m.data, p.data FROM message m JOIN part p ON p.message_id = m.id
    ORDER BY m.session_id, m.time_created, m.id, p.id"""
# Where each session was at work; a database of an older version may not have it.
FOLDERS: Final = "SELECT id, directory FROM session"


def read_opencode(source: Source) -> Iterator[Item]:
    """Yield the turns of an export of a session, or of one part of a message."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        if "messageID" in raw:
            yield from _part(source, line, raw)
            continue
        about = raw.get("info")
        folder = about.get("directory") if isinstance(about, dict) else None
        trials = Trials()
        for message in raw.get("messages") or ():
            if isinstance(message, dict) and isinstance(message.get("info"), dict):
                info = {"directory": folder, **message["info"]}
                yield from _message(source, line, info, message.get("parts") or [], trials)


def _part(source: Source, line: int, part: Json) -> Iterator[Item]:
    """Yield the turn that a part in the folder is; what it belongs to lies two folders above."""
    message = str(part["messageID"])
    if part.get("type") != "text":
        source.leave_out(SERVICE)
        return
    data = read_neighbor(source.path, _message_file(source.path, part))
    try:
        info = decode_json(data) if data else None
    except msgspec.DecodeError:
        info = None
    if not isinstance(info, dict):
        reason = f"a part of the message {message} of opencode, which is not beside it"
        remedy = "give the folder with message/ and part/, or what `opencode export` writes"
        yield rejected(BadRecord(reason, remedy=remedy), source.path, line)
        return
    folder = _session_folder(source.path, str(info.get("sessionID")))
    yield from _message(source, line, {"directory": folder, **info}, [part], Trials())


def _session_folder(path: str, session: str) -> str | None:
    """Return where the session of a part was at work, which its own file says."""
    top = os.path.join(os.path.dirname(path), "../../session")
    found = glob.glob(os.path.join(glob.escape(top), "*", f"{glob.escape(session)}.json"))
    data = read_neighbor(path, os.path.relpath(found[0], os.path.dirname(path))) if found else None
    try:
        about = decode_json(data) if data else None
    except msgspec.DecodeError:
        return None
    return about.get("directory") if isinstance(about, dict) else None


def _message_file(path: str, part: Json) -> str:
    """Return where the message of a part is, from the folder of the part."""
    name, session = f"{part['messageID']}.json", part.get("sessionID")
    if session is None:  # in older folders the part does not say it
        top = os.path.join(os.path.dirname(path), "../../message")
        found = glob.glob(os.path.join(glob.escape(top), "*", glob.escape(name)))
        session = os.path.basename(os.path.dirname(found[0])) if found else "none"
    return os.path.join("../..", "message", str(session), name)


def _message(
    source: Source, line: int, info: Json, parts: list[Json], trials: Trials
) -> Iterator[Item]:
    """Yield the turn that the parts of a message make; tools apart, where they are kept."""
    texts = [
        part.get("text") or ""
        for part in parts
        if part.get("type") == "text" and not part.get("synthetic") and not part.get("ignored")
    ]
    text = service_texts("opencode").said("\n\n".join(filter(None, texts)))
    created = info.get("time", {}).get("created") if isinstance(info.get("time"), dict) else None
    path = info.get("path")
    folder = in_folder(path.get("cwd") if isinstance(path, dict) else info.get("directory"))
    tried = trials.take() if text else []
    _note(parts, trials)
    about: dict[str, Any] = {
        "at": created,
        "session": info.get("sessionID"),
        "metadata": with_trials(folder, tried),
    }
    ref = parts[0].get("id") if len(parts) == 1 else info.get("id")
    items = [said(source, line, text, role=info.get("role"), ref=ref, **about)] if text else []
    for part in parts if source.tools else ():
        state = part.get("state") if part.get("type") == "tool" else None
        output = state.get("output") if isinstance(state, dict) else None
        if isinstance(output, str):
            name = part.get("tool")
            items.append(
                said(source, line, output, role="tool", name=name, ref=part.get("id"), **about)
            )
    if not items:
        source.leave_out(SERVICE)
    yield from filter(None, items)


def _note(parts: list[Json], trials: Trials) -> None:
    """Take note of the tools among the parts of a message, and of what they gave back."""
    for part in parts:
        state = part.get("state") if part.get("type") == "tool" else None
        if not isinstance(state, dict):
            continue
        about = state.get("metadata")
        status = state.get("status")
        failed = status == "error" or bool(isinstance(about, dict) and about.get("exit"))
        trials.call(part.get("id"), part.get("tool"), state.get("input"))
        if status in ("completed", "error"):
            output = str(state.get("output") or state.get("error") or "")
            trials.result(part.get("id"), output, failed)


def read_database(source: Source) -> Iterator[Item]:
    """Yield the turns of all sessions in the database of opencode, which is only read."""
    try:
        with closing(connected(source)) as connection:
            if not {"message", "part"} <= {*tables_of(connection)}:
                error = no_database_of("opencode, Cursor or LangGraph", connection)
                yield rejected(error, source.path, 0)
                return
            yield from _rows(source, connection)
    except (sqlite3.Error, MemoryError, msgspec.DecodeError) as error:
        yield rejected(BadRecord(f"no database of opencode: {error}"), source.path, 0)


def _rows(source: Source, connection: sqlite3.Connection) -> Iterator[Item]:
    """Yield the turns of the rows of a database."""
    held: tuple[str, Json, list[Json]] | None = None
    current, trials = None, Trials()
    folders: dict[str, str] = {}
    with suppress(sqlite3.OperationalError):
        folders = dict(connection.execute(FOLDERS))
    for session, id_, data, part in connection.execute(PARTS):
        if held and held[0] != id_:
            yield from _message(source, 0, *held[1:], trials)
            held = None
        if session != current:
            current, trials = session, Trials()
        if held is None:
            about = {"sessionID": session, "id": id_, "directory": folders.get(session)}
            held = id_, about | decode_json(data), []
        held[2].append(decode_json(part))
    if held:
        yield from _message(source, 0, *held[1:], trials)
