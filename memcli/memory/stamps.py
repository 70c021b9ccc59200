"""
Stamps: when and where something of a memory was changed, by which stores that meet agree.

A row of the table is a register: a column, the `state`, the decision on a name (`entity`), the
`place` that a turn had before two stores met in its session, or a `row` of a table of the user's
own. What was never changed has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from memcli.algorithms.replication import Stamp, next_stamp
from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from schemas import tables
from store.layout import STAMPS

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader

STATE: Final = "state"
ENTITY: Final = "entity"
PLACE: Final = "place"
# Of a row in a table of the user's own, see `memcli.memory.user_tables.row_stamps`.
ROW: Final = "row"
# These are no registers of a memory or a name that the last writer wins.
APART: Final = frozenset({PLACE, ROW})
# Follows from other columns, or is of this store alone.
DERIVED: Final = frozenset({"seq", "keys", "derived_keys", "n_words", "vector", "encoder"})

Registers = Mapping[str, Collection[str]]


def read_stamps(source: TableReader, ids: Iterable[str]) -> dict[str, dict[str, Stamp]]:
    """Return the stamps of some memories or entities, by id and register."""
    found: dict[str, dict[str, Stamp]] = defaultdict(dict)
    for row in source.rows_of(ids, tables=[STAMPS]):
        if row["register"] not in APART:
            found[row["id"]][row["register"]] = stamp_of(row)
    return found


def stamp_of(row: Row) -> Stamp:
    """Return the stamp of a row of the table."""
    return Stamp(row["by_hand"], row["recorded_at"], row["store"])


def put_stamps(
    transaction: Transaction, registers: Registers, by_hand: bool, now: datetime | None = None
) -> None:
    """Say that registers of memories are written now; what follows from others has no stamp."""
    wanted = {id_: set(names) - DERIVED for id_, names in registers.items()}
    wanted = {id_: names for id_, names in wanted.items() if names}
    if not wanted:
        return
    known = read_stamps(transaction, sorted(wanted))
    when, store = now or datetime.now(UTC), transaction.store_id
    rows = [
        stamp_row(id_, name, next_stamp(known[id_].get(name), by_hand, when, store))
        for id_, names in sorted(wanted.items())
        for name in sorted(names)
    ]
    write_stamps(transaction, rows)


def stamp_row(id_: str, register: str, stamp: Stamp, value: str | None = None) -> Row:
    """Return a row of the table."""
    return {
        "id": id_,
        "register": register,
        "recorded_at": stamp.time,
        "store": stamp.store,
        "by_hand": stamp.by_hand,
        "value": value,
    }


def write_stamps(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Write rows of the table in the place of those of the same registers."""
    if not rows:
        return
    if not transaction.has(STAMPS):
        transaction.make(STAMPS)
    table = records_to_table(rows, tables.stamps())
    if transaction.count(STAMPS):
        transaction.upsert(STAMPS, table, ["id", "register"])
    else:
        transaction.append(STAMPS, table)


def read_places(source: TableReader, ids: Iterable[str]) -> dict[str, int]:
    """Return the first places of the turns that have had another since, by id."""
    rows = source.rows_of(ids, ["id", "value"], where=f"register = '{PLACE}'", tables=[STAMPS])
    return {row["id"]: int(row["value"]) for row in rows}


def place_rows(places: Mapping[str, int]) -> list[Row]:
    """Return rows that keep the first places of turns; those are the same in every store."""
    always = Stamp(False, datetime(1970, 1, 1, tzinfo=UTC), "")
    return [stamp_row(id_, PLACE, always, str(place)) for id_, place in sorted(places.items())]
