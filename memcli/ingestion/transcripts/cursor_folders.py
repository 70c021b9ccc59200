"""Folders of Cursor's sessions: in which workspace each was at work, by what lies beside it."""

from __future__ import annotations

import glob
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.databases import as_bytes, opened
from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import STDIN
from memcli.jsonl import Json

TRANSCRIPTS: Final = "agent-transcripts"
TRUSTED: Final = ".workspace-trusted"
ITEM: Final = "SELECT value FROM ItemTable WHERE key = ?"
# Where versions keep what is known of sessions: in the workspace's database, and in that of all.
COMPOSERS: Final = ("composer.composerData", "composer.composerHeaders")
HEADERS: Final = "SELECT composerId, value FROM composerHeaders"
_SIGNS = re.compile(r"[^A-Za-z0-9]+")


def folder_of_transcript(path: str) -> str | None:
    """
    Return the workspace of a transcript: as the file beside it says, else the folder of its name.

    The name has a hyphen for each sign that is no letter, so that it is looked for among folders.
    """
    parts = os.path.abspath(path).split(os.sep)
    if path == STDIN or TRANSCRIPTS not in parts:
        return None
    project = os.sep.join(parts[: parts.index(TRANSCRIPTS)])
    told = _object(read_neighbor(os.path.join(project, "x"), TRUSTED)).get("workspacePath")
    return told if isinstance(told, str) else _folder_called(os.path.basename(project))


@lru_cache(maxsize=64)
def _folder_called(name: str, below: str = os.sep) -> str | None:
    """Return the folder whose path is written as a name of hyphens, None where none is there."""
    with suppress(OSError):
        for entry in sorted(os.scandir(below), key=lambda entry: entry.name):
            own = _SIGNS.sub("-", entry.name).strip("-")
            if not own or not (name == own or name.startswith(f"{own}-")) or not entry.is_dir():
                continue
            if name == own:
                return entry.path
            if found := _folder_called(name[len(own) + 1 :], entry.path):
                return found
    return None


def folder_of(identifier: Any) -> str | None:
    """Return the folder that a record of a workspace names."""
    uri = identifier.get("uri") if isinstance(identifier, dict) else None
    if isinstance(uri, str):
        return path_of(uri)
    path = uri.get("fsPath") or uri.get("path") if isinstance(uri, dict) else None
    return path if isinstance(path, str) else None


def path_of(uri: Any) -> str | None:
    """Return the path of a file's address, None for what is on another machine."""
    if not isinstance(uri, str):
        return None
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return unquote(parts.path) or None
    return uri if uri.startswith("/") else None


def folders_of_sessions(connection: sqlite3.Connection, path: str) -> dict[str, str]:
    """Return the folder of each session that the database, or one of a workspace, knows."""
    found = dict(_of_workspaces(path))
    found.update(_told(_headers(connection)))
    return found


def _headers(connection: sqlite3.Connection) -> Iterator[tuple[Any, Json]]:
    """Yield what a database of all says of sessions, by their ids."""
    with suppress(sqlite3.Error):
        yield from composers(connection)
    with suppress(sqlite3.Error):
        for id_, value in connection.execute(HEADERS):
            yield id_, _object(as_bytes(value))


def composers(connection: sqlite3.Connection) -> Iterator[tuple[Any, Json]]:
    """Yield the sessions that a database lists, by their ids."""
    for key in COMPOSERS:
        for (value,) in connection.execute(ITEM, [key]):
            listed = _object(as_bytes(value)).get("allComposers")
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, dict):
                    yield each.get("composerId"), each


def _told(headers: Iterator[tuple[Any, Json]]) -> Iterator[tuple[str, str]]:
    """Yield the folders that records of sessions name."""
    for id_, about in headers:
        folder = folder_of(about.get("workspaceIdentifier"))
        if isinstance(id_, str) and folder:
            yield id_, folder


def _of_workspaces(path: str) -> Iterator[tuple[str, str]]:
    """Yield the folders of the sessions that the databases of workspaces list."""
    if path == STDIN:
        return
    user = os.path.dirname(os.path.dirname(os.path.abspath(path)))
    for state in glob.glob(os.path.join(glob.escape(user), "workspaceStorage", "*", "state.vscdb")):
        folder = workspace_folder(state)
        if folder is None:
            continue
        with suppress(sqlite3.Error), closing(opened(state)) as connection:
            yield from ((str(id_), folder) for id_, _ in composers(connection) if id_)


def workspace_folder(path: str) -> str | None:
    """Return the folder of the workspace whose database is at a path."""
    if path == STDIN:
        return None
    return path_of(_object(read_neighbor(path, "workspace.json")).get("folder"))


def _object(data: bytes | None) -> Json:
    """Return the object that some JSON holds, an empty one where it holds none."""
    try:
        value = decode_json(data) if data else None
    except (msgspec.DecodeError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {}
