"""Sightings: when each client was last heard of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from memcli.agents.hooks.spooling import FOLDER
from store.files import write_whole

SEEN: Final = "seen.json"


def note_seen(root: Path, seen: Sequence[tuple[str, float]]) -> None:
    """Write down when clients were last heard of, in seconds since 1970."""
    path = root / FOLDER / SEEN
    known = last_seen(root)
    for client, at in seen:
        known[client] = max(at, known.get(client, 0.0))
    with suppress(OSError):
        write_whole(path, json.dumps(known).encode(), mode=0o600)


def last_seen(root: Path) -> dict[str, float]:
    """Return when each client was last heard of, in seconds since 1970."""
    try:
        known: dict[str, float] = json.loads((root / FOLDER / SEEN).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known
