"""
Hiding: what goes out of sight with a memory, and comes back with it.

Sculptor lets a model put parts of its context out of sight and take them back;
here a user does so with memories. What was made of a memory goes along with it, so that what was
hidden is not told by its statement: statements of it, summaries that quote it, and what rests on
nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.folds import is_fold
from memcli.memory.fragments import is_fragment
from memcli.memory.selection import read_records
from memcli.memory.states import State
from memcli.retention.pinning import UNSEEN, MemoryChanges, states_of, without
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# Fewer words than that are no quotation: "I see" stands in many a summary.
MIN_QUOTED_WORDS: Final = 3
# An excerpt in a summary may be cut after that.
QUOTED_CHARACTERS: Final = 200


def hide(snapshot: Snapshot, records: Sequence[Json], states: Mapping[str, State]) -> MemoryChanges:
    """Return what puts memories out of sight, with what tells of them."""
    named = {record["id"] for record in records}
    unseen = set(named)
    quotes = _quotes(records)
    for row in derived_rows(snapshot, sorted(named)):
        if row["id"] not in unseen and is_derived_from(row, unseen, quotes):
            unseen.add(row["id"])
            quotes += _quotes([row])
    along = read_records(snapshot, sorted(unseen - named), None)
    known = {**states, **states_of(snapshot, along.values())}
    changes = _moved([*records, *along.values()], known, State.hidden, named)
    changes.still_visible = _turns_in_sight(snapshot, changes.records, unseen)
    return changes


def _turns_in_sight(snapshot: Snapshot, hidden: Iterable[Json], unseen: set[str]) -> list[str]:
    """Return the turns that say what hidden statements say, and are not hidden themselves."""
    said = (row.get("source_ids") or () for row in hidden if row["level"] == 1)
    turns = read_records(snapshot, sorted({id_ for ids in said for id_ in ids} - unseen), None)
    states = states_of(snapshot, turns.values())
    return [id_ for id_ in turns if states[id_] not in UNSEEN]


def restore(
    snapshot: Snapshot, records: Sequence[Json], states: Mapping[str, State]
) -> MemoryChanges:
    """Return what brings memories back, with what went along and tells of nothing still unseen."""
    named = {record["id"] for record in records}
    unseen = _unseen_ids(snapshot) - named
    derived = [row for row in derived_rows(snapshot, sorted(named)) if row["id"] in unseen]
    gone = read_records(snapshot, [row["id"] for row in derived], None)
    known = {**states, **states_of(snapshot, gone.values())}
    for row in derived:
        if row["level"] == 1 and not is_derived_from(row, unseen):
            unseen.discard(row["id"])
    # Summaries that have faded do not come back for one of their parts.
    above = [row for row in derived if row["level"] > 1 and known[row["id"]] is State.hidden]
    quotes = _quotes(_read_hidden(snapshot, unseen)) if above else []
    for row in above:
        if not is_derived_from(row, unseen, quotes):
            unseen.discard(row["id"])
    along = [record for id_, record in gone.items() if id_ not in unseen]
    return _moved([*records, *along], known, State.active, named)


def _moved(
    records: Sequence[Json], states: Mapping[str, State], to: State, named: set[str]
) -> MemoryChanges:
    """Return what brings memories into a state, those left out that are in it already."""
    from_ = UNSEEN if to is State.active else {*State} - {to}
    changed = [record for record in records if states[record["id"]] in from_]
    ids = [record["id"] for record in changed]
    return MemoryChanges(
        # Both are in the table of what is not archived.
        records=[without(record, "archived") for record in changed],
        states={to: ids} if ids else {},
        along=len([id_ for id_ in ids if id_ not in named]),
    )


def derived_rows(snapshot: Snapshot, ids: Sequence[str]) -> list[Json]:
    """Return id, level, source_ids, text of what was made of memories, and of that, low first."""
    by_id: dict[str, Json] = {}
    left = list(ids)
    while left:
        new = {row["id"]: row for row in _made_of(snapshot, left) if row["id"] not in by_id}
        by_id |= new
        left = sorted(new)
    return sorted(by_id.values(), key=lambda row: (row["level"], row["id"]))


def _made_of(snapshot: Snapshot, ids: Sequence[str]) -> Iterator[Json]:
    columns = ["id", "level", "source_ids", "text", "tags"]
    rows = snapshot.rows_of(ids, columns, on="source_ids")
    # A hidden fragment is no memory of its own, and a line by hand stands for what is hidden.
    return (row for row in rows if not (is_fragment(row) or is_fold(row)))


def is_derived_from(row: Json, unseen: Collection[str], quotes: Iterable[str] = ()) -> bool:
    """
    Say whether a derived memory tells of memories that are out of sight.

    A statement does if any of its turns is, or else it would bring back what was said there. A
    segment or summary of many turns does only if nothing else is in it, or if it quotes them.
    """
    if row["level"] == 1:
        return any(source in unseen for source in row["source_ids"])
    return all(source in unseen for source in row["source_ids"]) or any(
        said in row["text"] for said in quotes
    )


def _quotes(rows: Iterable[Json]) -> list[str]:
    """Return what would be a quotation of turns and statements."""
    said = [row["text"][:QUOTED_CHARACTERS] for row in rows if row["level"] <= 1]
    return [text for text in said if len(text.split()) >= MIN_QUOTED_WORDS]


def _unseen_ids(snapshot: Snapshot) -> set[str]:
    """Return the ids of all memories that are hidden or archived."""
    where = f"state IN ({quoted(sorted(UNSEEN))})"
    hidden, archived = snapshot.scan("strengths", ["id"], where), snapshot.scan("archive", ["id"])
    return {id_ for batch in chain(hidden, archived) for id_ in batch["id"].to_pylist()}


def _read_hidden(snapshot: Snapshot, unseen: Collection[str]) -> Iterator[Json]:
    """Yield id, level and text of the turns and statements that stay hidden."""
    columns = ["id", "level", "text"]
    return snapshot.rows_of(sorted(unseen), columns, where="level <= 1", tables=["memories"])
