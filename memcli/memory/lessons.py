"""Lessons as they are kept: memories of what sessions taught, with counts in their metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json, Row
from memcli.memory.holds import holds
from memcli.memory.lookup import read_where
from memcli.memory.states import State, ids_in_state
from memcli.memory.times import parse_time
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

LESSON: Final = "lesson"
# What several conversations say of how a thing is done, in their own words.
CONCEPT: Final = "concept"
KINDS: Final = (LESSON, CONCEPT)
LEVEL: Final = 4
LIVE: Final = (
    f"level = {LEVEL} AND type = 'procedural' AND session_id IS NULL AND superseded_by IS NULL"
)


def kind_of(tags: Sequence[str] | None) -> str:
    """Return what a memory that sums up others is, by the first of its tags; "" for none."""
    return (tags or ("",))[0]


def about_lesson(row: Mapping[str, Any]) -> Row:
    """Return what the metadata of a lesson's memory keeps of it: its key and its counts."""
    metadata = row.get("metadata")
    told = json.loads(metadata) if isinstance(metadata, str) else metadata
    about = (told or {}).get(LESSON)
    return about if isinstance(about, dict) else {}


def helped_text(about: Mapping[str, Any]) -> str:
    """Return in words how often a lesson helped; nothing where it was told nobody yet."""
    given = int(about.get("given") or 0)
    return f"helped {int(about.get('helped') or 0)} of {given}" if given else ""


def standing(about: Mapping[str, Any]) -> tuple[float, int]:
    """
    Return how much a lesson is worth to who has not asked for it, the more the higher.

    Of n times that it was given and h that it helped, (h + 1) / (n + 2): a rule of succession, one
    half where nothing is known; then in how many sessions it was seen.
    """
    given, helped = int(about.get("given") or 0), int(about.get("helped") or 0)
    return (helped + 1) / (given + 2), int(about.get("sessions") or 0)


def lesson_ids(snapshot: Snapshot, namespaces: Sequence[str]) -> list[str]:
    """Return the ids of the lessons of some namespaces that hold, what is worth most first."""
    where = f"{LIVE} AND namespace IN ({quoted(namespaces)})"
    hidden = ids_in_state(snapshot, State.hidden)
    rows = snapshot.rows(["id", "tags", "metadata"], where, ["memories"])
    found = [row for row in rows if kind_of(row["tags"]) == LESSON and row["id"] not in hidden]
    found.sort(key=lambda row: (*standing(about_lesson(row)), row["id"]), reverse=True)
    return [row["id"] for row in found]


def lesson_records(snapshot: Snapshot, namespace: str | None, now: datetime) -> Iterator[Json]:
    """Yield records of the lessons and concepts that hold, by namespace, the best first."""
    hidden = ids_in_state(snapshot, State.hidden)
    records = [
        record
        for record in read_where(snapshot, LIVE, namespace)
        if kind_of(record.get("tags")) in KINDS
        and record["id"] not in hidden
        and not record.get("archived")
        and _holds(record, now)
    ]
    records.sort(key=lambda r: r["id"])
    records.sort(key=lambda r: standing(about_lesson(r)), reverse=True)
    yield from sorted(records, key=lambda r: r["namespace"])


def _holds(record: Json, now: datetime) -> bool:
    times = {name: record.get(name) for name in ("valid_from", "valid_to")}
    moments = {name: parse_time(value) if value else None for name, value in times.items()}
    return holds({**record, **moments, "superseded_by": record.get("superseded_by")}, now)
