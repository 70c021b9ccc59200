"""
DuckDB, and nothing else imports it: its errors become ours here.

It runs in memory only, so no lock of a database file can shut a reader out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from store.errors import (
    BadUsage,
    Interrupted,
    MemcliError,
    StoreCorrupt,
    StoreIOError,
    StoreLocked,
)

if TYPE_CHECKING:
    import duckdb

THREADS: Final = 2
SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": THREADS,
    # No network: an extension that is not built in is never fetched or loaded behind our back.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
# By name, so that every class has to be named: one that DuckDB adds fails a test.
OURS: Final[dict[str, type[MemcliError]]] = {
    "BinderException": BadUsage,
    "CatalogException": BadUsage,
    "ConnectionException": StoreIOError,
    "ConstraintException": BadUsage,
    "ConversionException": BadUsage,
    "DataError": BadUsage,
    "DatabaseError": StoreIOError,
    "DependencyException": BadUsage,
    "Error": StoreIOError,
    "FatalException": StoreIOError,
    "HTTPException": StoreIOError,
    "IOException": StoreIOError,
    "IntegrityError": BadUsage,
    "InternalError": StoreIOError,
    "InternalException": StoreIOError,
    "InterruptException": Interrupted,
    "InvalidInputException": BadUsage,
    "InvalidTypeException": BadUsage,
    "NotImplementedException": BadUsage,
    "NotSupportedError": BadUsage,
    "OperationalError": StoreIOError,
    "OutOfMemoryException": StoreIOError,
    "OutOfRangeException": BadUsage,
    "ParserException": BadUsage,
    "PermissionException": BadUsage,
    "ProgrammingError": BadUsage,
    "ResourceInUseException": StoreLocked,
    "SequenceException": BadUsage,
    "SerializationException": StoreIOError,
    "SyntaxException": BadUsage,
    "TransactionException": StoreIOError,
    "TypeMismatchException": BadUsage,
    "Warning": BadUsage,
}
REMEDIES: Final[dict[type[MemcliError], str]] = {
    BadUsage: "check the statement",
    StoreIOError: "check disk space and memory, run it again",
    StoreLocked: "try again",
}


def error_class() -> type[Exception]:
    """Return the root of DuckDB's own errors."""
    import duckdb

    root: type[Exception] = duckdb.Error
    return root


@contextmanager
def duckdb_errors() -> Iterator[None]:
    """Raise DuckDB's errors as ours."""
    import duckdb

    try:
        yield
    except (duckdb.Error, duckdb.Warning) as error:
        raise translated(error) from error
    except RuntimeError as error:
        # What DuckDB makes of Ctrl-C while it works.
        if "Query interrupted" not in str(error):
            raise
        raise Interrupted("interrupted") from error


def translated(error: Exception) -> MemcliError:
    """Return our error for one of DuckDB's, by its nearest class in OURS."""
    if "reading the stream registered" in str(error):
        return StoreCorrupt("a table of the store cannot be read", "run memcli check")
    ours = next(OURS[type_.__name__] for type_ in type(error).__mro__ if type_.__name__ in OURS)
    return ours(first_line(error), REMEDIES.get(ours, ""))


def first_line(error: Exception) -> str:
    """Return what DuckDB says, without its advice."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "DuckDB failed")


def connect(path: str = ":memory:", memory_mb: int | None = None) -> duckdb.DuckDBPyConnection:
    """
    Return a database, by default a new one in memory, in UTC, that fetches nothing.

    memory_mb: what it may take at most; by default four fifths of the machine's.
    """
    import duckdb

    limit = {} if memory_mb is None else {"memory_limit": f"{memory_mb}MB"}
    with duckdb_errors():
        connection = duckdb.connect(path, config=SETTINGS | limit)
        connection.execute("SET TimeZone = 'UTC'")
    return without_progress(connection)


def cursor() -> duckdb.DuckDBPyConnection:
    """
    Return a connection to the one database in memory that our own statements share.

    What it registers and its temporary views are its own, and go with it. A new database for each
    statement would take ten times as long as most statements do.
    """
    return without_progress(_shared().cursor())


def without_progress(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a connection that draws no bar: of what takes seconds it would, on stdout."""
    with duckdb_errors():
        connection.execute("SET enable_progress_bar_print = false")
    return connection


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    """Return the database in memory of this process."""
    return alone()


def alone() -> duckdb.DuckDBPyConnection:
    """Return a connection to a new database in memory, which is given back with it."""
    return without_spilling(connect())


def without_spilling(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a connection without a folder to spill to: its default is in the working directory."""
    with duckdb_errors():
        connection.execute("SET temp_directory = ''")
    return connection
