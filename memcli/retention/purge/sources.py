"""Purge of sources: the files that are followed no longer name what is gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from memcli.memory.arrow import records_to_table

if TYPE_CHECKING:
    import pyarrow as pa


def changed_sources(
    batch: pa.RecordBatch, gone: Collection[str], texts: Collection[str]
) -> pa.RecordBatch:
    """Return the rows of a batch of `sources`, without ids that are gone and paths that say it."""
    from store.traces import forms, rows_with, without_texts

    batch = without_texts(batch, ("session_id", "reason"), sorted(texts))
    wanted = [form for text in sorted(texts) for form in forms(text)]
    said = {row for name in ("path", "origin") for row in rows_with(batch[name], wanted)}
    rows = [
        {**row, **{name: _left(row[name], gone) for name in ("memory_ids", "left_ids")}}
        for number, row in enumerate(batch.to_pylist())
        if number not in said
    ]
    table = records_to_table(rows, batch.schema).combine_chunks()
    return table.to_batches()[0] if rows else batch.slice(0, 0)


def _left(ids: list[str] | None, gone: Collection[str]) -> list[str] | None:
    return None if ids is None else [id_ for id_ in ids if id_ not in gone]
