"""Rows of memories with their vectors."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from memcli.memory.encoding import encoded_rows, rows_to_batch
from memcli.memory.search_columns import search_columns
from memcli.models.encoder import Encoder
from schemas import tables

ENCODER = Encoder.load("static-256")
MOMENT = datetime(2025, 3, 1, tzinfo=UTC)


def row(id_, text, **fields):
    common = {"namespace": "n", "type": "semantic", "level": 1, "recorded_at": MOMENT}
    made = {"id": id_, "text": text, **common, "encoder": ENCODER.name, **fields}
    return {**made, **search_columns(made)}


def test_each_row_has_the_vector_of_its_text_with_its_context():
    rows = [row("a", "She moved to Lund.", context="Of Wilma:"), row("b", "The boat is red.")]
    batch = encoded_rows(rows, ENCODER, tables.memories(ENCODER.dimension))
    assert batch.schema.equals(tables.memories(ENCODER.dimension))
    assert batch["id"].to_pylist() == ["a", "b"]
    vectors = np.array(batch["vector"].to_pylist())
    expected = ENCODER.encode(["Of Wilma: She moved to Lund.", "The boat is red."])
    assert np.allclose(vectors, expected, atol=1e-3)


def test_vectors_that_are_there_are_taken_as_they_are():
    vector = np.eye(8, dtype=np.float32)[3]
    batch = rows_to_batch([{**row("a", "x"), "vector": vector}], tables.memories(8))
    assert batch["vector"].to_pylist() == [vector.tolist()]
