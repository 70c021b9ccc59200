"""Commits as rows of a table on a terminal."""

from __future__ import annotations

from typing import Final

from memcli.jsonl import Json

COLUMNS: Final = ("commit", "time", "command", "changed", "state")


def as_row(record: Json) -> Json:
    """Return a commit record as a row of the table on a terminal."""
    gains = record["changes"].items()
    done = record["command"] + (f" to {record['restores']}" if "restores" in record else "")
    given = record.get("arguments") or {}
    # What was done of what the command can, and to which table of the user's own.
    done = " ".join([done, *(str(given[name]) for name in ("action", "table") if name in given)])
    return {
        "commit": record["number"],
        "time": record["time"],
        "command": done,
        "changed": ", ".join(f"{name} {gain:+,}" for name, gain in gains),
        "state": _state(record),
        "line": f"{record['number']}\t{record['time']}\t{done}",
    }


def _state(record: Json) -> str:
    """Return in words what became of a commit."""
    undone = "undone" if record.get("undone") else ""
    gone = "" if record.get("kept", True) else "no longer kept"
    return ", ".join(word for word in (undone, gone) if word)
