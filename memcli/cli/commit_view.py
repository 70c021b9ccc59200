"""Commits as rows of a table on a terminal."""

from __future__ import annotations

from typing import Final

from memcli.jsonl import Json

COLUMNS: Final = ("commit", "time", "command", "changed", "state")


def as_row(record: Json) -> Json:
    """Return a commit record as a row of the table on a terminal."""
    gains = record["changes"].items()
    restored = f" to {record['restores']}" if "restores" in record else ""
    return {
        "commit": record["number"],
        "time": record["time"],
        "command": record["command"] + restored,
        "changed": ", ".join(f"{name} {gain:+,}" for name, gain in gains),
        "state": _state(record),
        "line": f"{record['number']}\t{record['time']}\t{record['command']}{restored}",
    }


def _state(record: Json) -> str:
    """Return in words what became of a commit."""
    undone = "undone" if record.get("undone") else ""
    gone = "" if record.get("kept", True) else "no longer kept"
    return ", ".join(word for word in (undone, gone) if word)
