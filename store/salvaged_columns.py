"""
Salvaged columns: what can be read of a damaged data file, in the shape of its table.

A column is read in ever smaller parts where it cannot be read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from store import _lance
from store.errors import MemcliError

# So often a column of a damaged file is tried in smaller parts.
MOST_TRIES: Final = 2_000
UNIT_TOLERANCE: Final = 0.01
NONE: Final[Mapping[str, Any]] = {}


def readable_columns(path: Path, note: Callable[[str], None]) -> dict[str, pa.Array]:
    """Return the columns of a data file; `note` takes the names of those with unreadable rows."""
    found: dict[str, pa.Array] = {}
    with suppress(MemcliError):
        names, rows = _lance.file_columns(path)
        for name in names:
            tries = iter(range(MOST_TRIES))
            parts = list(_readable(path, name, 0, rows, tries))
            known = next((part for part in parts if isinstance(part, pa.Array)), None)
            if known is None or any(isinstance(part, int) for part in parts):
                note(name)
            if known is not None:
                found[name] = pa.concat_arrays(
                    [pa.nulls(p, known.type) if isinstance(p, int) else p for p in parts]
                )
    return found


def _readable(
    path: Path, name: str, start: int, rows: int, tries: Iterator[int]
) -> Iterator[pa.Array | int]:
    """Yield the rows of a column in parts, for a part that cannot be read how many they are."""
    if next(tries, None) is None:
        yield rows
        return
    try:
        yield _lance.file_column(path, name, start, rows)
    except MemcliError:
        if rows <= 1:
            yield rows
            return
        half = rows // 2
        yield from _readable(path, name, start, half, tries)
        yield from _readable(path, name, start + half, rows - half, tries)


def shaped(
    batch: pa.RecordBatch,
    schema: pa.Schema,
    note: Callable[[str], None],
    stand_ins: Mapping[str, Any] = NONE,
) -> pa.RecordBatch | None:
    """
    Return rows with the columns of a table, nulls for what lacks; None where none is left.

    stand_ins: what takes the place of values that may not be null, by the column.
    """
    batch = _stood_in(batch, schema, note, stand_ins)
    columns = [column for wanted in schema if (column := _column(batch, wanted, note)) is not None]
    if len(columns) < len(schema):
        return None
    is_full = np.ones(batch.num_rows, bool)
    for column, wanted in zip(columns, schema, strict=True):
        if not wanted.nullable:
            is_full &= column.is_valid().to_numpy(zero_copy_only=False)
    if not is_full.any():
        return None
    return pa.RecordBatch.from_arrays(columns, schema=schema).filter(pa.array(is_full))


def _stood_in(
    batch: pa.RecordBatch,
    schema: pa.Schema,
    note: Callable[[str], None],
    stand_ins: Mapping[str, Any],
) -> pa.RecordBatch:
    """Return rows with what stands in for values that cannot be read."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    for name, value in stand_ins.items():
        if name not in schema.names:
            continue
        wanted = schema.field(name).type
        known = columns.get(name, pa.nulls(batch.num_rows, wanted))
        if known.null_count and known.type == wanted:
            columns[name] = known.fill_null(pa.scalar(value, wanted))
            note(name)
    return pa.RecordBatch.from_pydict(columns)


def _column(
    batch: pa.RecordBatch, wanted: pa.Field, note: Callable[[str], None]
) -> pa.Array | None:
    """Return one column; None where it has another type, or is not there and may not be null."""
    if wanted.name in batch.schema.names:
        values = batch[wanted.name]
        if values.type != wanted.type:
            return None
        return _directions(values, note) if pa.types.is_fixed_size_list(wanted.type) else values
    if not wanted.nullable:
        return None
    if pa.types.is_fixed_size_list(wanted.type):
        return _directions(pa.nulls(batch.num_rows, wanted.type), note)
    return pa.nulls(batch.num_rows, wanted.type)


def _directions(
    vectors: pa.FixedSizeListArray, note: Callable[[str], None]
) -> pa.FixedSizeListArray:
    """Return vectors with zeros for what is none: that finds nothing, as a text without a word."""
    size = vectors.type.list_size
    flat = vectors.fill_null(pa.scalar([0.0] * size, vectors.type)).flatten()
    rows = flat.to_numpy(zero_copy_only=False).reshape(-1, size)
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(rows.astype(np.float32), axis=1)
        is_one = np.abs(norms - 1) < UNIT_TOLERANCE
    if vectors.null_count or not (is_one | (norms == 0)).all():
        note("vector")
    return pa.FixedSizeListArray.from_arrays(
        pa.array(np.where(is_one[:, None], rows, np.float16(0)).reshape(-1), flat.type), size
    )
