"""Logs of agents' sessions as Claude Code writes them, for the tests of hooks and of sync."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def log_line(session: str, number: int, text: str, folder: Path) -> str:
    """Return the line of one turn: the user's where the number is even."""
    role = "assistant" if number % 2 else "user"
    at = (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
    event = {
        "type": role,
        "uuid": f"{session}-{number}",
        "parentUuid": f"{session}-{number - 1}" if number else None,
        "sessionId": session,
        "timestamp": at,
        "cwd": str(folder),
        "message": {"role": role, "content": text, "id": f"{session}-m{number}"},
    }
    return json.dumps(event) + "\n"


def log_path(home: Path, session: str) -> Path:
    """Return where the log of a session is, its folder made."""
    path = home / ".claude" / "projects" / "-project" / f"{session}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_log_of(home: Path, session: str, texts: list[str], folder: Path) -> Path:
    """Write the log of a session and return its path."""
    path = log_path(home, session)
    lines = (log_line(session, number, text, folder) for number, text in enumerate(texts))
    path.write_text("".join(lines), encoding="utf-8")
    return path
