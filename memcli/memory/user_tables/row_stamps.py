"""
Stamps of rows in tables of the user's own: which was changed or taken out, when and where.

By them stores that meet agree on a row (`memcli.algorithms.replication`). A row that was never
changed has none. In a table with a key a row is known by that, so that two stores which add one of
the same key mean the same; in one without, by the id that it got when it was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.algorithms.replication import Stamp, canonical, next_stamp
from memcli.jsonl import Row
from memcli.memory.ids import content_id
from memcli.memory.stamps import ROW, stamp_of, stamp_row, write_stamps
from store.layout import STAMPS
from store.user_tables import NAMESPACE, ROW_ID

if TYPE_CHECKING:
    from memcli.memory.user_tables.columns import Definition
    from store import Transaction
    from store.reading import TableReader

# What stands in the value of a stamp.
GONE: Final = "0"
THERE: Final = "1"


def identity(name: str, definition: Definition, row: Mapping[str, Any]) -> str:
    """Return what tells a row from others in all stores: by its key, else by its own id."""
    if not definition.key:
        return str(row[ROW_ID])
    key = canonical([row[column] for column in definition.key]).decode()
    return content_id("row", name, row[NAMESPACE], key)


def read_row_stamps(reader: TableReader, ids: Iterable[str]) -> dict[str, tuple[Stamp, bool]]:
    """Return the stamps of rows by identity, and whether the row was there then."""
    rows = reader.rows_of(ids, where=f"register = '{ROW}'", tables=[STAMPS])
    return {row["id"]: (stamp_of(row), row["value"] != GONE) for row in rows}


def row_stamp(id_: str, stamp: Stamp, is_there: bool) -> Row:
    """Return a row of `stamps` that says when a row was changed, or taken out."""
    return stamp_row(id_, ROW, stamp, THERE if is_there else GONE)


def put_row_stamps(
    transaction: Transaction,
    there: Collection[str],
    gone: Collection[str] = (),
    now: datetime | None = None,
) -> None:
    """Say that rows are changed or taken out now, by their identities."""
    known = read_row_stamps(transaction, sorted({*there, *gone}))
    when, store = now or datetime.now(UTC), transaction.store_id
    rows = []
    for is_there, ids in ((False, set(gone) - set(there)), (True, set(there))):
        for id_ in sorted(ids):
            before = known[id_][0] if id_ in known else None
            rows.append(row_stamp(id_, next_stamp(before, True, when, store), is_there))
    write_stamps(transaction, rows)


def put_back_stamps(
    transaction: Transaction, added: Collection[str], now: datetime | None = None
) -> None:
    """Say that rows which were taken out before are there again; new ones need no stamp."""
    known = read_row_stamps(transaction, sorted(added))
    put_row_stamps(transaction, known.keys(), now=now)
