"""
Help as JSON: what `memcli --help --json`, of one command too, prints for programs.

It is read from commands.json, which memcli/cli/reference.py writes; no command is imported.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("commands.json")
HELP: Final = frozenset({"--help", "-h"})
JSON: Final = "--json"
END_OF_OPTIONS: Final = "--"
# What a record has of the whole program, not of one command.
ABOUT: Final = ("kind", "v", "version")


@cache
def commands() -> dict[str, Any]:
    """Everything about all commands, as commands.json has it; callers do not change it."""
    known: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return known


def help_record(words: Sequence[str]) -> dict[str, Any] | None:
    """
    Record that the words after `memcli` ask for; None where they ask for no help as JSON.

    It is that of the command that they name, of memcli where they name none; an unknown command
    has none.
    """
    end = words.index(END_OF_OPTIONS) if END_OF_OPTIONS in words else len(words)
    asked = words[:end]
    if JSON not in asked or HELP.isdisjoint(asked):
        return None
    return described([word for word in asked if not word.startswith("-")])


def described(names: Sequence[str]) -> dict[str, Any] | None:
    """Record of the command that words begin with, of memcli without any; None if unknown."""
    whole = found = commands()
    if not names:
        return whole
    for name in names:
        inner = child(found, name)
        if inner is None:
            break
        found = inner
    about = {name: whole[name] for name in ABOUT}
    return None if found is whole else {**about, **found}


def child(above: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Command of a name below another, or below memcli itself."""
    wanted = f"{above['name']} {name}"
    return next((each for each in above["commands"] if each["name"] == wanted), None)
