"""
SQL over the tables of one snapshot, by DuckDB in memory.

A user's statement is shut in: it can read these tables, and nothing else of this machine, for a
limited time and in limited memory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import schemas
from store import _duckdb
from store.errors import BadUsage, MemcliError, StoreCorrupt
from store.layout import TABLE_NAMES
from store.statement_watch import MEMORY_REMEDY, watched

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT: Final = "1GB"
# More is no bound: no table has as many, and DuckDB counts no further.
MOST_ROWS: Final = 1 << 62
# Of which what a statement takes of memory may be kept.
FEW_ROWS: Final = 50_000
# In this order: the last one locks the others.
SANDBOX: Final = {
    "memory_limit": f"'{MEMORY_LIMIT}'",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
    "lock_configuration": "true",
}
SQL_TYPES: Final = {
    "string": "VARCHAR",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "list<item: int32>": "INTEGER[]",
}
READING: Final = ("SELECT", "EXPLAIN")
REMEDY: Final = "check the statement; memcli sql 'SHOW TABLES' lists the tables"
ONLY_READS: Final = "start with SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE or PIVOT"

_KIND_OF_ERROR = re.compile(r"^[A-Z]\w*(?: \w+){0,3} Error: ")
_HINT = re.compile(r"(?m)^\s*(Did you mean .*|Candidate bindings: .*|HINT: .*)$", re.IGNORECASE)
_LANCE_ERROR = re.compile(r"LanceError\(\w+\): ([^\n]*?)(?:, /|$)", re.MULTILINE)
_FIRST_WORD = re.compile(r"\w+")
_VIEW = re.compile(r"CREATE VIEW (\w+) AS[^;]*;")
_WORD = re.compile(r"\w+")
_PIVOT = re.compile(r"\bpivot\b", re.IGNORECASE)

Sources: TypeAlias = Mapping[str, Any]
# Objects of DuckDB, whose types only _duckdb can name.
Connection: TypeAlias = Any
Relation: TypeAlias = Any
Statement: TypeAlias = Any


class SqlResult(NamedTuple):
    """The rows that a statement gave, and whether there were more than asked for."""

    rows: pa.Table
    cut: bool


@cache
def _views() -> dict[str, str]:
    """Return the statement that makes each of our views, by its name."""
    return {found[1]: found[0] for found in _VIEW.finditer(schemas.sql("views"))}


def names_in(statement: str) -> set[str]:
    """Return the words of a statement of ours, and of the views that it names."""
    words = set(_WORD.findall(statement))
    return words.union(*(_WORD.findall(text) for name, text in _views().items() if name in words))


@contextmanager
def _tables(
    connection: Connection, sources: Sources, views: Collection[str]
) -> Iterator[Connection]:
    """Yield a connection with the sources as tables, scanned with push-down, and some views."""
    with connection:
        with _duckdb.duckdb_errors():
            for name, source in sources.items():
                _register(connection, name, source)
            for name in views:
                # As temporary as what is registered, for others share the database.
                view = _views()[name].replace("CREATE VIEW", "CREATE TEMPORARY VIEW", 1)
                connection.execute(view)
        yield connection


def _register(connection: Connection, name: str, source: Any) -> None:
    """Make a source a table, with nulls in the columns that an earlier program did not write."""
    absent = getattr(source, "absent", ())
    connection.register(f"{name}_as_written" if absent else name, source)
    if absent:
        nulls = "".join(f", CAST(NULL AS {SQL_TYPES[str(f.type)]}) AS {f.name}" for f in absent)
        view = f"SELECT *{nulls} FROM {name}_as_written"
        connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {view}")


def run_sql(sources: Sources, statement: str, parameters: Sequence[object] = ()) -> pa.Table:
    """Return what a statement of our own gives. sources: at least those among its `names_in`."""
    with _ours(_duckdb.cursor(), sources, statement) as connection:
        return connection.sql(statement, params=list(parameters)).to_arrow_table()


def _rows(source: Any) -> int:
    """Return how many rows a table in memory or a dataset has."""
    return int(source.num_rows if hasattr(source, "num_rows") else source.count_rows())


def stream_sql(
    sources: Sources, statement: str, parameters: Sequence[object], rows: int
) -> Iterator[pa.RecordBatch]:
    """
    Yield what a statement of our own gives, so many rows at a time at most, as it is found.

    Over many rows in a database of its own: what it took of memory goes with it, hundreds of
    megabytes among a million, which the shared one would keep. Making one takes 20 ms.
    """
    is_small = sum(map(_rows, sources.values())) <= FEW_ROWS
    own = _duckdb.cursor if is_small else _duckdb.alone
    with _ours(own(), sources, statement) as connection:
        yield from connection.sql(statement, params=list(parameters)).to_arrow_reader(rows)


@contextmanager
def _ours(connection: Connection, sources: Sources, statement: str) -> Iterator[Connection]:
    """Yield a connection with the sources, and those of our views that a statement names."""
    views = [name for name in _views() if name in names_in(statement)]
    with _tables(connection, sources, views), _duckdb.duckdb_errors():
        yield connection


def run_statement(
    sources: Sources,
    statement: str,
    parameters: Sequence[object] = (),
    max_rows: int | None = None,
    timeout_s: float | None = None,
    give_up: Callable[[MemcliError], Any] = lambda error: None,
) -> SqlResult:
    """
    Return what one statement of a user gives, at most `max_rows` of it.

    Raises BadUsage for a statement that is wrong, writes, reaches out or takes too long. give_up:
    ends the process where only that stops a statement.
    """
    with opened(sources) as connection, explained_errors():
        shut_in(connection)
        parsed = only_statement(connection, statement, READING, _only_reads)

        def fetched() -> pa.Table:
            # To plan a statement is part of the work: it folds constants, however large.
            relation = connection.sql(parsed, params=list(parameters) or None)
            return _fetch(relation, max_rows)

        rows = watched(fetched, connection.interrupt, timeout_s, give_up)
    cut = max_rows is not None and rows.num_rows > max_rows
    return SqlResult(rows.slice(0, max_rows) if cut else rows, cut)


def opened(sources: Sources) -> AbstractContextManager[Connection]:
    """Return a database with some sources, for a user's statement: `shut_in` it first."""
    views = _views() if "memories" in sources else ()
    return _tables(_duckdb.alone(), sources, views)


