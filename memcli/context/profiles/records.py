"""Profiles as records of kind `profile`, with the callers' own ids of what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memcli.jsonl import Row

if TYPE_CHECKING:
    from memcli.context.profiles.people import Person
    from memcli.context.profiles.reading import Profile
    from memcli.context.profiles.sections import Entry
    from store import Snapshot


def profile_records(snapshot: Snapshot, profiles: Sequence[Profile]) -> list[Row]:
    """Return a record of kind `profile` for each entry, with the refs of its sources."""
    refs = refs_of(snapshot, profiles)
    return [_record(p.person, entry, refs) for p in profiles for entry in p.entries]


def refs_of(snapshot: Snapshot, profiles: Sequence[Profile]) -> dict[str, str]:
    """Return the callers' own ids of the turns that profiles rest on, where they gave any."""
    ids = sorted({s for p in profiles for entry in p.entries for s in entry.source_ids})
    rows = snapshot.rows_of(ids, ["id", "ref"])
    return {row["id"]: row["ref"] for row in rows if row["ref"] is not None}


def _record(person: Person, entry: Entry, refs: dict[str, str]) -> Row:
    record = {
        "kind": "profile",
        "v": 1,
        "namespace": person.namespace,
        "name": person.name,
        "section": entry.section,
        "text": entry.text,
        "since": entry.since,
        "until": entry.until,
        "said_at": entry.said_at,
        "support": entry.support,
        "importance": _short(entry.importance),
        "confidence": _short(entry.confidence),
        "score": round(entry.score, 4),
        "attribute": entry.attribute,
        "value": entry.value,
        "speaker": None if entry.fact else entry.speaker,
        "superseded_by": entry.superseded_by,
        "ids": list(entry.ids),
        "source_ids": list(entry.source_ids),
        "refs": [refs[source] for source in entry.source_ids if source in refs],
    }
    return {name: value for name, value in record.items() if value not in (None, [])}


def _short(value: float) -> float:
    return round(value, 4)
