"""
Tables of the user's own in two stores: what is taken over, and what two copies of a row come to.

A table is known by its name. Where two stores have other columns under one name, each keeps its
own, for no rule can say which of them is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.algorithms.replication import OwnRow, Stamp, joined_own_row
from memcli.jsonl import Row
from memcli.memory.stamps import ROW, stamp_of, write_stamps
from memcli.memory.user_tables.changes import OwnTable, make, open_table, write_rows
from memcli.memory.user_tables.columns import Column, Definition, define, read_values
from memcli.memory.user_tables.purged import barred_of, without_purged
from memcli.memory.user_tables.row_stamps import GONE, identity, read_row_stamps, row_stamp
from memcli.replication.parts import OWN_ROWS, OWN_TABLES, STAMPS
from memcli.replication.table_contents import as_travelling, rows_in
from store.errors import BadBundle, BadRecord, BadUsage
from store.user_tables import NAMESPACE, RECORDED_AT, ROW_ID, user_tables

if TYPE_CHECKING:
    from memcli.replication.bundle import Bundle
    from store import Transaction

NOT_OURS: Final = "it is not of memcli's making"


class CameTables:
    """The tables of a bundle; left_out: the names of those that have other columns here."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.left_out: list[str] = []

    def write(self, transaction: Transaction) -> int:
        """Write what wins, and return how many rows are new, changed or gone."""
        stamps = {
            row["id"]: (stamp_of(row), row["value"] != GONE)
            for row in self._bundle.rows(STAMPS)
            if row["register"] == ROW
        }
        tables = {row["name"]: row for row in self._bundle.rows(OWN_TABLES)}
        met = {name: self._met(transaction, name, row) for name, row in tables.items()}
        came = {name: rows for name, rows in self._rows()}
        if unknown := came.keys() - tables.keys():
            raise self._bad(f"rows of {min(unknown)!r}, of which it has no table")
        n_rows, barred = 0, barred_of(transaction)
        # What was taken out there may be in a table that is not there any more.
        for name in user_tables(transaction.names):
            if name not in self.left_out:
                table = met.get(name) or open_table(transaction, transaction.names, name)
                rows = [self._read(row, table) for row in came.get(name, [])]
                n_rows += _merge(transaction, table, without_purged(rows, barred), stamps)
        self._take_stamps(transaction, stamps)
        return n_rows

    def _met(self, transaction: Transaction, name: str, told: Row) -> OwnTable | None:
        """Return a table that both have, made if need be; None where its columns are others."""
        definition = self._definition(name, told)
        if name not in user_tables(transaction.names):
            try:
                return make(transaction, name, definition)
            except BadUsage as error:
                raise self._bad(error.what) from error
        table = open_table(transaction, transaction.names, name)
        if table.definition != definition:
            self.left_out.append(name)
            return None
        return table

    def _definition(self, name: str, told: Row) -> Definition:
        columns = [Column(*each.rpartition(":")[::2]) for each in told["columns"]]
        try:
            return define(columns, told["key"] or [])
        except BadUsage as error:
            raise self._bad(f"table {name!r}: {error.what}") from error

    def _rows(self) -> Iterator[tuple[str, list[Row]]]:
        rows = sorted(self._bundle.rows(OWN_ROWS), key=lambda row: str(row["table"]))
        for name, some in groupby(rows, key=lambda row: str(row["table"])):
            yield name, list(some)

    def _read(self, row: Row, table: OwnTable) -> Row:
        """Return a row as the table keeps it."""
        try:
            said = msgspec.json.decode(row["values"])
            values: dict[str, Any] = read_values(said, table.definition, table.name)
        except BadRecord as error:
            raise self._bad(str(error)) from error
        own = {name: values.get(name) for name, _ in table.definition.columns}
        place = {ROW_ID: row["id"], NAMESPACE: row["namespace"], RECORDED_AT: row["recorded_at"]}
        return {**own, **place}

    def _take_stamps(
        self, transaction: Transaction, stamps: Mapping[str, tuple[Stamp, bool]]
    ) -> None:
        """Keep the stamps that win, of what is gone too: a third store may have it still."""
        known = read_row_stamps(transaction, sorted(stamps))
        won = {i: s for i, s in stamps.items() if i not in known or known[i] < s}
        write_stamps(transaction, [row_stamp(id_, *each) for id_, each in sorted(won.items())])

    def _bad(self, what: str) -> BadBundle:
        return BadBundle(f"{self._bundle.name}: {what}", NOT_OURS)


def _merge(
    transaction: Transaction,
    table: OwnTable,
    came: Sequence[Row],
    stamps: Mapping[str, tuple[Stamp, bool]],
) -> int:
    """Write the rows of one table that win, and return how many that are."""
    mine = _by_identity(table, rows_in(transaction, table.key))
    theirs = _by_identity(table, came)
    gone = {id_ for id_, (_, is_there) in stamps.items() if not is_there}
    asked = theirs.keys() | (gone & mine.keys())
    known = read_row_stamps(transaction, sorted(asked))
    out: list[str] = []
    new: list[Row] = []
    for id_ in sorted(asked):
        one = _side(table, mine.get(id_), known.get(id_))
        won = joined_own_row(one, _side(table, theirs.get(id_), stamps.get(id_)))
        if won.row != one.row:
            out += [mine[id_][ROW_ID]] if id_ in mine else []
            new += [theirs[id_]] if won.row else []
    write_rows(transaction, table, new, out)
    return len({*out} | {row[ROW_ID] for row in new})


def _by_identity(table: OwnTable, rows: Iterable[Row]) -> dict[str, Row]:
    return {identity(table.name, table.definition, row): row for row in rows}


def _side(table: OwnTable, row: Row | None, stamped: tuple[Stamp, bool] | None) -> OwnRow:
    """Return a row as one store knows it; its columns as they travel, to be compared."""
    stamp = stamped[0] if stamped else None
    return OwnRow(as_travelling(table, row)[0] if row else None, stamp)
