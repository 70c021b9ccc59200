"""
What was purged, in tables of the user's own: a row that says it is not written.

A row is the user's own word, and yet `insert`, `update`, `sql --write` and the import of an export
are ways on which a text comes back unasked, from a file that was written before it was purged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from memcli.jsonl import Row
from memcli.memory.tombstones import ROW, Barred, read_barred
from store.errors import BadRecord
from store.user_tables import NAMESPACE, ROW_COLUMNS, ROW_ID

if TYPE_CHECKING:
    from store import Transaction


def barred_of(transaction: Transaction) -> Barred:
    """Return what was purged from the store that a transaction writes to."""
    from store import Snapshot

    return read_barred(Snapshot(transaction.layout, transaction.head))


def purged_column(row: Row, barred: Barred) -> str | None:
    """Return the first column of a row that says in a line or a sentence what was purged."""
    texts = ((n, text) for n, text in row.items() if isinstance(text, str) and n not in ROW_COLUMNS)
    return next((name for name, text in texts if barred.says(row[NAMESPACE], text)), None)


def refuse_purged(transaction: Transaction, table: str, rows: Iterable[Row]) -> None:
    """Raise BadRecord for a row that says what was purged."""
    barred = barred_of(transaction)
    if not barred:
        return
    for row in rows:
        if column := purged_column(row, barred):
            what = f"{column} of a row of {table} would say what was purged before"
            raise BadRecord(what, remedy="leave it out; memcli add --allow takes it again")


def without_purged(rows: Sequence[Row], barred: Barred | None) -> list[Row]:
    """Return rows without those that say what was purged, of which `barred` takes note."""
    if not barred:
        return list(rows)
    stay = []
    for row in rows:
        if purged_column(row, barred) is None:
            stay.append(row)
        else:
            barred.kept_back[row[ROW_ID]] = ROW
    return stay
