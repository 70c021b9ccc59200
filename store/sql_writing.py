"""
SQL that writes, confined to tables of the user's own.

The statement runs in DuckDB, shut in as one that reads is, over copies of these tables in memory.
What it changed there is told row by row, and whoever called writes it to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from store import _duckdb
from store.errors import BadUsage, MemcliError
from store.sql import Sources, explained_errors, only_statement, opened, shut_in
from store.statement_watch import watched
from store.user_tables import ROW_COLUMNS, ROW_ID

if TYPE_CHECKING:
    import pyarrow as pa

WRITING: Final = ("INSERT", "UPDATE", "DELETE", "MERGE_INTO")
REMEDY: Final = "memcli table list lists those of your own; memcli table makes and drops them"
ROWID: Final = "rowid"
# What DuckDB says of views, which all else is that a statement sees.
NO_TABLE: Final = ("base table", "is not an table")


class ChangedRows(NamedTuple):
    """
    What a statement did to one table.

    kept: rows that it changed, with their ids; new: rows that it added; gone: ids of those that it
    took out.
    """

    kept: pa.Table
    new: pa.Table
    gone: list[str]

    @property
    def n_rows(self) -> int:
        """How many rows are concerned."""
        return int(self.kept.num_rows + self.new.num_rows + len(self.gone))


def run_write(
    sources: Sources,
    tables: Mapping[str, pa.Table],
    statement: str,
    timeout_s: float | None = None,
    give_up: Callable[[MemcliError], Any] = lambda error: None,
) -> dict[str, ChangedRows]:
    """
    Return by name what one statement changes in the user's tables.

    sources: what it may read besides; tables: the rows that it may change, with all their columns.
    Raises BadUsage for a statement that is wrong, does not write, or writes elsewhere.
    """
    with opened(sources) as connection, explained_errors():
        for name, rows in tables.items():
            own = rows.drop_columns([c for c in ROW_COLUMNS if c in rows.column_names])
            connection.register("rows_before", own)
            connection.execute(f'CREATE TEMPORARY TABLE "{name}" AS SELECT * FROM rows_before')
            connection.unregister("rows_before")
        shut_in(connection)
        parsed = only_statement(connection, statement, WRITING, _refused)

        def written() -> dict[str, ChangedRows]:
            with confined():
                connection.execute(parsed)
            return {name: _changes(connection, name, rows) for name, rows in tables.items()}

        changed = watched(written, connection.interrupt, timeout_s, give_up)
    return {name: rows for name, rows in changed.items() if rows.n_rows}


@contextmanager
def confined() -> Iterator[None]:
    """Say of a table that is the store's own that nobody writes to it in SQL."""
    try:
        with _duckdb.duckdb_errors():
            yield
    except MemcliError as error:
        if not any(said in str(error.__cause__) for said in NO_TABLE):
            raise
        raise BadUsage("the tables of memories are only read in SQL", REMEDY) from error


def _refused(word: str) -> BadUsage:
    return BadUsage(f"{word} is refused: sql --write inserts, updates and deletes rows", REMEDY)


def _changes(connection: Any, name: str, before: pa.Table) -> ChangedRows:
    """Return what is other than before: rows keep their places in a table of DuckDB."""
    import numpy as np
    import pyarrow as pa

    after = connection.sql(f'SELECT {ROWID}, * FROM "{name}" ORDER BY {ROWID}').to_arrow_table()
    places = after[ROWID].to_numpy()
    rows = after.drop_columns([ROWID])
    stayed = places < before.num_rows
    gone = np.setdiff1d(np.arange(before.num_rows), places[stayed])
    then = before.take(pa.array(places[stayed]))
    now = rows.filter(pa.array(stayed))
    own = [c for c in before.column_names if c not in ROW_COLUMNS]
    now = now.cast(pa.schema([before.schema.field(c) for c in own]))
    changed = pa.array(_differ(then.select(own), now))
    kept = now
    for column in ROW_COLUMNS:
        kept = kept.append_column(before.schema.field(column), then[column])
    new = rows.filter(pa.array(~stayed)).cast(now.schema)
    return ChangedRows(kept.filter(changed), new, before.take(pa.array(gone))[ROW_ID].to_pylist())


def _differ(one: pa.Table, other: pa.Table) -> Any:
    """Say of each pair of rows whether a column differs, bool [n]."""
    import numpy as np
    import pyarrow.compute as pc

    differ = np.zeros(one.num_rows, bool)
    for name in one.column_names:
        first, second = one[name], other[name]
        same = pc.fill_null(pc.equal(first, second), False)
        both_absent = pc.and_(pc.is_null(first), pc.is_null(second))
        differ |= ~pc.or_(same, both_absent).to_numpy()
    return differ
