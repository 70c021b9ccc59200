"""Encoding ahead: turns are encoded beside the reading of the next, their parts beside those."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from memcli.ingestion.turns import Turn, turn_words, turns_to_batch
from memcli.jsonl import Row
from memcli.memory.encoding import encoded_rows
from memcli.memory.search_columns import embedding_text
from memcli.memory.spool import Spool
from memcli.memory.text_process import TextProcess
from memcli.memory.windows import is_long, window_batches, window_spool
from schemas import tables

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from memcli.memory.text_link import TextLink
    from memcli.models.encoder import Encoder

Result = TypeVar("Result")
# What `turn_words` gives.
Words: TypeAlias = dict[str, list[Any]]
# So many batches of the last turns are at hand until all is written, if they are no larger.
NEWEST: Final = 3
LARGEST_BYTES: Final = 4 << 20


class EncodingAhead:
    """
    Rows of turns and of their windows, in the order in which they came.

    rows, windows: the spools of `folder` that they wait in; whole once `finish` has returned.
    newest: the last rows of turns, without vectors and keys.
    """

    def __init__(
        self, encoder: Encoder, folder: Path, now: datetime, link: TextLink | None = None
    ) -> None:
        """`link`: to the process that makes search keys, where it has begun already."""
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, folder)
        self.windows = window_spool(encoder.dimension, folder)
        self.newest: deque[pa.RecordBatch] = deque(maxlen=NEWEST)
        self._encoder, self._now = encoder, now
        self._worker, self._beside = ThreadPoolExecutor(1), ThreadPoolExecutor(2)
        self._process = TextProcess(encoder, link)
        self._encoding: Future[None] | None = None
        self._windowing: Future[None] | None = None

    def submit(self, turns: list[Turn], attached: list[Row]) -> None:
        """Have turns, and rows of their attachments, encoded after those of the last call."""
        # What encodes is for the most part no Python, which can make the keys meanwhile: those of
        # the next turns too.
        words = self._beside.submit(turn_words, turns, self._process.search_keys)
        self._finish_turns()
        self._encoding = self._worker.submit(self._keep_all, turns, words, attached)

    def keep_memories(self, rows: list[Row], spool: Spool) -> None:
        """Encode memories that have their columns, and those windows that they should have."""
        self.finish()
        spool.append(encoded_rows(rows, self._encoder, self.schema))
        self._keep_windows(rows)

    def beside(self, work: Callable[[], Result]) -> Future[Result]:
        """Have other work done beside what follows."""
        return self._beside.submit(work)

    def finish(self) -> None:
        """Wait for all that is being encoded."""
        self._finish_turns()
        self._finish_windows()

    def close(self) -> None:
        """Finish, and end what worked beside."""
        self.finish()
        self._process.close()

    def _keep_all(self, turns: list[Turn], words: Future[Words], attached: list[Row]) -> None:
        """Encode turns and attachments, while the next ones are being read."""
        if turns:
            self._keep(turns, words)
        if attached:
            rows = [{**row, "encoder": self._encoder.name} for row in attached]
            self.rows.append(encoded_rows(rows, self._encoder, self.schema))

    def _keep(self, turns: list[Turn], words: Future[Words]) -> None:
        """Encode turns and put them into the spool."""
        vectors = self._encoder.encode([embedding_text(turn._asdict()) for turn in turns])
        name = self._encoder.name
        batch = turns_to_batch(turns, words.result(), vectors, self.schema, self._now, name)
        self.rows.append(batch)
        told = batch.drop_columns(["vector", "keys"])
        if told.nbytes <= LARGEST_BYTES:
            self.newest.append(told)
        self._finish_windows()
        parted = [turn._asdict() for turn in turns if is_long({"text": turn.text})]
        # Beside the next turns; after these, by which the encoder was loaded.
        self._windowing = self._beside.submit(self._keep_windows, parted) if parted else None

    def _keep_windows(self, rows: Sequence[Row]) -> None:
        """Encode the parts of those of some memories that are long turns."""
        for batch in window_batches(rows, self._encoder, self._process.keys_and_vectors):
            self.windows.append(batch)

    def _finish_turns(self) -> None:
        if self._encoding is not None:
            self._encoding.result()
            self._encoding = None

    def _finish_windows(self) -> None:
        if self._windowing is not None:
            self._windowing.result()
            self._windowing = None
