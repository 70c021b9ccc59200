"""What goes of tables of the user's own into a bundle: what they are made of, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from memcli.jsonl import Row
from memcli.memory.user_tables.changes import OwnTable, open_table
from memcli.memory.user_tables.columns import told_values
from memcli.memory.user_tables.listing import as_json
from memcli.memory.user_tables.row_stamps import identity
from store.user_tables import NAMESPACE, RECORDED_AT, ROW_ID, user_tables

if TYPE_CHECKING:
    from store import Snapshot
    from store.reading import TableReader

to_json = msgspec.json.Encoder(order="sorted").encode


def table_rows(snapshot: Snapshot) -> Iterator[Row]:
    """Yield what the tables of a store are made of, in the order of their names."""
    tables = snapshot.commit.tables
    for name in user_tables(tables):
        definition = open_table(snapshot, tables, name).definition
        columns = [f"{column.name}:{column.type}" for column in definition.columns]
        yield {"name": name, "columns": columns, "key": list(definition.key) or None}


def own_rows(snapshot: Snapshot, earlier: Snapshot | None, stamped: Iterable[str]) -> Iterator[Row]:
    """
    Yield the rows of the tables that are new since an earlier state, in the order of their keys.

    stamped: the identities of those whose stamps are new: they go in any case.
    """
    always = set(stamped)
    for name, key in user_tables(snapshot.commit.tables).items():
        table = open_table(snapshot, snapshot.commit.tables, name)
        if earlier and earlier.commit.tables.get(key) == snapshot.commit.tables[key]:
            continue
        known = _known_rows(earlier, name) if earlier else set()
        records = (as_travelling(table, row) for row in rows_in(snapshot, key))
        for record, id_ in sorted(records, key=lambda each: str(each[0]["id"])):
            if id_ in always or to_json(record) not in known:
                yield record


def _known_rows(earlier: Snapshot, name: str) -> set[bytes]:
    """Return the rows that an earlier state had of a table."""
    tables = earlier.commit.tables
    key = user_tables(tables).get(name)
    if key is None:
        return set()
    table = open_table(earlier, tables, name)
    return {to_json(as_travelling(table, row)[0]) for row in rows_in(earlier, key)}


def rows_in(reader: TableReader, key: str) -> Iterator[Row]:
    """Yield the rows of a table by its key in commits."""
    for batch in reader.scan(key):
        yield from batch.to_pylist()


def as_travelling(table: OwnTable, row: Row) -> tuple[Row, str]:
    """Return a row as it travels, and its identity."""
    values = told_values(row, table.definition)
    told = {name: as_json(value) for name, value in values.items() if value is not None}
    record = {
        "table": table.name,
        "id": row[ROW_ID],
        "namespace": row[NAMESPACE],
        "recorded_at": row[RECORDED_AT],
        "values": to_json(told).decode(),
    }
    return record, identity(table.name, table.definition, row)
