"""
Arrow columns of records on the wire, and back.

A row and its record have the same names. Absent is null; JSON values whose shape the caller
decides (`metadata`, `extra`) are text in a column. What a record has that its table has no column
for is kept in the column `extra`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from memcli.records import FIELDS
from schemas import DERIVED_COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

JSON_COLUMNS: Final = frozenset({"metadata", "extra", "evidence"})
_to_json = msgspec.json.Encoder().encode
_from_json = msgspec.json.Decoder().decode


def wire_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of a table that are on the wire."""
    return [name for name in schema.names if name not in DERIVED_COLUMNS]


def batch_to_records(batch: pa.RecordBatch, kind: str) -> Iterator[dict[str, Any]]:
    """
    Yield each row as a record of that kind, absent fields left out.

    What is kept in `extra` has its own place again, unless a field of ours has that name.
    """
    names = batch.schema.names
    columns = [_column_values(name, batch.column(name)) for name in names]
    for values in zip(*columns, strict=True):
        told = {n: v for n, v in zip(names, values, strict=True) if v is not None}
        record: dict[str, Any] = {"kind": kind, "v": 1, **told}
        extra = record.pop("extra", None)
        yield {**record, **_placed(extra, kind)} if extra else record


def _placed(extra: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return unknown fields by themselves; nulls and names of ours stay under `extra`."""
    taken = {"kind", *FIELDS.get(kind, ())}
    kept = {name: value for name, value in extra.items() if value is None or name in taken}
    free = {name: value for name, value in extra.items() if name not in kept}
    return {**free, "extra": kept} if kept else free


def _column_values(name: str, column: pa.Array) -> list[Any]:
    """Return a column as JSON values."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        return format_times(column)
    values: list[Any] = column.to_pylist()
    if name in JSON_COLUMNS:
        return [None if value is None else _from_json(value) for value in values]
    if pa.types.is_float32(column.type):
        return list(shortest_decimals(column))
    return values


def shortest_decimals(column: pa.Array) -> list[float | None]:
    """Return single-precision numbers as the shortest decimals that give the same ones back."""
    import pyarrow as pa

    return [None if text is None else float(text) for text in column.cast(pa.string()).to_pylist()]


def format_times(column: pa.Array) -> list[str | None]:
    """Return a column of times as RFC 3339 in UTC, with a fraction only where there is one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.strftime(column.cast(pa.timestamp("us", "UTC")), "%Y-%m-%dT%H:%M:%SZ")
    return [t and t.replace(".000000Z", "Z") for t in texts.to_pylist()]


def plain_array(values: np.ndarray) -> pa.Array:
    """
    Return a short array of numbers or flags as Arrow has it.

    Of an ndarray, pa.array asks whether it is masked, and imports numpy.ma for that.
    """
    import pyarrow as pa

    return pa.array(values.tolist(), pa.from_numpy_dtype(values.dtype))


def records_to_table(records: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """
    Return records, as plain values of their msgspec types, as a table of that schema.

    Columns that no record has are null.
    """
    import pyarrow as pa

    arrays = [
        pa.array([_cell(record.get(field.name)) for record in records], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _cell(value: Any) -> Any:
    """Return one value as its column holds it."""
    if isinstance(value, dict):
        return _to_json(value).decode()
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def with_metadata(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their metadata read: an object, empty where there is none."""
    return [{**row, "metadata": _from_json(row["metadata"] or "{}")} for row in rows]


def json_text(value: dict[str, Any] | None) -> str | None:
    """Return a JSON object as the text of a column; nothing for an empty one."""
    return _to_json(value).decode() if value else None
