"""Reembedding: every memory of a store encoded anew, by another encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
from store.errors import ClusterFailed
from store.layout import MEMORY_TABLES, WINDOWS

if TYPE_CHECKING:
    from memcli.memory.workers import Workers
    from memcli.models.encoder import Encoder
    from store import Snapshot, Store, Transaction
    from store.commits import EncoderStamp

# A second or less for a static encoder, some minutes for a transformer: one killed loses no more.
ROWS_A_PART: Final = 8_192
TEXTS: Final = ("text", "level", "context")


class Rows(NamedTuple):
    """Rows of a table of memories, in the order in which they were written."""

    table: str
    start: int
    length: int


@dataclass(frozen=True)
class Encoding:
    """The task of encoding rows by an encoder: its name or folder, and which one that must be."""

    encoder: str
    stamp: EncoderStamp

    def open(self, store: Store, snapshot: Snapshot) -> Callable[[Rows], pa.Array]:
        """Return what gives the vectors of rows; ClusterFailed where it is another encoder."""
        from memcli.memory.encoders import load_encoder

        encoder = load_encoder(self.encoder)
        if encoder.stamp() != self.stamp:
            what = f"a worker has another encoder under the name {self.encoder}"
            raise ClusterFailed(what, "put the same one on each node, at the same path")
        return lambda rows: encoded(snapshot, rows, encoder)


def encoded(snapshot: Snapshot, rows: Rows, encoder: Encoder) -> pa.Array:
    """Return the vectors of rows as a column of `memories`."""
    read = snapshot.scan(rows.table, TEXTS, limit=rows.length, offset=rows.start)
    texts = [embedding_text(row) for batch in read for row in batch.to_pylist()]
    return vector_column(encoder.encode(texts), memories(encoder.dimension))


class ReembedStep(Step):
    """
    One call of `reembed`: rows with the new vectors, spooled before the lock is taken.

    Whatever is written meanwhile is a conflict: it has vectors of the encoder before.
    """

    command = "reembed"
    harmless = frozenset()

    def __init__(self, store: Store, now: datetime, encoder: Encoder, named: str = "") -> None:
        """`named`: how workers find the encoder, where there are any."""
        super().__init__(store, now)
        self.encoder, self.stamp = encoder, encoder.stamp()
        self._named = named or encoder.name
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

    def run(
        self, progress: Callable[[int], None] = lambda n: None, workers: Workers | None = None
    ) -> None:
        """Encode the memories, here or by workers; `progress` gets counts of rows."""
        schema = memories(self.encoder.dimension)
        self._spools = {name: Spool(schema, self.snapshot.layout.work) for name in MEMORY_TABLES}
        parts = list(self._parts())
        for rows, vectors in zip(parts, self._encoded(parts, workers), strict=True):
            self._keep(rows, vectors)
            progress(rows.length)
        for windows in window_batches(rows_with_windows(self.snapshot), self.encoder):
            self._windows.append(windows)

    def _parts(self) -> Iterator[Rows]:
        """Yield all rows, in parts that are encoded together."""
        for table in MEMORY_TABLES:
            total = self.snapshot.count(table)
            for start in range(0, total, ROWS_A_PART):
                yield Rows(table, start, min(ROWS_A_PART, total - start))

    def _encoded(self, parts: list[Rows], workers: Workers | None) -> Iterator[pa.Array]:
        if workers is None:
            return (encoded(self.snapshot, rows, self.encoder) for rows in parts)
        return workers.map(Encoding(self._named, self.stamp), self.snapshot, parts)

    def _keep(self, rows: Rows, vectors: pa.Array) -> None:
        """Put rows with their new vectors and the encoder's name into the spool."""
        spool = self._spools[rows.table]
        columns = [name for name in spool.schema.names if name != "vector"]
        done = 0
        for batch in self.snapshot.scan(rows.table, columns, limit=rows.length, offset=rows.start):
            new = dict(zip(batch.schema.names, batch.columns, strict=True))
            new["encoder"] = pa.repeat(pa.scalar(self.encoder.name, pa.string()), batch.num_rows)
            new["vector"] = vectors.slice(done, batch.num_rows)
            done += batch.num_rows
            arrays = [new[name] for name in spool.schema.names]
            spool.append(pa.RecordBatch.from_arrays(arrays, schema=spool.schema))

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
