"""Rows of any Arrow table, such as a user's SQL gives, as JSON values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from memcli import jsonl
from memcli.memory.arrow import shortest_decimals
from store.errors import BadUsage

if TYPE_CHECKING:
    import pyarrow as pa
Cell: TypeAlias = Any
Json: TypeAlias = Any


def rows_to_records(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield each row as a record of kind `row`; a column called kind or v wins."""
    names = table.column_names
    for batch in table.to_batches(max_chunksize=4_096):
        columns = [_column_values(*column) for column in zip(names, batch.columns, strict=True)]
        for values in zip(*columns, strict=True):
            yield {"kind": "row", "v": 1, **dict(zip(names, values, strict=True))}


def _column_values(name: str, column: pa.Array) -> list[Json]:
    """Return a column as JSON values; BadUsage for what neither JSON nor Python can hold."""
    import pyarrow as pa

    try:
        if pa.types.is_float32(column.type):
            return [json_value(value) for value in shortest_decimals(column)]
        if pa.types.is_timestamp(column.type):
            # Nanoseconds are cut off; times that are too far away are not.
            is_finer = column.type.unit == "ns"
            column = column.cast(pa.timestamp("us", "UTC"), safe=not is_finer)
        return [json_value(value) for value in column.to_pylist()]
    except (ValueError, OverflowError) as error:
        what = f"column {name!r} holds values that have no form in JSON"
        raise BadUsage(what, "cast it to VARCHAR") from error


def json_value(value: Cell) -> Json:
    """Return one cell as JSON has it: times with Z, whole decimals as integers."""
    match value:
        case str() | bool() | int() | None:
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [json_value(item) for item in value]
        case dict():
            return {str(key): json_value(item) for key, item in value.items()}
        case _:
            return _as_text(value)


def _as_text(value: Cell) -> Json:
    """Return what JSON has no type for as text."""
    match value:
        case datetime():
            return jsonl.format_time(value if value.tzinfo else value.replace(tzinfo=UTC))
        case date() | time():
            return value.isoformat()
        case timedelta():
            return f"{value.total_seconds():g} s"
        case bytes():
            return value.decode(errors="backslashreplace")
        case (int(months), int(days), int(nanoseconds)):
            return f"P{months}M{days}DT{nanoseconds / 1e9:g}S"
        case tuple():
            return [json_value(item) for item in value]
        case _:
            return str(value)
