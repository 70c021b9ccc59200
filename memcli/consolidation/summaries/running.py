"""
Running summary: what a namespace was about from its beginning till now, in a few dated lines.

HEMA (Ahn, 2025) keeps one compact summary beside the episodes. Here the time is cut into parts of
as many conversations each, and the statement that matters most stands for its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from memcli.consolidation.summaries.base import (
    Writer,
    between_text,
    episode_row,
    span,
    written,
)
from memcli.jsonl import Row
from memcli.memory import telling

LINES: Final = 8
EVENTS: Final = "events"
MIN_SESSIONS: Final = 3
# What tells too little for a line of its own.
LEAST_WORDS: Final = 4
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def running_ids(statements: Sequence[Row]) -> tuple[str, ...]:
    """Ids of the statements that stand for a namespace, in order of time; none for a short one."""
    worth = [row for row in statements if row["type"] != "vault" and telling.is_worth(row)]
    some = [row for row in worth if len(row["text"].split()) >= LEAST_WORDS]
    some.sort(key=lambda row: (row["happened_at"] or _NEVER, row["seq"] or 0, row["id"]))
    sessions = list(dict.fromkeys(row["session_id"] for row in some))
    if len(sessions) < MIN_SESSIONS:
        return ()
    part_of = {
        session: part
        for part, several in enumerate(np.array_split(np.arange(len(sessions)), LINES))
        for session in (sessions[i] for i in several)
    }
    best: dict[int, Row] = {}
    told: set[object] = set()
    for row in sorted(some, key=lambda row: -(row["importance"] or 0.0)):
        slot = (row["subject"], row["attribute"]) if _is_state(row) else row["text"]
        part = part_of[row["session_id"]]
        if part not in best and slot not in told:
            best[part] = row
            told.add(slot)
    return tuple(best[part]["id"] for part in sorted(best))


def _is_state(row: Row) -> bool:
    """Say whether a row is a fact of which one tells enough: likes, not what somebody did."""
    return telling.is_fact(row) and telling.group_of(row["attribute"]) != EVENTS


def running_row(statements: Sequence[Row], write: Writer | None) -> Row:
    """Row of a running summary; statements in order of time, with vectors."""
    between = span(statements)
    context = f"From the beginning, {between_text(*between)}."
    told = {
        "text": "\n".join(dict.fromkeys(map(telling.told_line, statements))),
        "metadata": {"told": [row["id"] for row in statements]},
    }
    return told | written(write, context, statements) | episode_row(statements, context, between)
