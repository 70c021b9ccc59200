"""Reembedding: every memory of a store encoded anew, by another encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from memcli.memory.search_columns import embedding_text, vector_column
from memcli.memory.spool import Spool
from memcli.memory.step import Step
from memcli.memory.windows import (
    missing_windows,
    rows_with_windows,
    window_batches,
    window_spool,
    write_windows,
)
from schemas.tables import memories
from store.layout import MEMORY_TABLES, WINDOWS

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store, Transaction


class ReembedStep(Step):
    """
    One call of `reembed`: rows with the new vectors, spooled before the lock is taken.

    Whatever is written meanwhile is a conflict: it has vectors of the encoder before.
    """

    command = "reembed"
    harmless = frozenset()

    def __init__(self, store: Store, now: datetime, encoder: Encoder) -> None:
        super().__init__(store, now)
        self.encoder, self.stamp = encoder, encoder.stamp()
        self.rows = sum(map(self.snapshot.count, MEMORY_TABLES))
        self._spools: dict[str, Spool] = {}
        self._windows = window_spool(encoder.dimension, self.snapshot.layout.work)

    @cached_property
    def is_done(self) -> bool:
        """Whether the store has the encoder already, and windows of all its long turns."""
        return self.stamp == self.snapshot.encoder and not missing_windows(self.snapshot)

    @property
    def _is_empty(self) -> bool:
        return self.is_done

    def run(self, progress: Callable[[int], None] = lambda n: None) -> None:
        """Encode the memories; `progress` gets counts of rows."""
        for table in MEMORY_TABLES:
            spool = Spool(memories(self.encoder.dimension), self.snapshot.layout.work)
            for batch in self._encoded_batches(table, spool.schema, progress):
                spool.append(batch)
            self._spools[table] = spool
        for windows in window_batches(rows_with_windows(self.snapshot), self.encoder):
            self._windows.append(windows)

    def _encoded_batches(
        self, table: str, schema: pa.Schema, progress: Callable[[int], None]
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a table with their new vectors and the encoder's name."""
        columns = [name for name in schema.names if name != "vector"]
        for batch in self.snapshot.scan(table, columns):
            rows = batch.select(["text", "level", "context"]).to_pylist()
            vectors = self.encoder.encode([embedding_text(row) for row in rows], progress)
            new = dict(zip(batch.schema.names, batch.columns, strict=True))
            new["encoder"] = pa.repeat(pa.scalar(self.encoder.name, pa.string()), batch.num_rows)
            new["vector"] = vector_column(vectors, schema)
            yield pa.RecordBatch.from_arrays([new[name] for name in schema.names], schema=schema)

    def _write(self, transaction: Transaction) -> None:
        transaction.set_encoder(self.stamp)
        for table, spool in self._spools.items():
            transaction.overwrite(table, spool.reader())
        if transaction.has(WINDOWS):
            transaction.overwrite(WINDOWS, self._windows.reader())
        else:
            write_windows(transaction, self._windows)

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        return {"memories": self.rows, "encoder": self.stamp.name}
