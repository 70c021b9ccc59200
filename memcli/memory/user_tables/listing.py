"""Tables of the user's own, and their rows, as records on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from memcli import jsonl
from memcli.jsonl import Row
from memcli.memory.user_tables.changes import OwnTable, open_table
from memcli.memory.user_tables.columns import Definition, told_values
from store.literals import quoted
from store.user_tables import NAMESPACE, user_tables

if TYPE_CHECKING:
    from store import Snapshot
    from store.reading import TableReader


def listed(snapshot: Snapshot, namespace: str | None) -> Iterator[Row]:
    """Yield a record of kind `table` for each table, by name, with its rows of a namespace."""
    tables = snapshot.commit.tables
    for name in user_tables(tables):
        yield as_record(snapshot, open_table(snapshot, tables, name), namespace)


def as_record(reader: TableReader, table: OwnTable, namespace: str | None) -> Row:
    """Return a table as a record of kind `table`."""
    where = None if namespace is None else f"{NAMESPACE} = {quoted([namespace])}"
    columns = [{"name": name, "type": type_} for name, type_ in table.definition.columns]
    record: Row = {"kind": "table", "v": 1, "name": table.name, "columns": columns}
    if table.definition.key:
        record["key"] = [*table.definition.key]
    return {**record, "rows": reader.count(table.key, where)}


def rows_to_records(rows: Iterable[Row], definition: Definition) -> Iterator[Row]:
    """Yield rows of a table as records of kind `row`, as `sql` gives them."""
    for row in rows:
        values = told_values(row, definition)
        yield {"kind": "row", "v": 1, **{name: as_json(value) for name, value in values.items()}}


def as_json(value: Any) -> Any:
    """Return a value of a column as JSON has it: times with Z, days as YYYY-MM-DD."""
    if isinstance(value, datetime):
        return jsonl.format_time(value)
    return value.isoformat() if isinstance(value, date) else value
