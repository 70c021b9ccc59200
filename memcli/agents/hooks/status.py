"""Status of hooks: for each client whether it is installed, when it was heard of, and errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from memcli.agents.hooks.calls import store_called
from memcli.agents.hooks.catching_up import waiting_lines
from memcli.agents.hooks.installing import clients, installed, is_here
from memcli.agents.hooks.sightings import last_seen
from memcli.agents.hooks.spooling import LOG, place_of
from memcli.jsonl import Json

NOT_HERE, NOT_INSTALLED, PARTLY, INSTALLED = "not here", "not installed", "partly", "installed"
RECENT_ERRORS: Final = 20


def errors(root: Path | None) -> list[str]:
    """Return the last lines of the logs of the stores that are called, each log oldest first."""
    roots = [store_called(client) or root for client in clients()]
    return [line for each in dict.fromkeys(filter(None, roots)) for line in _log(each)]


def _log(root: Path | None) -> list[str]:
    """Return the last lines of the log of a store."""
    if root is None:
        return []
    try:
        text = Path(place_of(str(root)), LOG).read_text("utf-8", "replace")
    except OSError:
        return []
    return text.splitlines()[-RECENT_ERRORS:]


def client_records(here: Path | None) -> Iterator[Json]:
    """
    Yield a record of kind `client` for each client.

    here: the folder of the store of those that name none, or None.
    """
    for name, about in clients().items():
        root = store_called(name) or here
        seen = last_seen(root) if root else {}
        log = _log(root)
        files = list(installed(name))
        state = _state(name, [is_in for _, is_in in files])
        mine = [line for line in log if f" {name} " in line]
        yield {
            "kind": "client",
            "v": 1,
            "client": name,
            "name": about["name"],
            "state": state,
            "files": [str(path) for path, is_in in files if is_in],
            "last_seen_at": datetime.fromtimestamp(seen[name], UTC) if name in seen else None,
            "store": str(root) if root else None,
            "waiting": waiting_lines(root) if root else 0,
            "errors": len(mine),
            "last_error": mine[-1] if mine else None,
            "remedy": _remedy(name, state, root, about, name in seen),
        }


def _state(name: str, is_in: Sequence[bool]) -> str:
    if all(is_in):
        return INSTALLED
    if any(is_in):
        return PARTLY
    return NOT_INSTALLED if is_here(name) else NOT_HERE


def _remedy(name: str, state: str, root: Path | None, about: Json, is_seen: bool) -> str | None:
    """Return what the user can do, if there is anything."""
    if state in (NOT_INSTALLED, PARTLY):
        return f"memcli hook install {name}"
    if state == NOT_HERE:
        return None
    if root is None:
        return "memcli init"
    return None if is_seen else about.get("note")
