"""Snapshot: the state of a store at one commit, which readers work on without any lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.bigrams import query_keys
from store.commits import read_head
from store.errors import InputNotFound, StoreCorrupt
from store.layout import LATER_TABLES, SQL_TABLES, Layout
from store.literals import quoted
from store.reading import TableReader
from store.user_tables import user_tables

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from store._lance import Table
    from store.commits import Commit, EncoderStamp
    from store.errors import MemcliError
    from store.held import HeldColumns, Place
    from store.sql import SqlResult


class Snapshot(TableReader):
    """Reads the tables at the versions that a commit names."""

    def __init__(self, layout: Layout, commit: Commit) -> None:
        self.layout = layout
        self.commit = commit
        self._tables: dict[str, Table] = {}
        self.held: HeldColumns | None = None

    @property
    def encoder(self) -> EncoderStamp:
        """The encoder whose vectors the snapshot holds."""
        return self.commit.encoder

    def has(self, name: str) -> bool:
        """Say whether the store had a table at this commit."""
        return name in self.commit.tables or name not in LATER_TABLES

    def table(self, name: str) -> Table:
        """Return a table at this commit's version; `accesses`, which has none, at its newest."""
        if name not in self._tables:
            self._tables[name] = self._open(name)
        return self._tables[name]

    def _open(self, name: str) -> Table:
        # Slow to import, and an encoder can load meanwhile.
        from store import lance_versions

        state = self.commit.tables.get(name)
        path = self.layout.table(name)
        if state is None:
            return lance_versions.open_whole(name, path)
        if self.layout.remote:
            self.layout.remote.require({name: state.version})
        try:
            return lance_versions.open_at(name, path, state.version)
        except InputNotFound as error:
            # A compact since this snapshot was taken can be the reason, but never for the head.
            if read_head(self.layout.commits).number != self.commit.number:
                raise
            raise StoreCorrupt(
                f"version {state.version} of {name} is gone, and the head names it",
                "restore the store from a backup",
            ) from error

    def count(self, table: str, where: str | None = None) -> int:
        """Return the number of rows of a table; without a filter, from the commit itself."""
        state = self.commit.tables.get(table)
        return state.rows if state and where is None else super().count(table, where)

    def match(
        self,
        text: str,
        top_k: int,
        columns: Sequence[str] = ("id",),
        where: str | None = None,
        table: str = "memories",
        on: str = "keys",
    ) -> pa.Table:
        """
        Return the rows that match a text best by BM25 (column `bm25`), best first.

        `on` is `keys`, which turns have, or `derived_keys`, which all other memories have.
        """
        words = " ".join([text, *query_keys(text)])
        return self.table(table).match(words, top_k, list(columns), where, on)

    def nearest(
        self,
        vector: np.ndarray,
        top_k: int,
        columns: Sequence[str] = ("id",),
        where: str | None = None,
        table: str = "memories",
    ) -> pa.Table:
        """Return the rows nearest to a unit vector (column `cosine`), nearest first."""
        return self.table(table).nearest(vector, top_k, list(columns), where)

    def take(
        self, row_ids: Sequence[int], columns: Sequence[str], table: str = "memories"
    ) -> pa.Table:
        """Return the rows with those row ids (column `_rowid` of a search), in that order."""
        if self.held is not None and table == "memories":
            return self.held.take(self.table(table), row_ids, columns)
        return self.table(table).take(row_ids, list(columns))

    def hold(self, before: HeldColumns | None = None) -> None:
        """
        Keep in memory what of `memories` a search reads, for many that are to come.

        before: what an earlier snapshot has kept.
        """
        from store.held import HeldColumns

        self.held = HeldColumns.read(self.table("memories"), before)

    def around(
        self,
        places: Sequence[Place],
        window: int,
        where: str | None = None,
        table: str = "memories",
    ) -> list[int]:
        """Return the row ids of what is at most `window` from (namespace, session_id, seq)."""
        near = near_places(places, window)
        if not near:
            return []
        spaces = quoted(sorted({space for space, _, _ in near}))
        sessions = quoted(sorted({session for _, session, _ in near}))
        seqs = ", ".join(map(str, sorted({seq for _, _, seq in near})))
        # One filter over all sessions and places is several times faster than a range for each
        # place; what it finds too much is left out afterwards. Sessions of many namespaces may be
        # called the same.
        product = f"session_id IN ({sessions}) AND namespace IN ({spaces}) AND seq IN ({seqs})"
        condition = f"{product} AND ({where})" if where else product
        rows = self.read(table, ["namespace", "session_id", "seq", "_rowid"], condition)
        *found, row_ids = (rows[name].to_pylist() for name in rows.column_names)
        placed = zip(zip(*found, strict=True), row_ids, strict=True)
        return [row_id for place, row_id in placed if place in near]

    def _sql_source(self, name: str, namespace: str | None) -> Any:
        from schemas import DERIVED_COLUMNS
        from schemas.tables import table_schemas
        from store.namespaces import bounded_source

        if self.has(name) and namespace is not None:
            return bounded_source(self, name, namespace)
        if self.has(name):
            return self.table(name).sql_source()
        empty = table_schemas(self.encoder.dimension)[name].empty_table()
        return empty.select(
            [column for column in empty.column_names if column not in DERIVED_COLUMNS]
        )

    def sql_sources(
        self, namespace: str | None = None, names: Collection[str] = SQL_TABLES
    ) -> dict[str, Any]:
        """
        Return what DuckDB can scan of each table; with a namespace, only what is in it.

        names: leaves out the tables that are not among them.
        """
        wanted = [name for name in SQL_TABLES if name in names]
        return {name: self._sql_source(name, namespace) for name in wanted}

    def user_sources(self, namespace: str | None = None) -> dict[str, Any]:
        """Return what DuckDB can scan of the tables of the user's own, by their names."""
        tables = user_tables(self.commit.tables)
        if namespace is None:
            return {name: self.table(key).sql_source() for name, key in tables.items()}
        from store.namespaces import bounded_source

        return {name: bounded_source(self, key, namespace) for name, key in tables.items()}

    def sql(
        self, statement: str, parameters: Sequence[object] = (), namespace: str | None = None
    ) -> pa.Table:
        """Return what a statement of our own gives over the tables and views of this snapshot."""
        from store.sql import names_in, run_sql

        return run_sql(self.sql_sources(namespace, names_in(statement)), statement, parameters)

    def sql_batches(
        self, statement: str, parameters: Sequence[object], rows: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield what a statement of our own gives over the whole, some rows at a time at most."""
        from store.sql import names_in, stream_sql

        sources = self.sql_sources(names=names_in(statement))
        return stream_sql(sources, statement, parameters, rows)

    def run_statement(
        self,
        statement: str,
        max_rows: int | None = None,
        timeout_s: float | None = None,
        namespace: str | None = None,
        give_up: Callable[[MemcliError], Any] = lambda error: None,
    ) -> SqlResult:
        """
        Return what a user's statement gives over the tables and views of this snapshot.

        Raises BadUsage for a statement that is wrong, writes, reaches for files or runs too long.
        give_up: ends the process where only that stops a statement.
        """
        from store.sql import run_statement

        sources = {**self.user_sources(namespace), **self.sql_sources(namespace)}
        return run_statement(sources, statement, (), max_rows, timeout_s, give_up)


def near_places(places: Sequence[Place], window: int) -> set[Place]:
    """Return the places that are at most `window` from some."""
    steps = range(-window, window + 1)
    return {(space, session, seq + step) for space, session, seq in places for step in steps}
