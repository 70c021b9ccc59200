"""Tables of the user's own on their way out of a store and into another: records of two kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from memcli.jsonl import Row
from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.memory.user_tables.changes import OwnTable, make, open_table, put_rows
from memcli.memory.user_tables.columns import (
    Column,
    Definition,
    define,
    read_values,
    told_values,
)
from memcli.memory.user_tables.listing import as_json, as_record
from memcli.memory.user_tables.purged import without_purged
from memcli.records import Record, TableRow, UserTable
from store.errors import BadRecord, BadUsage
from store.literals import quoted
from store.user_tables import NAMESPACE, RECORDED_AT, ROW_ID, user_tables

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.memory.tombstones import Barred
    from store import Snapshot, Transaction


def records_of(snapshot: Snapshot, namespace: str | None) -> Iterator[Row]:
    """Yield a record of kind `table` for each table, and one of kind `table_row` for each row."""
    where = None if namespace is None else f"{NAMESPACE} = {quoted([namespace])}"
    for name, key in user_tables(snapshot.commit.tables).items():
        table = open_table(snapshot, snapshot.commit.tables, name)
        yield as_record(snapshot, table, namespace)
        for batch in snapshot.scan(key, None, where):
            yield from (_row_record(table, row) for row in batch.to_pylist())


def _row_record(table: OwnTable, row: Row) -> Row:
    values = told_values(row, table.definition)
    return {
        "kind": "table_row",
        "v": 1,
        "table": table.name,
        "id": row[ROW_ID],
        "namespace": row[NAMESPACE],
        "recorded_at": as_json(row[RECORDED_AT]),
        "values": {name: as_json(value) for name, value in values.items() if value is not None},
    }


class TakenTables:
    """Tables and rows of an export, taken as they are: each row once, by its id."""

    def __init__(self, namespace: str | None) -> None:
        self._namespace = namespace
        self._definitions: dict[str, Definition] = {}
        self._rows: dict[str, list[TableRow]] = {}

    def __bool__(self) -> bool:
        return bool(self._definitions or self._rows)

    def add(self, records: Iterable[Record]) -> None:
        """Take the records that are tables or rows of them; BadRecord for a table that is none."""
        for record in records:
            if isinstance(record, UserTable):
                self._definitions[record.name] = _definition_of(record)
            elif isinstance(record, TableRow):
                self._rows.setdefault(record.table, []).append(record)

    def write(self, transaction: Transaction, now: datetime, barred: Barred | None = None) -> None:
        """
        Make the tables and add the rows that are not there, but for those that say what is gone.

        Raises BadRecord for what does not fit.
        """
        for name in dict.fromkeys([*self._definitions, *self._rows]):
            table = self._opened(transaction, name)
            known = set(transaction.read(table.key, [ROW_ID])[ROW_ID].to_pylist())
            rows = {row.id: row for row in self._rows.get(name, ()) if row.id not in known}
            read = [self._read(row, table, now) for row in rows.values()]
            put_rows(transaction, table, without_purged(read, barred))

    def _opened(self, transaction: Transaction, name: str) -> OwnTable:
        """Return a table that is there, or make it."""
        told = self._definitions.get(name)
        if name not in user_tables(transaction.names):
            if told is None:
                raise BadRecord(
                    f"there is no table {name!r}", remedy="export it along with its rows"
                )
            return make(transaction, name, told)
        table = open_table(transaction, transaction.names, name)
        if told not in (None, table.definition):
            what = f"table {name!r} has other columns here"
            raise BadRecord(
                what, remedy=f"memcli table drop {name}, or take this into another store"
            )
        return table

    def _read(self, row: TableRow, table: OwnTable, now: datetime) -> Row:
        values: dict[str, Any] = read_values(row.values, table.definition, table.name)
        own = {name: values.get(name) for name, _ in table.definition.columns}
        space = self._namespace or row.namespace or DEFAULT_NAMESPACE
        return {**own, ROW_ID: row.id, NAMESPACE: space, RECORDED_AT: row.recorded_at or now}


def _definition_of(record: UserTable) -> Definition:
    """Return what a record says of a table; BadRecord for what no table can be."""
    try:
        columns = [Column(each.name, each.type) for each in record.columns]
        return define(columns, record.key or [])
    except BadUsage as error:
        raise BadRecord(f"table {record.name!r}: {error.what}") from error
