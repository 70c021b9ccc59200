"""Tabular files, CSV, TSV and Parquet, as batches of rows, whatever their length."""

from __future__ import annotations

import csv
import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, NamedTuple, TypeAlias

from store import _duckdb
from store.errors import BadRecord, BadUsage, InputNotFound, MemcliError, StoreIOError
from store.literals import literal

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BadRow", "read_tabular"]

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
CSV_BUFFER_BYTES: Final = 2 * MAX_LINE_BYTES
PARQUET_SOURCE: Final = "read_parquet(?, hive_partitioning=false)"
TOO_LONG: Final = f"a row is longer than {MAX_LINE_BYTES:,} bytes"
# DuckDB reads so many rows at once; where they take more than this, fewer are read, of such bytes.
VECTOR_ROWS: Final = 2_048
VECTOR_BYTES: Final = 128 * 1024 * 1024
BATCH_BYTES: Final = 2 * MAX_LINE_BYTES
MOST_PAGE_BYTES: Final = 128 * 1024 * 1024
# A table of what was said has a dozen; of so many, reading one row takes a second.
MAX_COLUMNS: Final = 4_096
MAX_BAD_ROWS: Final = 100_000
# A page of Parquet has a megabyte or so; a few bytes can say that they are gigabytes, packed.
MAX_MEMORY_MB: Final = 512
DELIMITERS: Final = ",;\t|"
ROW_REMEDY: Final = "correct the row, or convert the file to JSON Lines"
_SEPARATOR = re.compile(r"sep=[,;|\t]\s*")
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_REASONS: Final = {
    "Expected Number of Columns": "expected {0} columns, found {1}",
    "unterminated quote": "a quoted value does not end",
    "Invalid unicode": "not UTF-8",
    "Maximum line size": f"a row is longer than {MAX_LINE_BYTES:,} bytes",
}


# DuckDB's own classes are known to store/_duckdb.py alone.
Connection: TypeAlias = Any


class BadRow(NamedTuple):
    """A row of CSV that could not be read, with its bytes."""

    error: BadRecord
    raw: bytes


