"""
The database of Cursor, state.vscdb: sessions (`composerData`) and their turns (`bubbleId`).

A session names its turns in their order: those that it does not name were taken back. Only the keys
of conversations are asked for: the file may have gigabytes, and the keys of accounts beside them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.cursor_folders import (
    ITEM,
    folder_of,
    folders_of_sessions,
    path_of,
    workspace_folder,
)
from memcli.ingestion.transcripts.databases import (
    as_bytes,
    connected,
    has_table,
    no_database_of,
    opened,
    tables_of,
)
from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json
from store.errors import BadRecord

KV: Final = "cursorDiskKV"
NAMED: Final = f"FROM {KV} WHERE key >= 'composerData:' AND key < 'composerData;'"
KEYS: Final = f"SELECT key {NAMED}"
SESSIONS: Final = f"SELECT key, value {NAMED}"
BUBBLE: Final = f"SELECT value FROM {KV} WHERE key = ?"
COUNT: Final = f"SELECT count(*) FROM {KV} WHERE key >= ? AND key < ?"
# Of the first versions, in the database of a workspace.
TABS: Final = "workbench.panel.aichat.view.aichat.chatdata"
ROLES: Final = {1: "user", 2: "assistant", "user": "user", "ai": "assistant"}
SERVICE: Final = "service lines"
SUBAGENTS: Final = "turns of sub-agents"
TRIES: Final = "turns of other tries"
BACK: Final = "turns taken back"
ELSEWHERE: Final = "turns whose words are not in the database"


class _Session(msgspec.Struct):
    """What a session says of itself; what may be of any form is looked at where it is used."""

    composerId: Any = None
    createdAt: Any = None
    fullConversationHeadersOnly: Any = None
    conversation: Any = None
    conversationMap: Any = None
    workspaceIdentifier: Any = None
    createdOnBranch: Any = None
    subagentInfo: Any = None
    isBestOfNSubcomposer: Any = None


class _Bubble(msgspec.Struct):
    """What a turn says: much more is kept beside it, which is passed over."""

    bubbleId: Any = None
    type: Any = None
    text: Any = None
    rawText: Any = None
    content: Any = None
    createdAt: Any = None
    timestamp: Any = None
    workspaceUris: Any = None
    workspaceProjectDir: Any = None
    toolFormerData: msgspec.Raw = msgspec.Raw(b"null")


_SESSION: Final = msgspec.json.Decoder(_Session)
_BUBBLE: Final = msgspec.json.Decoder(_Bubble)


def is_state(head: bytes) -> bool:
    """Tell a database with Cursor's table."""
    return has_table(head, KV)


def read_state(source: Source) -> Iterator[Item]:
    """Yield the turns of all sessions in the database, which is only read."""
    try:
        with closing(connected(source)) as connection:
            tables = {*tables_of(connection)}
            if KV not in tables and "ItemTable" not in tables:
                yield rejected(no_database_of("Cursor", connection), source.path, 0)
                return
            reader = _StateReader(source, connection)
            if KV in tables:
                yield from reader.sessions()
            if "ItemTable" in tables:
                yield from reader.tabs()
    except (sqlite3.Error, MemoryError) as error:
        yield rejected(BadRecord(f"no database of Cursor: {error}"), source.path, 0)


def sessions_with_words(path: str) -> set[str]:
    """Return the ids of the sessions in a database whose turns are in it; empty if it is broken."""
    try:
        with closing(opened(path)) as connection:
            keys = [str(key) for (key,) in connection.execute(KEYS)]
            ids = [key.partition(":")[2] for key in keys]
            return {id_ for id_ in ids if _count(connection, id_)}
    except sqlite3.Error:
        return set()


def _count(connection: sqlite3.Connection, id_: str) -> int:
    """Return how many turns of a session are in a database."""
    bounds = [f"bubbleId:{id_}:", f"bubbleId:{id_};"]
    return int(connection.execute(COUNT, bounds).fetchone()[0])


