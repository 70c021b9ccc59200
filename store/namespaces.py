"""
Namespaces: what one can see of a snapshot.

Memories and entities say their namespace themselves. What only names ids (links, strengths,
accesses) belongs to a namespace when all ids that it names do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from store import _lance
from store.layout import MEMORY_TABLES
from store.literals import quoted
from store.reading import TableReader
from store.user_tables import NAMESPACE, is_user_table

NAMED: Final = (*MEMORY_TABLES, "entities")
# Nobody can say of what namespace a row of these is.
UNBOUNDED: Final = ("tombstones",)
# These say their namespace themselves.
BOUNDED: Final = (*NAMED, "sources", "windows")
ID_COLUMNS: Final = {
    "links": ("source_id", "target_id"),
    "strengths": ("id",),
    "stamps": ("id",),
    "accesses": ("id",),
}
# Each filtering builds a hash table of the ids, so it is done for many rows at once.
ROWS_PER_FILTER: Final = 131_072

# What pyarrow and Lance take as an option of a scan.
Option: TypeAlias = Any
Load = Callable[[], pa.Array]


def _where(namespace: str) -> str:
    return f"namespace = {quoted([namespace])}"


def ids_of(snapshot: TableReader, namespace: str) -> pa.Array:
    """Return the ids of all memories and entities of a namespace."""
    where = _where(namespace)
    batches = (batch for table in NAMED for batch in snapshot.scan(table, ["id"], where))
    return pa.chunked_array([batch["id"] for batch in batches], pa.string()).combine_chunks()


def known_in(snapshot: TableReader, ids: Iterable[str], namespace: str) -> set[str]:
    """Return those of some ids that are memories or entities of a namespace."""
    rows = snapshot.rows_of(ids, ["id"], where=_where(namespace), tables=NAMED)
    return {row["id"] for row in rows}


def within(
    batches: Iterable[pa.RecordBatch], columns: Iterable[str], ids: pa.Array
) -> Iterator[pa.RecordBatch]:
    """Yield, in their order, the rows of which every one of `columns` is among `ids`."""
    for rows in gathered(batches):
        for column in columns:
            rows = rows.filter(pc.is_in(rows[column], value_set=ids))
        yield from rows.to_batches()


def gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield batches put together into tables of many rows."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= ROWS_PER_FILTER:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def scan_namespace(
    snapshot: TableReader, table: str, columns: list[str], namespace: str
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of a namespace in the order in which they were written."""
    if table in BOUNDED:
        return snapshot.scan(table, columns, _where(namespace))
    ids = ids_of(snapshot, namespace)
    return within(snapshot.scan(table, columns), ID_COLUMNS[table], ids)


class _OfNamespace(_lance.WithoutVectors):
    """A dataset that shows the rows of one namespace."""

    namespace: str
    column: str

    def scanner(self, columns: Option = None, filter: Option = None, **options: Option) -> Option:
        own = pc.field(self.column) == self.namespace
        both = own if filter is None else own & filter
        return super().scanner(columns=columns, filter=both, **options)


class _WithinIds(_lance.WithoutVectors):
    """A dataset that shows the rows whose ids are among some; they are loaded at the first scan."""

    id_columns: tuple[str, ...]
    load: Load

    def scanner(self, columns: Option = None, filter: Option = None, **options: Option) -> Option:
        from pyarrow.dataset import Scanner

        batches = super().scanner(scan_in_order=True).to_batches()
        kept = within(batches, self.id_columns, self.load())
        return Scanner.from_batches(kept, schema=self.schema, columns=columns, filter=filter)


def bounded_source(snapshot: TableReader, table: str, namespace: str) -> Option:
    """Return what DuckDB can scan of a table: the rows of one namespace, and no way around."""
    source = snapshot.table(table).sql_source()
    if table in UNBOUNDED:
        return source.schema.empty_table()
    if table in BOUNDED or is_user_table(table):
        source.__class__ = _OfNamespace
        source.namespace = namespace
        source.column = NAMESPACE if is_user_table(table) else "namespace"
    else:
        source.__class__ = _WithinIds
        source.id_columns = ID_COLUMNS[table]
        source.load = lambda: ids_of(snapshot, namespace)
    return source
