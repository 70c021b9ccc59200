"""
Undo that other stores hear of: what is gone back to counts as written now.

A change that was undone may be known elsewhere, and would come back with the next pull as the
newer one. So each register that the undone steps wrote gets a stamp later than theirs, and each row
of the user's own tables that they added one that says that it is gone. A pull is undone here only:
what came with it is the others', and comes again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from memcli.algorithms.replication import Stamp, next_stamp
from memcli.jsonl import Row
from memcli.memory.stamps import APART, ROW, read_stamps, stamp_of, stamp_row, write_stamps
from memcli.memory.user_tables.changes import identities, open_table
from memcli.memory.user_tables.row_stamps import put_row_stamps
from schemas import tables
from store.layout import STAMPS
from store.user_tables import user_tables

if TYPE_CHECKING:
    from store import Commit, Snapshot, Store, Transaction

PULL: Final = "pull"


def undo(store: Store, now: datetime, to: str | None = None) -> Commit:
    """Take back the last step, or all since a commit; InputNotFound when there is nothing."""
    return store.undo(to, partial(_settle, store, now))


def _settle(
    store: Store, now: datetime, transaction: Transaction, undone: Snapshot, target: Snapshot
) -> None:
    """Stamp what is gone back to."""
    if _has_pulled(store, undone.commit, target.commit):
        return
    _stamp_registers(transaction, undone, target, now)
    there, gone = _own_rows(target), _own_rows(undone)
    written = {row["id"] for row in _written(undone, target) if row["register"] == ROW}
    put_row_stamps(transaction, there & written, (gone - there) | (written - there), now)


def _has_pulled(store: Store, undone: Commit, target: Commit) -> bool:
    """Say whether a pull is among the steps that are undone, or done again."""
    first, last = sorted((undone.restores or undone.number, target.restores or target.number))
    return any(c.command == PULL for c in store.readable_commits(first + 1) if c.number <= last)


def _written(undone: Snapshot, target: Snapshot) -> Iterator[Row]:
    """Yield the stamps of the undone state that the other has not."""
    if undone.commit.tables.get(STAMPS) == target.commit.tables.get(STAMPS):
        return
    columns = tables.stamps().names
    known = {_cell(row) for row in target.rows(columns, tables=[STAMPS])}
    yield from (row for row in undone.rows(columns, tables=[STAMPS]) if _cell(row) not in known)


def _cell(row: Row) -> tuple[object, ...]:
    return row["id"], row["register"], row["recorded_at"], row["store"], row["value"]


def _stamp_registers(
    transaction: Transaction, undone: Snapshot, target: Snapshot, now: datetime
) -> None:
    """Give the registers of memories and names that were written a later stamp."""
    rows = [row for row in _written(undone, target) if row["register"] not in APART]
    known = read_stamps(transaction, sorted({row["id"] for row in rows}))
    made = []
    for row in rows:
        before = max(filter(None, (known[row["id"]].get(row["register"]), stamp_of(row))))
        stamp: Stamp = next_stamp(before, before.by_hand, now, transaction.store_id)
        made.append(stamp_row(row["id"], row["register"], stamp))
    write_stamps(transaction, made)


def _own_rows(snapshot: Snapshot) -> set[str]:
    """Return the identities of all rows in tables of the user's own."""
    named = snapshot.commit.tables
    found: set[str] = set()
    for name in user_tables(named):
        found |= identities(snapshot, open_table(snapshot, named, name))
    return found
