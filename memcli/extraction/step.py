"""
Extract step: turns in, statements, segments and summaries out, in one transaction.

What was extracted shows in the store itself: a turn that belongs to a segment is done. The
watermark in the head says how many those are, so that having nothing to do costs no search. A
session that grew is read anew as a whole: the same sentences give the same ids, so only what is
new is added, and segments that changed are superseded by those that took their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Protocol

from memcli.config import settings_of
from memcli.extraction.decisions import ReadingWithDecisions
from memcli.extraction.derived import derive
from memcli.extraction.parts import Extracted, ExtractedPart, as_extracted, parts_of
from memcli.extraction.reader import GrammarReader, open_reader
from memcli.extraction.statements import known_by
from memcli.extraction.updates import CLAIM_COLUMNS, Updates
from memcli.memory.lookup import require_known
from memcli.memory.sessions import Session, SessionKey, pending_sessions, read_sessions
from memcli.memory.spool import Spool
from memcli.memory.states import forgotten_ids
from memcli.memory.step import Step, Tally
from memcli.memory.tombstones import Barred, read_forgotten
from memcli.memory.watermarks import Watermark
from schemas import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from memcli.extraction.statements import Reading, Refused, Statement
    from memcli.jsonl import Row
    from memcli.memory.workers import Workers
    from memcli.models.encoder import Encoder
    from store import Snapshot, Store, Transaction

SHOWN_REFUSED: Final = 1_000
UPDATED_COLUMNS: Final = ("level", *CLAIM_COLUMNS)


@dataclass
class ExtractTally(Tally):
    """What an extraction did, in numbers."""

    turns: int = 0
    sessions: int = 0
    statements: int = 0
    segments: int = 0
    summaries: int = 0
    superseded: int = 0
    contradicting: int = 0
    ungrounded: int = 0


class SessionReader(Protocol):
    """What reads conversations: the built-in reader, or one with a language model."""

    def read(self, sessions: Iterable[Session]) -> Iterator[tuple[Session, Reading]]:
        """Yield what each session states, in order."""


class ExtractStep(Step):
    """One call of `extract`; refused: the first statements that were not grounded."""

    command = Watermark.EXTRACT

    def __init__(
        self, store: Store, encoder: Encoder, now: datetime, snapshot: Snapshot | None = None
    ) -> None:
        super().__init__(store, now, snapshot)
        self.encoder = encoder
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, store.layout.work)
        self.tally: ExtractTally = ExtractTally()
        self.refused: list[Refused] = []
        self.updates = Updates(self.snapshot, now)
        self._left = 0
        self._turns = 0

    def pending(self, namespace: str | None, turn_ids: Sequence[str] | None) -> list[SessionKey]:
        """
        Return the sessions with turns that are not extracted yet.

        With `turn_ids`, those sessions only in which these turns are; InputNotFound when the store
        does not have one of them. Where what was purged is allowed, all are to be read again.
        """
        named = self._sessions_of(turn_ids) if turn_ids else None
        self._turns = self.snapshot.total("level = 0")
        again = self.is_allowed and bool(self.barred)
        if self._turns == self.mark(Watermark.EXTRACT) and not again:
            return []
        everywhere = pending_sessions(self.snapshot, everything=again)
        wanted = everywhere
        if namespace is not None:
            wanted = [key for key in wanted if key.namespace == namespace]
        if named is not None:
            wanted = [key for key in wanted if key[:2] in named]
        self._left = sum(key.pending for key in everywhere) - sum(key.pending for key in wanted)
        return wanted

    def _sessions_of(self, turn_ids: Sequence[str]) -> set[tuple[str, str | None]]:
        rows = require_known(self.snapshot, turn_ids, "ingest")
        return set(zip(rows["namespace"].to_pylist(), rows["session_id"].to_pylist(), strict=True))

    def limit(self, some: Sequence[SessionKey], pending: Sequence[SessionKey]) -> None:
        """State that only some of what is pending will be run: the others stay pending."""
        self._left += sum(key.pending for key in pending) - sum(key.pending for key in some)

    @cached_property
    def built_in(self) -> GrammarReader:
        """What reads sessions without a model."""
        settings = settings_of(self.store.layout)
        return open_reader(settings.extract.parser, settings.ingest.max_turn_bytes)

    def run(
        self,
        keys: Sequence[SessionKey],
        progress: Callable[[int], None] = lambda n: None,
        model: SessionReader | None = None,
        workers: Workers | None = None,
    ) -> None:
        """
        Read sessions and keep what is made of them.

        `model` reads in the built-in's place; without it, `workers` may read the parts.
        """
        for extracted in self._extracted(keys, model, workers):
            self._keep(extracted)
            self.updates.rule(extracted.decisions)
            progress(extracted.turns)
        self.updates.settle()
        self.tally.statements -= len(self.updates.dropped)

    def _extracted(
        self, keys: Sequence[SessionKey], model: SessionReader | None, workers: Workers | None
    ) -> Iterator[Extracted]:
        """Yield what is made of each session, in order, whoever reads it."""
        if model is not None:
            yield from self.read(keys, model)
        elif workers is None:
            for part in parts_of(keys):
                yield from self.read(part)
        else:
            task = Extraction(self.now, self.is_allowed)
            made: Iterator[ExtractedPart] = workers.map(task, self.snapshot, parts_of(keys))
            for each in made:
                self.barred.hold(each.held)
                yield from each.sessions

    def read(
        self, keys: Sequence[SessionKey], model: SessionReader | None = None
    ) -> Iterator[Extracted]:
        """Yield what is made of sessions that are read together."""
        for session, read in (model or self.built_in).read(read_sessions(self.snapshot, keys)):
            reading = self._without_gone(read, session.key.namespace)
            made = as_extracted(derive(session, self.encoder, self.now, reading), self.schema)
            if isinstance(reading, ReadingWithDecisions):
                made = replace(made, decisions=reading.decisions)
            yield made

    @cached_property
    def _forgotten(self) -> Barred:
        """The statements that were archived by hand."""
        return read_forgotten(self.snapshot)

    @cached_property
    def _forgotten_ids(self) -> set[str]:
        """The ids of what was archived by hand; a purge may have taken what such a turn said."""
        return forgotten_ids(self.snapshot)

    def _without_gone(self, reading: Reading, namespace: str) -> Reading:
        """Return a reading without the statements that were purged or forgotten before."""
        if not (self.barred or self._forgotten or self._forgotten_ids):
            return reading
        before = {s.id(namespace) for some in reading.statements for s in some}
        fields = partial(known_by, namespace=namespace)
        stay = [self._admitted(some, fields) for some in reading.statements]
        gone = before - {s.id(namespace) for some in stay for s in some}
        return reading.without(gone, stay)

    def _admitted(
        self, statements: Sequence[Statement], fields: Callable[[Statement], Row]
    ) -> list[Statement]:
        rows = [(each, fields(each)) for each in statements]
        left = [s for s, row in rows if not (self._forgotten.bars(row) or self._is_unsaid(row))]
        return self.admitted(left, fields)

    def _is_unsaid(self, row: Row) -> bool:
        """Say whether only turns have said it that were archived by hand."""
        return bool(row["source_ids"]) and self._forgotten_ids.issuperset(row["source_ids"])

    def _keep(self, made: Extracted) -> None:
        """Put what is new of a session into the spool."""
        import pyarrow as pa

        ids = made.rows["id"].to_pylist()
        known = self.known.contains(ids)
        rows = _plain(made.rows)
        new = [row for row, is_known in zip(rows, known, strict=True) if not is_known]
        counts = [sum(row["level"] == level for row in new) for level in (1, 2, 3)]
        self.tally.sessions += 1
        self.tally.turns += made.turns
        self.tally.ungrounded += len(made.refused)
        self.refused += made.refused[: SHOWN_REFUSED - len(self.refused)]
        self.tally.statements += counts[0]
        self.tally.segments += counts[1]
        self.tally.summaries += counts[2]
        if known.any() or made.key.pending < made.key.turns:
            self.updates.replace_parts(made.key, [row for row in rows if row["level"] > 1])
        self.updates.add(new)
        if new:
            self.rows.append(made.rows.filter(pa.array(~known)))

    # ---------------------------------------------------------------- writing

    @property
    def _is_empty(self) -> bool:
        moved = self.mark(Watermark.EXTRACT) != self._done()
        return not (self.rows.rows or self.updates.changes or moved)

    def _done(self) -> int:
        return self._turns - self._left

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return {Watermark.EXTRACT: self._done()}

    def _write(self, transaction: Transaction) -> None:
        rows = (batch for batch in self.fresh(transaction, self.rows) if batch.num_rows)
        transaction.append_batches("memories", map(self.updates.patched, rows))
        self.updates.write(transaction)
        self.tally.superseded = self.updates.superseded
        self.tally.contradicting = self.updates.contradicting


@dataclass(frozen=True)
class Extraction:
    """The task of reading sessions as the command does; is_allowed: what was purged too."""

    now: datetime
    is_allowed: bool = False

    def open(self, store: Store, snapshot: Snapshot) -> Callable[[list[SessionKey]], ExtractedPart]:
        """Return what reads a part, by the step of the command itself."""
        from memcli.memory.encoders import store_encoder

        encoder = store_encoder(snapshot.encoder, snapshot.layout)

        def read(keys: list[SessionKey]) -> ExtractedPart:
            # Each with a step of its own: what it keeps back is told once.
            step = ExtractStep(store, encoder, self.now, snapshot)
            step.is_allowed = self.is_allowed
            sessions = list(step.read(keys))
            return ExtractedPart(sessions, step.barred.held())

        return read


def _plain(rows: pa.RecordBatch) -> list[Row]:
    """Return what updates look at of rows, as plain values."""
    plain: list[Row] = rows.select(list(UPDATED_COLUMNS)).to_pylist()
    return [{**row, "metadata": json.loads(row["metadata"] or "{}")} for row in plain]
