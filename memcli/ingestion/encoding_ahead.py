"""Encoding ahead: turns are encoded beside the reading of the next, their parts beside those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.ingestion.turns import Turn, turn_words, turns_to_batch
from memcli.jsonl import Row
from memcli.memory.encoding import encoded_rows
from memcli.memory.search_columns import embedding_text
from memcli.memory.spool import Spool
from memcli.memory.windows import is_long, window_batches, window_spool
from schemas import tables

if TYPE_CHECKING:
    from pathlib import Path

    from memcli.models.encoder import Encoder


class EncodingAhead:
    """
    Rows of turns and of their windows, in the order in which they came.

    rows, windows: the spools of `folder` that they wait in; whole once `finish` has returned.
    """

    def __init__(self, encoder: Encoder, folder: Path, now: datetime) -> None:
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, folder)
        self.windows = window_spool(encoder.dimension, folder)
        self._encoder, self._now = encoder, now
        self._worker, self._beside = ThreadPoolExecutor(1), ThreadPoolExecutor(2)
        self._encoding: Future[None] | None = None
        self._windowing: Future[None] | None = None

    def submit(self, turns: list[Turn], attached: list[Row]) -> None:
        """Have turns, and rows of their attachments, encoded after those of the last call."""
        self._finish_turns()
        self._encoding = self._worker.submit(self._keep_all, turns, attached)

    def keep_memories(self, rows: list[Row], spool: Spool) -> None:
        """Encode memories that have their columns, and those windows that they should have."""
        self.finish()
        spool.append(encoded_rows(rows, self._encoder, self.schema))
        self._keep_windows(rows)

    def beside(self, work: Callable[[], None]) -> None:
        """Have other work done beside what follows; nobody waits for it."""
        self._beside.submit(work)

    def finish(self) -> None:
        """Wait for all that is being encoded."""
        self._finish_turns()
        self._finish_windows()

    def _keep_all(self, turns: list[Turn], attached: list[Row]) -> None:
        """Encode turns and attachments, while the next ones are being read."""
        if turns:
            self._keep(turns)
        if attached:
            rows = [{**row, "encoder": self._encoder.name} for row in attached]
            self.rows.append(encoded_rows(rows, self._encoder, self.schema))

    def _keep(self, turns: list[Turn]) -> None:
        """Encode turns and put them into the spool."""
        # What encodes is for the most part no Python, which can make the keys meanwhile.
        words = self._beside.submit(turn_words, turns)
        vectors = self._encoder.encode([embedding_text(turn._asdict()) for turn in turns])
        name = self._encoder.name
        batch = turns_to_batch(turns, words.result(), vectors, self.schema, self._now, name)
        self.rows.append(batch)
        self._finish_windows()
        parted = [turn._asdict() for turn in turns if is_long({"text": turn.text})]
        # Beside the next turns; after these, by which the encoder was loaded.
        self._windowing = self._beside.submit(self._keep_windows, parted) if parted else None

    def _keep_windows(self, rows: Sequence[Row]) -> None:
        """Encode the parts of those of some memories that are long turns."""
        for batch in window_batches(rows, self._encoder):
            self.windows.append(batch)

    def _finish_turns(self) -> None:
        if self._encoding is not None:
            self._encoding.result()
            self._encoding = None

    def _finish_windows(self) -> None:
        if self._windowing is not None:
            self._windowing.result()
            self._windowing = None
