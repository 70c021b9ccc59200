"""Examining of hooks: what `doctor` says of the agents that are here."""

from __future__ import annotations

import shlex
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from memcli.agents.hooks import json_text
from memcli.agents.hooks.installing import files_of
from memcli.agents.hooks.status import (
    INSTALLED,
    NOT_HERE,
    NOT_INSTALLED,
    client_records,
    errors,
)
from memcli.jsonl import Json
from memcli.memory.findings import finding
from store.errors import MemcliError
from store.layout import is_store


def examine_hooks(root: Path | None) -> Iterator[Json]:
    """Yield what there is to say of each agent that is here; root: the store's folder, or None."""
    records = [one for one in client_records(root) if one["state"] != NOT_HERE]
    if not records:
        yield finding("hooks", "ok", "no agent is here")
    yield from map(_client, records)
    if waiting := max((one["waiting"] for one in records), default=0):
        remedy = f"memcli hook catch-up --store {shlex.quote(str(root))}"
        yield finding("hooks", "warning", f"{waiting:,} events wait to be worked on", remedy)
    if root and (log := errors(root)):
        remedy = f"memcli hook status --store {shlex.quote(str(root))}"
        yield finding("hooks", "warning", f"the last error: {log[-1]}", remedy, errors=log)


def _client(record: Json) -> Json:
    """Say of an agent whether it has hooks, and whether what they call is still there."""
    client, name = record["client"], record["name"]
    remedy = f"memcli hook install {client}"
    if record["state"] == NOT_INSTALLED:
        return finding("hooks", "ok", f"{name} is here, without hooks", remedy, client=client)
    if wrong := [fault for words in called_by(client) for fault in _faults(words)]:
        return finding("hooks", "error", f"{name}: {wrong[0]}", remedy, client=client)
    if record["state"] != INSTALLED:
        what = f"{name}: only some of its files have hooks"
        return finding("hooks", "warning", what, remedy, client=client)
    seen = record["last_seen_at"]
    what = f"{name} has hooks, last heard of {seen:%Y-%m-%d}" if seen else f"{name} has hooks"
    told = None if seen else record["remedy"]
    return finding("hooks", "ok", what, told, client=client, files=record["files"])


def _faults(words: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with a command that an agent calls."""
    if shutil.which(words[0]) is None:
        yield f"{words[0]} is not there any more"
    if "--store" in words[:-1]:
        store = Path(words[words.index("--store") + 1])
        if not is_store(store):
            yield f"its store {store} is not there any more"


def called_by(client: str) -> Iterator[list[str]]:
    """Yield the commands of memcli in the files of an agent, as words."""
    for path in files_of(client):
        try:
            text = path.read_text("utf-8")
            is_toml = path.suffix == ".toml"
            value = tomllib.loads(text) if is_toml else json_text.parse(text or "{}").value
        except (OSError, ValueError, MemcliError):
            continue
        yield from _commands(value)


def _commands(value: Any) -> Iterator[list[str]]:
    """Yield the commands of memcli anywhere in what a file says."""
    if isinstance(value, list):
        for item in value:
            yield from _commands(item)
    elif isinstance(value, dict):
        if words := _words(value.get("command"), value.get("args")):
            yield words
        for inner in value.values():
            yield from _commands(inner)


def _words(command: Any, arguments: Any) -> list[str]:
    """Return the words of a hook or a server of memcli; none for another command."""
    try:
        words = shlex.split(command) if isinstance(command, str) and arguments is None else []
    except ValueError:
        return []
    if isinstance(command, list):
        words = [str(word) for word in command]
    elif isinstance(command, str) and isinstance(arguments, list):
        words = [command, *map(str, arguments)]
    ours = any("memcli" in word for word in words[:3])
    return words if ours and {"hook", "serve"} & {*words} else []
