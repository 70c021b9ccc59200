"""Context items: one line of text each, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Item:
    """
    One thing that a prompt may be told.

    section: core, profile, tasks, earlier, relevant or recent; ids: the memories that it rests on;
    happened_at: when, where that is known; score: how much it matters within its section, >= 0.
    """

    section: str
    text: str
    ids: tuple[str, ...] = ()
    happened_at: datetime | None = None
    score: float = 0.0
