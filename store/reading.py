"""Reading tables: by a filter, or by any number of ids, which one filter could not hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from store._lance import Table

IDS_PER_FILTER: Final = 2_000
# In a column of lists, Lance compares each of its items with each of these.
IDS_PER_LIST_FILTER: Final = 500


class TableReader(ABC):
    """Reads the tables that `table` opens: those of a commit, or those of a transaction."""

    @abstractmethod
    def table(self, name: str) -> Table:
        """Return a table."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Say whether the store has a table: some are made when they are first written to."""

    def count(self, table: str, where: str | None = None) -> int:
        """Return the number of rows of a table."""
        return self.table(table).count(where) if self.has(table) else 0

    def total(self, where: str) -> int:
        """Return the number of rows of `memories` and `archive` together."""
        return sum(self.count(name, where) for name in MEMORY_TABLES if self.count(name))

    def scan(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Stream the rows of a table in the order in which they were written."""
        if self.count(table):
            names = None if columns is None else list(columns)
            yield from self.table(table).batches(names, where, limit, offset)

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        limit: int | None = None,
    ) -> pa.Table:
        """Return rows of a table as one Arrow table."""
        names = None if columns is None else list(columns)
        return self.table(table).read(names, where, limit)

    def scan_ids(
        self,
        table: str,
        ids: Iterable[str],
        columns: Sequence[str] | None = None,
        on: str = "id",
        where: str | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """
        Stream the rows whose `on` is one of `ids`, or, where it is a list, holds one of them.

        In no stated order; a list that holds several of the ids may come more than once.
        """
        some = list(ids)
        if some and self.count(table):
            for condition in self._conditions(table, some, on, where):
                yield from self.scan(table, columns, condition)

    def read_ids(
        self,
        table: str,
        ids: Iterable[str],
        columns: Sequence[str] | None = None,
        on: str = "id",
        where: str | None = None,
    ) -> pa.Table:
        """Return the rows of `scan_ids` as one Arrow table."""
        import pyarrow as pa

        batches = list(self.scan_ids(table, ids, columns, on, where))
        return pa.Table.from_batches(batches) if batches else self.read(table, columns, limit=0)

    def _conditions(
        self, table: str, ids: Sequence[str], on: str, where: str | None
    ) -> Iterator[str]:
        """Yield filters that let the rows with these ids through, none too long for Lance."""
        import pyarrow as pa

        is_list = pa.types.is_list(self.table(table).schema.field(on).type)
        rest = f" AND ({where})" if where else ""
        for some in portions(ids, IDS_PER_LIST_FILTER if is_list else IDS_PER_FILTER):
            named = f"array_has_any({on}, [{some}])" if is_list else f"{on} IN ({some})"
            yield named + rest

    def rows(
        self,
        columns: Sequence[str],
        where: str | None = None,
        tables: Sequence[str] = MEMORY_TABLES,
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of tables as plain values, by default of all memories, archived ones too."""
        for table in tables:
            for batch in self.scan(table, columns, where):
                yield from batch.to_pylist()

    def rows_of(
        self,
        ids: Iterable[str],
        columns: Sequence[str] | None = None,
        on: str = "id",
        where: str | None = None,
        tables: Sequence[str] = MEMORY_TABLES,
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of `scan_ids` as plain values, by default of all memories."""
        some = list(ids)
        for table in tables:
            for batch in self.scan_ids(table, some, columns, on, where):
                yield from batch.to_pylist()


def portions(ids: Sequence[str], size: int = IDS_PER_FILTER) -> Iterator[str]:
    """Yield ids as lists of SQL literals that are not too long for one filter."""
    for start in range(0, len(ids), size):
        yield quoted(ids[start : start + size])