class _StateReader:
    """Reads the sessions of one database."""

    def __init__(self, source: Source, connection: sqlite3.Connection) -> None:
        self._source, self._connection = source, connection
        self._trials = Trials()
        self._folders = folders_of_sessions(connection, source.path)

    def sessions(self) -> Iterator[Item]:
        """Yield the turns of the sessions in the table of keys."""
        for key, value in self._connection.execute(SESSIONS):
            if value is None:
                continue
            try:
                session = _SESSION.decode(as_bytes(value))
            except (msgspec.DecodeError, RecursionError) as error:
                yield self._broken(key, error)
                continue
            yield from self._session(str(key).partition(":")[2], session)

    def _session(self, id_: str, session: _Session) -> Iterator[Item]:
        """Yield the turns of a session, in the order in which it names them."""
        heads = _objects(session.fullConversationHeadersOnly)
        inline = _inline(session)
        names = [str(head.get("bubbleId")) for head in heads] or [*inline]
        if session.subagentInfo or session.isBestOfNSubcomposer:
            self._source.leave_out(SUBAGENTS if session.subagentInfo else TRIES, len(names))
            return
        if heads and not inline:
            back = _count(self._connection, id_) - len(names)
            if back > 0:
                self._source.leave_out(BACK, back)
        times = {str(head.get("bubbleId")): head.get("createdAt") for head in heads}
        folder = folder_of(session.workspaceIdentifier) or self._folders.get(id_)
        at = session.createdAt
        self._trials = Trials()
        for name in names:
            bubble = self._bubble(id_, name, inline)
            if isinstance(bubble, _Bubble):
                at = bubble.createdAt or bubble.timestamp or times.get(name) or at
                folder = folder or _folder(bubble)
                about = in_folder(folder, branch=session.createdOnBranch)
                yield from self._turn(id_, name, bubble, at, about)
            elif bubble is None:
                self._source.leave_out(ELSEWHERE)
            else:
                yield bubble

    def _bubble(self, id_: str, name: str, inline: dict[str, Any]) -> _Bubble | Item | None:
        """Return a turn: what there is in the session itself, else under a key of its own."""
        key = f"bubbleId:{id_}:{name}"
        if name in inline:
            data = msgspec.json.encode(inline[name])
        else:
            row = self._connection.execute(BUBBLE, [key]).fetchone()
            data = as_bytes(row[0]) if row else b""
        if data in (b"", b"null"):
            return None
        try:
            return _BUBBLE.decode(data)
        except (msgspec.DecodeError, RecursionError) as error:
            return self._broken(key, error)

    def _turn(
        self, id_: str, name: str, bubble: _Bubble, at: Any, about: Json | None
    ) -> Iterator[Item]:
        """Yield what was said in a turn, and what its tool did where such is kept."""
        role = ROLES.get(bubble.type) if isinstance(bubble.type, int | str) else None
        texts = (bubble.text, bubble.rawText, bubble.content)
        text = next((each for each in texts if isinstance(each, str) and each.strip()), "")
        words = service_texts("cursor").said(text.strip()) if role else ""
        about = with_trials(about, self._trials.take()) if words else about
        note_tool(bubble, self._trials)
        told: dict[str, Any] = {"at": at, "session": id_, "unique": True, "metadata": about}
        items = [said(self._source, 0, words, role=role, ref=name, **told)] if words else []
        if self._source.tools:
            for number, (tool, output) in enumerate(_tool(bubble)):
                ref = f"{name}#{number}"
                items.append(said(self._source, 0, output, role="tool", name=tool, ref=ref, **told))
        if not items:
            self._source.leave_out(SERVICE)
        yield from filter(None, items)

    def tabs(self) -> Iterator[Item]:
        """Yield the turns of the chats of the first versions."""
        about = in_folder(workspace_folder(self._source.path))
        for (value,) in self._connection.execute(ITEM, [TABS]):
            try:
                tabs = _objects(decode_json(as_bytes(value)).get("tabs"))
            except (msgspec.DecodeError, RecursionError, AttributeError) as error:
                yield self._broken(TABS, error)
                continue
            for tab in tabs:
                id_ = str(tab.get("tabId") or self._source.conversation)
                for number, raw in enumerate(_objects(tab.get("bubbles"))):
                    bubble = _Bubble(type=raw.get("type"), text=raw.get("text"))
                    at = raw.get("createdAt") or tab.get("lastSendTime")
                    name = str(raw.get("id") or f"{id_}#{number}")
                    yield from self._turn(id_, name, bubble, at, about)

    def _broken(self, key: Any, error: Exception) -> Item:
        """Return the rejection of a value that is no JSON."""
        return rejected(BadRecord(f"the key {key!r}: {error}"), self._source.path, 0)


def _inline(session: _Session) -> dict[str, Any]:
    """Return the turns that stand in the session itself, as versions had them, by their ids."""
    if isinstance(session.conversationMap, dict) and session.conversationMap:
        return session.conversationMap
    listed = _objects(session.conversation)
    return {str(raw.get("bubbleId") or f"#{number}"): raw for number, raw in enumerate(listed)}


def _folder(bubble: _Bubble) -> str | None:
    """Return the folder that a turn names."""
    uris = bubble.workspaceUris
    named = path_of(uris[0]) if isinstance(uris, list) and uris else None
    return named or path_of(bubble.workspaceProjectDir)


def _tool(bubble: _Bubble) -> Iterator[tuple[str, str]]:
    """Yield the call of a tool in a turn, and what it gave back, with the name of the tool."""
    about = _about_tool(bubble)
    if not about:
        return
    name = str(about.get("name") or "tool")
    call = about.get("rawArgs") or about.get("params")
    for part in (call, about.get("result")):
        text = part if isinstance(part, str) else msgspec.json.encode(part).decode() if part else ""
        if text.strip():
            yield name, text


def _about_tool(bubble: _Bubble) -> Json:
    """Return what a turn says of its tool, nothing where it has none."""
    try:
        about = decode_json(bytes(bubble.toolFormerData))
    except (msgspec.DecodeError, RecursionError):
        about = None
    return about if isinstance(about, dict) else {}


def note_tool(bubble: _Bubble, trials: Trials) -> None:
    """
    Take note of the command that a turn ran, and of how it ended.

    `status` is "completed" of what failed too; the code of its exit is there where it is not 0.
    """
    about = _about_tool(bubble)
    if not about:
        return
    given, result = (_opened(about.get(key)) for key in ("rawArgs", "result"))
    given = given or _opened(about.get("params"))
    more = _opened(about.get("additionalData"))
    more = more if isinstance(more, dict) else {}
    told = result if isinstance(result, dict) else {"output": result}
    id_ = about.get("toolCallId") or bubble.bubbleId
    trials.call(id_, about.get("name"), given)
    if told.get("rejected") or not {"rejected", "cancelled"}.isdisjoint(
        (more.get("status"), about.get("status"))
    ):
        return
    code = told.get("exitCodeV2", told.get("exitCode"))
    failed = bool(code) or "error" in (about.get("status"), more.get("status"))
    is_known = failed or code is not None or about.get("status") == "completed"
    trials.result(id_, str(told.get("output") or ""), failed if is_known else None)


def _opened(value: Any) -> Any:
    """Return what a text of JSON holds, else the value itself."""
    try:
        return decode_json(value.encode()) if isinstance(value, str) and value else value
    except (msgspec.DecodeError, RecursionError):
        return value


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
