"""Calls of memcli: the commands in the files of agents, and the store that they name."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tomli

from memcli.agents.hooks import json_text
from memcli.agents.hooks.installing import files_of
from store.errors import MemcliError


def store_called(client: str) -> Path | None:
    """Return the store that an agent's hooks or server name, None where they name none."""
    return next(filter(None, map(store_in, called_by(client))), None)


def store_in(words: Sequence[str]) -> Path | None:
    """Return the store that a command names."""
    place = words.index("--store") + 1 if "--store" in words[:-1] else 0
    return Path(words[place]) if place else None


def called_by(client: str) -> Iterator[list[str]]:
    """Yield the commands of memcli in the files of an agent, as words."""
    for path in files_of(client):
        try:
            text = path.read_text("utf-8")
            is_toml = path.suffix == ".toml"
            value = tomli.loads(text) if is_toml else json_text.parse(text or "{}").value
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
