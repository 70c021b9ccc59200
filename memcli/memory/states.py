"""
States of memories: rows of `strengths`, and which table a memory is in.

Archived memories are in the table `archive`; every other state is only a row of `strengths`. A
memory without a row there is active and was never recalled, as far as was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.stamps import STATE, put_stamps
from schemas import tables
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader


class State(StrEnum):
    """
    How present a memory is.

    active: found as it is. promoted: recalled so often that it never fades. dormant: ranks lower.
    archived: in `archive`, found with --all only. hidden: put out of sight by hand, likewise.
    """

    active = "active"
    promoted = "promoted"
    dormant = "dormant"
    archived = "archived"
    hidden = "hidden"


NO_STRENGTH: Final[Row] = {
    "state": State.active,
    "retention": None,
    "stability_days": None,
    "n_accesses": 0,
    "last_access_at": None,
}


def read_strengths(source: TableReader, ids: Sequence[str]) -> dict[str, Row]:
    """Return the rows of `strengths` of some memories, by id; those without one are left out."""
    return {row["id"]: row for row in source.rows_of(ids, tables=["strengths"])}


def ids_in_state(source: TableReader, state: State) -> set[str]:
    """Return the ids of the memories that `strengths` says are in a state."""
    return {row["id"] for row in source.rows(["id"], f"state = '{state}'", ["strengths"])}


def forgotten_ids(source: TableReader) -> set[str]:
    """Return the ids of what was archived by hand: `forget` has no retention, fading has."""
    where = f"state = '{State.archived}' AND retention IS NULL"
    return {row["id"] for row in source.rows(["id"], where, ["strengths"])}


def write_strengths(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Replace rows of `strengths`."""
    transaction.upsert("strengths", records_to_table(rows, tables.strengths()), ["id"])


def fitting_strengths(transaction: Transaction, rows: Sequence[Row]) -> list[Row]:
    """Return those of some imported strengths that fit memories of the store which have none."""
    ids = sorted({row["id"] for row in rows})
    known = read_strengths(transaction, ids)
    place = {
        row["id"]: table == "archive"
        for table in MEMORY_TABLES
        for row in transaction.rows_of(ids, ["id"], tables=[table])
    }
    return [
        row
        for row in rows
        if row["id"] not in known and place.get(row["id"]) is (row["state"] == State.archived)
    ]


def set_state(transaction: Transaction, ids: Sequence[str], state: State, now: datetime) -> None:
    """
    Put memories into a state by hand: their row in `strengths`, and the table that it calls for.

    Such a row has no retention, and `decay` leaves what was hidden or archived by hand alone. It
    has no stability either, by which `decay` knows that its time is that of a recall.
    """
    before = read_strengths(transaction, ids)
    by_hand = {"state": state, "retention": None, "stability_days": None, "recorded_at": now}
    rows = [{**NO_STRENGTH, "id": id_, **before.get(id_, {}), **by_hand} for id_ in ids]
    write_strengths(transaction, rows)
    to_archive = state is State.archived
    source, target = MEMORY_TABLES if to_archive else MEMORY_TABLES[::-1]
    transaction.move(source, target, ids)
    put_stamps(transaction, dict.fromkeys(ids, (STATE,)), by_hand=True, now=now)
