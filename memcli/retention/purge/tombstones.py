"""
Tombstones of a purge: what is to stay gone, as hashes.

What memories that are left say too is not gone, and gets none but for the ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.algorithms.replication import LIFTED, after
from memcli.jsonl import Row
from memcli.memory.tombstones import COLUMNS, CONTENT, FACT, ID, Marker, read_tombstones

if TYPE_CHECKING:
    from memcli.retention.purge.plan import Plan
    from store import Snapshot

Key = tuple[str, str | None]


def tombstones_of(
    snapshot: Snapshot, plan: Plan, entities: Collection[str], marker: Marker, now: datetime
) -> list[Row]:
    """Return the rows of `tombstones` for all that a purge takes."""
    said = list(snapshot.rows_of(sorted(plan.said), COLUMNS))
    kinds: dict[Key, str] = {}
    for row in said:
        turn = _turn_of(row, marker)
        kinds[marker.id(row["id"]), turn] = ID
        kinds |= {(hash_, turn): kind for hash_, kind in _told(row, marker)}
    others = (*(plan.parts - plan.said), *entities)
    kinds |= {(marker.id(id_), None): ID for id_ in others}
    for hash_ in _said_by_others(snapshot, plan, marker, {hash_ for hash_, _ in kinds}):
        kinds = {key: kind for key, kind in kinds.items() if key[0] != hash_ or kind == ID}
    return [
        {"hash": hash_, "kind": kind, "turn": turn, "recorded_at": now}
        for (hash_, turn), kind in sorted(kinds.items(), key=str)
    ]


def not_there(snapshot: Snapshot, rows: Sequence[Row]) -> list[Row]:
    """Return those of some rows of `tombstones` that the store does not have."""
    known = {
        (row["hash"], row["turn"]) for row in read_tombstones(snapshot) if row["kind"] != LIFTED
    }
    return [row for row in rows if (row["hash"], row["turn"]) not in known]


def after_lifted(snapshot: Snapshot, rows: Sequence[Row]) -> list[Row]:
    """Return new rows with times after those at which the same was allowed before."""
    lifted = {
        (row["hash"], row["turn"]): after(row["recorded_at"])
        for row in read_tombstones(snapshot)
        if row["kind"] == LIFTED
    }
    return [
        {**row, "recorded_at": max(row["recorded_at"], lifted.get(key, row["recorded_at"]))}
        for row in rows
        for key in [(row["hash"], row["turn"])]
    ]


def _turn_of(row: Row, marker: Marker) -> str | None:
    """Return the hash of the id of the turn that says a memory."""
    if row["level"] == 0:
        return marker.id(row["id"])
    return next((marker.id(turn) for turn in row["source_ids"] or ()), None)


def _told(row: Row, marker: Marker) -> Iterator[tuple[str, str]]:
    """Yield the hashes of what a memory says, each with its kind."""
    if content := marker.content(row):
        yield content, CONTENT
    for fact in marker.facts(row):
        yield fact, FACT


def _said_by_others(
    snapshot: Snapshot, plan: Plan, marker: Marker, hashes: Collection[str]
) -> set[str]:
    """Return those of some hashes that are of what memories say that stay, or are made anew."""
    found: set[str] = set()
    for row in snapshot.rows(COLUMNS):
        if row["id"] not in plan.parts:
            found.update(hash_ for hash_, _ in _told(row, marker) if hash_ in hashes)
    return found