def read_tabular(
    path: str,
    form: Literal["csv", "tsv", "parquet"],
    batch_rows: int = 4096,
    on_bad_row: Callable[[BadRow], None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """
    Yield the rows of a file in order; memory does not grow with its length.

    CSV has a header, a delimiter of `,;|` or tab, quotes doubled inside quotes; all its values
    are text, and one that is not there is null. A row that cannot be read raises BadRecord, or
    is passed over and given to `on_bad_row` after the last good one; its line is that of DuckDB,
    which counts a value of several lines as one.
    """
    if not os.path.exists(path):
        raise InputNotFound(f"no input {path!r}", "check the path")
    source = PARQUET_SOURCE
    if form != "parquet":
        delimiter, names, above = _csv_header(path, form)
        if not names:
            return
        source = _csv_source(delimiter, names, above, keep_bad=on_bad_row is not None)
    try:
        with _duckdb.without_spilling(_duckdb.connect(memory_mb=MAX_MEMORY_MB)) as connection:
            row_bytes = _parquet_row_bytes(connection, path) if form == "parquet" else 0
            if row_bytes * VECTOR_ROWS > VECTOR_BYTES:
                yield from _few_rows(path, row_bytes)
                return
            relation = connection.sql(f"SELECT * FROM {source}", params=[glob.escape(path)])
            yield from relation.to_arrow_reader(batch_rows)
            if on_bad_row and form != "parquet":
                _give_bad_rows(connection, path, on_bad_row)
    # What goes wrong after the first rows comes through Arrow, as an OSError.
    except (_duckdb.error_class(), OSError) as error:
        raise _read_error(error, path, form) from error


def _parquet_row_bytes(connection: Connection, path: str) -> int:
    """Return how long the rows of a Parquet file may be; BadRecord for one that is too long."""
    row_bytes = _row_bytes(path)
    if row_bytes > MAX_LINE_BYTES:
        raise BadRecord(TOO_LONG, path=path, line=1, remedy="split it")
    is_known = row_bytes * VECTOR_ROWS > VECTOR_BYTES
    return row_bytes if is_known else _longest_row(connection, path)


def _row_bytes(path: str) -> int:
    """Return how long the rows of a Parquet file are, as its footer has it; 0 for no such file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return 0
    if about.num_columns > MAX_COLUMNS:
        reason = f"{about.num_columns:,} columns, more than {MAX_COLUMNS:,}"
        raise BadRecord(reason, path=path, remedy="leave out those that are not said")
    groups = (about.row_group(place) for place in range(about.num_row_groups))
    return max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=0)


def _longest_row(connection: Connection, path: str) -> int:
    """
    Return how long a row of a Parquet file may be, by the longest text of each column.

    The footer does not tell of a text that many rows share: it is in the file once.
    """
    relation = connection.sql(f"SELECT * FROM {PARQUET_SOURCE}", params=[glob.escape(path)])
    columns = zip(relation.columns, relation.types, strict=True)
    texts = [_identifier(name) for name, kind in columns if str(kind) == "VARCHAR"]
    if not texts:
        return 0
    lengths = ", ".join(f"max(strlen({name}))" for name in texts)
    statement = f"SELECT {lengths} FROM {PARQUET_SOURCE}"
    (longest,) = connection.execute(statement, [glob.escape(path)]).fetchall()
    return sum(size or 0 for size in longest)


def _few_rows(path: str, row_bytes: int) -> Iterator[pa.RecordBatch]:
    """
    Yield the rows of a Parquet file of long texts some at a time; BadRecord for one too long.

    DuckDB takes 2,048 at once: a file of some kilobytes may hold gigabytes.
    """
    import pyarrow.parquet as pq

    done = 0
    with pq.ParquetFile(path) as file:
        groups = (file.metadata.row_group(place) for place in range(file.num_row_groups))
        most = max(
            group.column(i).total_uncompressed_size
            for group in groups
            for i in range(group.num_columns)
        )
        # A column of a row group may be one page, which is read whole.
        if most > MOST_PAGE_BYTES:
            reason = f"a column of a row group takes {most:,} bytes, more than {MOST_PAGE_BYTES:,}"
            raise BadRecord(reason, path=path, remedy="write it in smaller row groups")
        for batch in file.iter_batches(max(1, BATCH_BYTES // row_bytes), use_threads=False):
            done += batch.num_rows
            if batch.nbytes > MAX_LINE_BYTES * batch.num_rows:
                raise BadRecord(TOO_LONG, path=path, line=done, remedy="split it")
            yield batch


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _csv_source(delimiter: str, names: list[str], above: int, keep_bad: bool) -> str:
    """Return the table function for a CSV file; its one parameter is the path."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    rejects = f"store_rejects=true, rejects_limit={MAX_BAD_ROWS}, " if keep_bad else ""
    # DuckDB's own sniffer passes over rows that disagree with its guess, so it is left out.
    return (
        f"read_csv(?, auto_detect=false, header=true, skip={above}, delim={literal(delimiter)}, "
        "quote='\"', "
        f"escape='\"', strict_mode=true, columns={{{columns}}}, {rejects}"
        # Only a value without quotes is null: `""` is the empty text.
        "allow_quoted_nulls=false, "
        f"hive_partitioning=false, max_line_size={MAX_LINE_BYTES}, buffer_size={CSV_BUFFER_BYTES})"
    )


def _give_bad_rows(connection: Connection, path: str, on_bad_row: Callable[[BadRow], None]) -> None:
    """Hand over the rows that DuckDB passed over, in order, once each."""
    statement = (
        "SELECT line, any_value(error_message), any_value(csv_line), any_value(line_byte_position) "
        "FROM reject_errors GROUP BY line ORDER BY line"
    )
    rows = connection.execute(statement).fetchall()
    with open(path, "rb") as file:
        for line, message, text, place in rows:
            error = BadRecord(_csv_reason(message), path=path, line=line, remedy=ROW_REMEDY)
            on_bad_row(BadRow(error, _bytes_at(file, place, text)))
    if len(rows) >= MAX_BAD_ROWS:
        raise BadRecord(f"{MAX_BAD_ROWS:,} bad rows or more", path=path, remedy=ROW_REMEDY)


def _bytes_at(file: BinaryIO, place: int | None, text: str) -> bytes:
    """Return a row as it is in the file: DuckDB's text of it has `?` for what is not UTF-8."""
    encoded = text.encode()
    if place is None or "?" not in text:
        return encoded
    file.seek(place - 1)  # it counts from 1
    return file.read(len(encoded))


def _csv_header(path: str, form: str) -> tuple[str, list[str], int]:
    """
    Return the delimiter, the column names, none for an empty file, and the lines above the header.

    Excel's `sep=;` may stand there.
    """
    try:
        with open(path, "rb") as file:
            parts = iter(lambda: file.readline(MAX_LINE_BYTES), b"")
            lines = (line.decode("utf-8-sig") for line in parts)
            first = next(lines, "")
            above = int(bool(_SEPARATOR.fullmatch(first)))
            first = next(lines, "") if above else first
            delimiter = "\t" if form == "tsv" else max(DELIMITERS, key=first.count)
            names = next(csv.reader(chain([first], lines), delimiter=delimiter), [])
    except OSError as error:
        raise StoreIOError(f"cannot read {path!r}: {error.strerror}", "check the file") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRecord("the header is not text in UTF-8", path=path, line=1) from error
    return delimiter, _column_names(names, path), above


def _column_names(names: list[str], path: str) -> list[str]:
    """Return column names, those that are empty by their place; BadRecord for twins."""
    named = [name.strip() or f"column{place}" for place, name in enumerate(names, 1)]
    twins = sorted(name for name, count in Counter(named).items() if count > 1)
    if len(named) > MAX_COLUMNS:
        reason = f"{len(named):,} columns, more than {MAX_COLUMNS:,}"
        raise BadRecord(reason, path=path, line=1, remedy="leave out those that are not said")
    if twins:
        reason = f"two columns are called {twins[0]!r}"
        raise BadRecord(reason, path=path, line=1, remedy="rename one")
    return named


def _read_error(error: Exception, path: str, form: str) -> MemcliError:
    """Return an error in reading a file: the file's fault, unless the disk's or the user's."""
    text = str(error)
    line = _CSV_LINE.search(text)
    if line:
        return BadRecord(_csv_reason(text), path=path, line=int(line[1]), remedy=ROW_REMEDY)
    said = _duckdb.first_line(error)
    if form == "parquet" and "Out of Memory" in text:
        what = f"a part of it takes more than {MAX_MEMORY_MB} MB when it is unpacked"
        return BadRecord(what, path=path, remedy="write it with smaller pages and row groups")
    ours = StoreIOError(said) if isinstance(error, OSError) else _duckdb.translated(error)
    if isinstance(ours, BadUsage) or (form == "parquet" and isinstance(ours, StoreIOError)):
        remedy = f"check that it is a {form} file"
        return BadRecord(said, path=path, remedy=remedy)
    return ours


def _csv_reason(text: str) -> str:
    """Return DuckDB's reason for refusing a row in a few words."""
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    for mark, reason in _CSV_REASONS.items():
        if mark in text:
            return reason.format(*(counts.groups() if counts else ("?", "?")))
    return "the row cannot be read"
