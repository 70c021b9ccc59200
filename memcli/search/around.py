"""
Surroundings of hits: the turns next to each, which help to read it and are no hits themselves.

An answer is often "yes, the blue one". What it answers belongs beside it, and not among the hits,
where it would take the place of something else that answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.memory.fragments import cut_rows
from memcli.memory.states import State, read_strengths
from memcli.records import Neighbour
from memcli.search.excerpts import GAP
from memcli.search.places import turns_around
from store.layout import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from memcli.memory.filters import Filters
    from memcli.records import Hit
    from store import Snapshot
    from store.held import Place

Row = dict[str, Any]
PLACE: Final = ("namespace", "session_id", "seq")
COLUMNS: Final = ("id", "ref", "namespace", "speaker", "text", "session_id", "seq")
# Hits of levels that stand at a place: turns and statements.
LEVELS_PLACED: Final = (0, 1)
# Enough to see what a turn is about; `show` has the whole of it.
MAX_CHARACTERS: Final = 600


def with_surroundings(
    snapshot: Snapshot,
    hits: Sequence[Hit],
    filters: Filters,
    everything: bool = False,
    known: Mapping[str, tuple[Any, Any, Any]] | None = None,
    fragments: Mapping[str, Collection[int]] | None = None,
) -> list[Hit]:
    """
    Return hits with the turn before and the turn after each in `around`, in their order.

    The filters bound these turns by namespace and by time, not by who speaks. What is hidden is
    left out, unless `everything` is asked for. known: where hits stand, by their id; where the
    others do is read. fragments: the numbers of those of turns that are hidden.
    """
    wanted = sorted({hit.id for hit in hits if hit.level in LEVELS_PLACED and hit.session_id})
    if not wanted:
        return list(hits)
    at = _places(snapshot, wanted, known or {})
    shown = {hit.id for hit in hits} | {id_ for hit in hits for id_ in hit.source_ids or ()}
    near = _turns_near(snapshot, set(at.values()), filters, shown)
    if not everything:
        states = read_strengths(snapshot, [row["id"] for row in near.values()])
        hidden = {id_ for id_, row in states.items() if row["state"] == State.hidden}
        near = {place: row for place, row in near.items() if row["id"] not in hidden}
        seen = cut_rows([{**row, "level": 0} for row in near.values()], fragments or {})
        near = dict(zip(near, seen, strict=True))
    return [msgspec.structs.replace(hit, around=_beside(at.get(hit.id), near)) for hit in hits]


def _places(
    snapshot: Snapshot, ids: Sequence[str], known: Mapping[str, tuple[Any, Any, Any]]
) -> dict[str, Place]:
    """Return where memories stand, by their id, those that stand anywhere."""
    found = {id_: known[id_] for id_ in ids if id_ in known}
    if len(found) < len(ids):
        rows = snapshot.rows_of(sorted({*ids} - found.keys()), ["id", *PLACE])
        found.update((row["id"], tuple(row[name] for name in PLACE)) for row in rows)
    return {id_: place for id_, place in found.items() if None not in place}


def _turns_near(
    snapshot: Snapshot, places: set[Place], filters: Filters, shown: Collection[str]
) -> dict[Place, Row]:
    """Return the turns at most one place from some places, by their own, that are not shown."""
    bounds = replace(filters, level=0, name=None, type=None, since=None, bounds=())
    row_ids = turns_around(snapshot, sorted(places), 1, bounds)
    # What is shown is not read again where it may be long; elsewhere one read takes less time.
    if snapshot.count(WINDOWS):
        ids = snapshot.take(row_ids, ["id"])["id"].to_pylist()
        row_ids = [n for n, id_ in zip(row_ids, ids, strict=True) if id_ not in shown]
    rows = snapshot.take(row_ids, COLUMNS).to_pylist()
    return {place: row for row in rows if row["id"] not in shown and (place := _place(row))}


def _place(row: Row) -> Place | None:
    """Return where a memory stands, if it stands anywhere."""
    if row["session_id"] is None or row["seq"] is None:
        return None
    return row["namespace"], row["session_id"], row["seq"]


def _beside(place: Place | None, near: dict[Place, Row]) -> list[Neighbour] | None:
    """Return the turns before and after a place."""
    if place is None:
        return None
    *session, seq = place
    rows = [(step, near.get((session[0], session[1], seq + step))) for step in (-1, 1)]
    found = [_neighbour(step, row) for step, row in rows if row is not None and row["text"]]
    return found or None


def _neighbour(offset: int, row: Row) -> Neighbour:
    """Return a turn as it is shown beside a hit: of a long one, its beginning."""
    text: str = row["text"]
    if len(text) > MAX_CHARACTERS:
        text = f"{text[:MAX_CHARACTERS].rsplit(None, 1)[0]} {GAP}"
    return Neighbour(offset=offset, id=row["id"], text=text, speaker=row["speaker"], ref=row["ref"])
