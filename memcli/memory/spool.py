"""Spool of Arrow batches until they are written: in memory while few, then in a file."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from memcli.memory.scratch import close, scratch_file, write_errors

if TYPE_CHECKING:
    import pyarrow as pa

IN_MEMORY_BYTES: Final = 8 << 20


class Spool:
    """
    A queue of record batches of one schema that can be read more than once.

    The file has no name, so nothing is left behind however the process ends; it is closed when
    the queue is no longer used.
    """

    def __init__(
        self, schema: pa.Schema, folder: Path, in_memory_bytes: int = IN_MEMORY_BYTES
    ) -> None:
        self.schema = schema
        self.rows = 0
        self._folder = folder
        self._room = in_memory_bytes
        self._batches: list[pa.RecordBatch] = []
        self._file: IO[bytes] | None = None
        self._writer: Any = None

    def append(self, batch: pa.RecordBatch) -> None:
        """Add a batch; StoreIOError when the disk is full."""
        self.rows += batch.num_rows
        if self._writer is None and batch.nbytes <= self._room:
            self._room -= batch.nbytes
            self._batches.append(batch)
            return
        self._room = 0
        with write_errors(self._folder):
            writer = self._open_file()
            self._seek(os.SEEK_END)
            writer.write_batch(batch)

    def _open_file(self) -> Any:
        import pyarrow as pa

        if self._writer is None:
            self._file = scratch_file(self._folder)
            weakref.finalize(self, close, self._file)
            self._writer = pa.ipc.new_stream(self._file, self.schema)
        return self._writer

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches in the order in which they came; StoreIOError when the disk is full."""
        import pyarrow as pa

        yield from self._batches
        if self._writer is not None and self._file is not None:
            with write_errors(self._folder):  # what Python has in its buffer still has to go there
                self._seek(os.SEEK_SET)
            yield from pa.ipc.open_stream(self._file)

    def _seek(self, whence: int) -> None:
        if self._file is not None:
            self._file.seek(0, whence)

    def reader(self) -> pa.RecordBatchReader:
        """Return the batches as an Arrow stream."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self.schema, iter(self))
