"""Encoding: rows of memories with their vectors and search columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from memcli.memory.arrow import records_to_table
from memcli.memory.search_columns import embedding_text, vector_column

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder


def encoded_rows(
    rows: Sequence[dict[str, Any]], encoder: Encoder, schema: pa.Schema
) -> pa.RecordBatch:
    """Return memories with their search columns as rows of `memories`, vectors included."""
    vectors = encoder.encode([embedding_text(row) for row in rows])
    return rows_to_batch(
        [{**row, "vector": vector} for row, vector in zip(rows, vectors, strict=True)], schema
    )


def rows_to_batch(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Return memories with their search columns and vectors as rows of `memories`."""
    place = schema.get_field_index("vector")
    table = records_to_table(rows, schema.remove(place))
    vectors = vector_column(np.stack([row["vector"] for row in rows]), schema)
    table = table.add_column(place, schema.field(place), vectors)
    return table.combine_chunks().to_batches()[0]