def shut_in(connection: Connection) -> None:
    """Take from a database all that is not in it, for good."""
    for name, value in SANDBOX.items():
        connection.execute(f"SET {name} = {value}")


def _only_reads(word: str) -> BadUsage:
    return BadUsage(f"{word} is refused: sql only reads the store", ONLY_READS)


def _fetch(relation: Relation, max_rows: int | None) -> pa.Table:
    """Return the rows, and one more than the limit where there are more."""
    bound = MOST_ROWS if max_rows is None else min(max_rows, MOST_ROWS)
    limited = relation if bound == MOST_ROWS else relation.limit(bound + 1)
    return limited.to_arrow_table()


def only_statement(
    connection: Connection,
    text: str,
    kinds: Collection[str],
    refused: Callable[[str], BadUsage],
) -> Statement:
    """Return the one statement of a text, of some kinds; raise what `refused` makes of others."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadUsage("the statement is not UTF-8", "check the terminal's encoding") from error
    statements = connection.extract_statements(text)
    if len(statements) != 1:
        found = "no statement" if not statements else f"{len(statements)} statements"
        raise BadUsage(f"{found} where one was expected", "give one SELECT statement a call")
    statement = statements[0]
    kind, query = statement.type.name, str(statement.query)
    # DuckDB runs a PIVOT as two statements, of which the first lists the values.
    is_pivot = "SELECT" in kinds and kind == "MULTI" and _PIVOT.search(query)
    if kind not in kinds and not is_pivot:
        word = _FIRST_WORD.search(query)
        name = word[0].upper() if word else kind
        raise refused(kind if name == "WITH" else name)
    return statement


def is_taken(name: str) -> bool:
    """Say whether a name in small letters is a table or view of ours, or a word of SQL's own."""
    if name in TABLE_NAMES or name in _views():
        return True
    words = "SELECT 1 FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    with _duckdb.cursor() as connection, _duckdb.duckdb_errors():
        found = connection.execute(f"{words} AND keyword_name = ?", [name]).fetchone()
    return found is not None


@contextmanager
def explained_errors() -> Iterator[None]:
    """Raise DuckDB's errors as one line each, with its advice as the remedy."""
    try:
        with _duckdb.duckdb_errors():
            yield
    except MemcliError as error:
        if error.__cause__ is None or isinstance(error.__cause__, MemcliError):
            raise
        raise _statement_error(error, error.__cause__) from error.__cause__


def _statement_error(error: MemcliError, cause: BaseException) -> MemcliError:
    """Return an error as the user of a statement should see it."""
    text = str(cause)
    if type(cause).__name__ == "OutOfMemoryException":
        return BadUsage(f"the statement needs more than {MEMORY_LIMIT} of memory", MEMORY_REMEDY)
    if broken := _LANCE_ERROR.search(text):
        return StoreCorrupt(f"a table cannot be read: {broken[1]}", "run memcli check")
    if "by configuration" in text or "through configuration" in text:
        what = "sql reads only the store: no files, no network, no extensions"
        return BadUsage(what, "memcli sql 'SHOW TABLES' lists the tables")
    if not isinstance(error, BadUsage):
        return error
    hint = _HINT.search(text)
    what = _KIND_OF_ERROR.sub("", error.what)
    return BadUsage(what, hint[1].strip() if hint else REMEDY)


def write_database(path: Path, sources: Sources) -> None:
    """
    Make a database file of DuckDB with the sources as real tables, and our views.

    Its caller sees to a path at which nothing is.
    """
    with _duckdb.duckdb_errors(), _duckdb.connect(os.fspath(path)) as connection:
        for name, source in sources.items():
            _register(connection, "source", source)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM source')
        connection.execute(schemas.sql("views"))
        # Closing would do this too, but keep an error to itself.
        connection.execute("CHECKPOINT")
