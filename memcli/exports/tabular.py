"""
CSV and Parquet export: one table, whose column `kind` tells what a row is.

One table and not two, so that a file is whole by itself and `ingest` can take it back. Columns
that a kind does not have are null. In CSV a value that is there is quoted and one that is not is
left out, so that an empty text stays apart from none; lists are JSON. What a spreadsheet would
run has an apostrophe before it there, which `ingest` takes off.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from memcli.exports.contents import Contents, Part
from memcli.language.formulas import guarded_column
from memcli.memory.arrow import format_times, shortest_decimals
from schemas import tables
from store.namespaces import gathered

_HEAD: Final = (
    pa.field("kind", pa.string(), nullable=False),
    pa.field("v", pa.int8(), nullable=False),
    pa.field("archived", pa.bool_()),
)


def table_schema() -> pa.Schema:
    """Return the columns of the one table: those of memories, then what only others have."""
    memory = [field.with_nullable(True) for field in tables.memory_record()]
    names = {field.name for field in memory}
    others = (*tables.links(), *tables.entities(), *tables.strengths())
    other = {field.name: field.with_nullable(True) for field in others}
    return pa.schema([*_HEAD, *memory, *(f for name, f in other.items() if name not in names)])


def _rows(contents: Contents) -> Iterator[pa.RecordBatch]:
    """Yield the batches of all parts under the one schema."""
    schema = table_schema()
    for part, batch in contents.batches():
        columns = {
            **_part_columns(part, batch.num_rows),
            **dict(zip(batch.schema.names, batch.columns, strict=True)),
        }
        arrays = [columns.get(f.name, pa.nulls(batch.num_rows, f.type)) for f in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _part_columns(part: Part, n: int) -> dict[str, pa.Array]:
    """Return the columns that say of which part a row is."""
    head = {"kind": pa.repeat(part.kind, n), "v": pa.repeat(pa.scalar(1, pa.int8()), n)}
    return {**head, "archived": pa.repeat(True, n)} if part.archived else head


def write_parquet(contents: Contents, path: Path) -> None:
    """Write a Parquet file."""
    schema = table_schema()
    with pyarrow.parquet.ParquetWriter(str(path), schema, compression="zstd") as writer:
        for rows in gathered(_rows(contents)):
            writer.write_table(rows)


def encode_csv(contents: Contents) -> Iterator[bytes]:
    """Yield a CSV file with its header, a part at a time."""
    schema = pa.schema([(name, pa.string()) for name in table_schema().names])
    yield _csv(schema.empty_table(), header=True)
    for batch in _rows(contents):
        texts = [_texts(column) for column in batch.columns]
        yield _csv(pa.Table.from_arrays(texts, schema=schema), header=False)


def _csv(rows: pa.Table, header: bool) -> bytes:
    """Return rows of text as CSV."""
    options = pyarrow.csv.WriteOptions(include_header=header, quoting_style="all_valid")
    sink = io.BytesIO()
    pyarrow.csv.write_csv(rows, sink, options)
    return sink.getvalue()


def _texts(column: pa.Array) -> pa.Array:
    """Return a column as text, exactly."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pa.array(format_times(column), pa.string())
    if pa.types.is_float32(kind):
        return pa.array(_as_json(shortest_decimals(column)), pa.string())
    if pa.types.is_list(kind):
        return pa.array(_as_json(column.to_pylist()), pa.string())
    return guarded_column(column) if pa.types.is_string(kind) else column.cast(pa.string())


def _as_json(values: Sequence[object]) -> list[str | None]:
    """Return each value as JSON text, null left as it is."""
    return [None if value is None else msgspec.json.encode(value).decode() for value in values]
