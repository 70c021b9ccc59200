"""
Places in sessions, where turns of several stores meet in one.

The turns of a session are ordered by what is the same in all stores, see
`algorithms.replication.places`; statements and segments stand where their first turn does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from memcli.algorithms.replication import TurnPlace, places
from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.sessions import SessionPlace, portions
from memcli.memory.stamps import place_rows, read_places, write_stamps
from memcli.memory.writing import link_row, replace_columns
from schemas import tables
from store.layout import MEMORY_TABLES
from store.reading import portions as portions_of_ids

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader

# Sessions whose turns are in memory at once.
SESSIONS_AT_ONCE: Final = 500
COLUMNS: Final = ("id", "namespace", "session_id", "level", "seq", "happened_at", "recorded_at")
NEXT: Final = "next"


def settle(transaction: Transaction, sessions: Collection[SessionPlace]) -> int:
    """Give the turns of sessions their places, and link each to the next; return how many moved."""
    return sum(_settle(transaction, some) for some in _portions(sessions))


def crowded(reader: TableReader, sessions: Collection[SessionPlace]) -> set[SessionPlace]:
    """Return those of some sessions in which turns share a place."""
    found = set()
    for some in _portions(sessions):
        taken: set[tuple[str, str, int]] = set()
        for row in _rows(reader, some, COLUMNS, "level = 0 AND seq IS NOT NULL"):
            place = (row["namespace"], row["session_id"], row["seq"])
            if place in taken:
                found.add(place[:2])
            taken.add(place)
    return found


def _portions(sessions: Collection[SessionPlace]) -> Iterator[set[SessionPlace]]:
    """Yield sessions, those of one name together, so many as are in memory at once."""
    in_order = sorted(sessions, key=lambda place: place[1])
    named = groupby(in_order, key=lambda place: place[1])
    for some in portions((list(group) for _, group in named), len, SESSIONS_AT_ONCE):
        yield {place for group in some for place in group}


def _settle(transaction: Transaction, sessions: Collection[SessionPlace]) -> int:
    turns = _turns(transaction, sessions)
    known = read_places(transaction, [row["id"] for rows in turns.values() for row in rows])
    seqs: dict[str, int] = {}
    for rows in turns.values():
        seqs |= places([_place(row, known) for row in rows])
    by_id = {row["id"]: row for rows in turns.values() for row in rows}
    moved = {id_: seq for id_, seq in seqs.items() if by_id[id_]["seq"] != seq}
    first = {i: by_id[i]["seq"] for i in moved if i not in known and by_id[i]["seq"] is not None}
    write_stamps(transaction, place_rows(first))
    changes = {**moved, **_derived_seqs(transaction, sessions, seqs)}
    if changes:
        replace_columns(transaction, {id_: {"seq": seq} for id_, seq in changes.items()})
    _chain(transaction, turns, seqs)
    return len(moved)


def _turns(
    reader: TableReader, sessions: Collection[SessionPlace]
) -> dict[SessionPlace, list[Row]]:
    """Return the turns of sessions, archived ones too."""
    found: dict[SessionPlace, list[Row]] = defaultdict(list)
    for row in _rows(reader, sessions, COLUMNS, "level = 0"):
        found[row["namespace"], row["session_id"]].append(row)
    return found


def _rows(
    reader: TableReader, sessions: Collection[SessionPlace], columns: Collection[str], where: str
) -> Iterator[Row]:
    names = sorted({session for _, session in sessions})
    for row in reader.rows_of(names, list(columns), "session_id", where, MEMORY_TABLES):
        if (row["namespace"], row["session_id"]) in sessions:
            yield row


def _place(row: Row, known: dict[str, int]) -> TurnPlace:
    return TurnPlace(row["happened_at"], known.get(row["id"], row["seq"]), row["id"])


def _derived_seqs(
    reader: TableReader, sessions: Collection[SessionPlace], seqs: dict[str, int]
) -> dict[str, int]:
    """Return the places of statements and segments that are not those of their first turns."""
    columns = ("id", "namespace", "session_id", "seq", "source_ids")
    found = {}
    for row in _rows(reader, sessions, columns, "level IN (1, 2)"):
        first = next(iter(row["source_ids"] or ()), None)
        if first in seqs and row["seq"] != seqs[first]:
            found[row["id"]] = seqs[first]
    return found


def _chain(
    transaction: Transaction, turns: dict[SessionPlace, list[Row]], seqs: dict[str, int]
) -> None:
    """Link each turn to the next, and to no other."""
    wanted: dict[tuple[str, str], Row] = {}
    for rows in turns.values():
        ordered = sorted(rows, key=lambda row: seqs[row["id"]])
        for one, other in pairwise(ordered):
            wanted[one["id"], other["id"]] = other
    ids = sorted(seqs)
    columns = ["source_id", "target_id"]
    where = f"relation = '{NEXT}'"
    known = {
        (row["source_id"], row["target_id"])
        for row in transaction.rows_of(ids, columns, "source_id", where, ["links"])
    }
    wrong = sorted({source for source, _ in known - wanted.keys()})
    for some in portions_of_ids(wrong):
        transaction.delete("links", f"relation = '{NEXT}' AND source_id IN ({some})")
    gone = set(wrong)
    new = [
        link_row(one, other, NEXT, 1.0, None, row["recorded_at"])
        for (one, other), row in sorted(wanted.items())
        if one in gone or (one, other) not in known
    ]
    if new:
        transaction.append("links", records_to_table(new, tables.links()))
