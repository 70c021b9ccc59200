"""
The work of `extract`: turns in, statements, segments and summaries out, in one transaction.

What was extracted shows in the store itself: a turn that belongs to a segment is done. The
watermark in the head says how many those are, so that having nothing to do costs no search. A
session that grew is read anew as a whole: the same sentences give the same ids, so only what is
new is added, and segments that changed are superseded by those that took their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from memcli.extraction.derived import DerivedMemories, as_columns, derive
from memcli.extraction.updates import ReadingWithDecisions, Updates
from memcli.memory.conflicts import refuse_conflicts
from memcli.memory.encoding import rows_to_batch
from memcli.memory.known_ids import KnownIds
from memcli.memory.lookup import require_known
from memcli.memory.sessions import Session, SessionKey, pending_sessions, read_sessions
from memcli.memory.spool import Spool
from schemas import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from memcli.language.statements import Reading, Refused
    from memcli.models.encoder import Encoder
    from store import Commit, Store, Transaction

WATERMARK: Final = "extract"
SHOWN_REFUSED: Final = 1_000


@dataclass
class Tally:
    """What an extraction did, in numbers."""

    turns: int = 0
    sessions: int = 0
    statements: int = 0
    segments: int = 0
    summaries: int = 0
    superseded: int = 0
    contradicting: int = 0
    ungrounded: int = 0
    refused: list[Refused] = field(default_factory=list)

    def to_json(self) -> dict[str, int]:
        """Return the counts of a summary record."""
        return {name: value for name, value in vars(self).items() if name != "refused"}

    def count(self, derived: DerivedMemories) -> None:
        """Add what was made of a session."""
        self.sessions += 1
        self.turns += len(derived.session.rows)
        self.ungrounded += len(derived.refused)
        self.refused += derived.refused[: SHOWN_REFUSED - len(self.refused)]


class ExtractStep:
    """One call of `extract`."""

    def __init__(self, store: Store, encoder: Encoder, now: datetime) -> None:
        self.store = store
        self.encoder = encoder
        self.now = now
        self.snapshot = store.snapshot()
        self.schema = tables.memories(encoder.dimension)
        self.rows = Spool(self.schema, store.layout.root)
        self.tally = Tally()
        self.updates = Updates(self.snapshot, now)
        self._known = KnownIds(self.snapshot)
        self._left = 0
        self._turns = 0

    def pending(self, namespace: str | None, turn_ids: Sequence[str] | None) -> list[SessionKey]:
        """
        Return the sessions with turns that are not extracted yet.

        With `turn_ids`, those sessions only in which these turns are; InputNotFound when the store
        does not have one of them.
        """
        named = self._sessions_of(turn_ids) if turn_ids else None
        self._turns = self.snapshot.total("level = 0")
        if self._turns == self.snapshot.commit.watermarks.get(WATERMARK, 0):
            return []
        everywhere = pending_sessions(self.snapshot)
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

    def run(
        self,
        keys: Sequence[SessionKey],
        progress: Callable[[int], None] = lambda n: None,
        read: Callable[[Session], Reading] | None = None,
    ) -> None:
        """Read sessions and keep what is made of them; `read` is another extractor, if any."""
        for session in read_sessions(self.snapshot, keys):
            reading = read(session) if read else None
            derived = derive(session, self.encoder, self.now, reading)
            self.tally.count(derived)
            self._keep(derived)
            if isinstance(reading, ReadingWithDecisions):
                self.updates.rule(reading.decisions)
            progress(len(session.rows))
        self.updates.settle()

    def _keep(self, derived: DerivedMemories) -> None:
        """Put what is new of a session into the spool."""
        rows = derived.rows()
        known = self._known.contains([row["id"] for row in rows])
        new = [row for row, is_known in zip(rows, known, strict=True) if not is_known]
        counts = [sum(row["level"] == level for row in new) for level in (1, 2, 3)]
        self.tally.statements += counts[0]
        self.tally.segments += counts[1]
        self.tally.summaries += counts[2]
        if known.any() or derived.session.key.pending < derived.session.key.turns:
            self.updates.replace_parts(derived)
        self.updates.add(new)
        if new:
            self.rows.append(rows_to_batch([as_columns(row) for row in new], self.schema))

    # ---------------------------------------------------------------- writing

    def commit(self, arguments: dict[str, Any]) -> Commit | None:
        """Write what was made; None when there was nothing new and the watermark is true."""
        moved_mark = self.snapshot.commit.watermarks.get(WATERMARK, 0) != self._done()
        if not (self.rows.rows or self.updates.changes or moved_mark):
            return None
        with self.store.transaction("extract", arguments) as transaction:
            refuse_conflicts(self.store, self.snapshot.commit, transaction.head)
            late = None
            if transaction.head.number != self.snapshot.commit.number:
                late = KnownIds(transaction)
            self._write(transaction, late)
            transaction.watermarks[WATERMARK] = self._done()
            return transaction.publish()

    def _done(self) -> int:
        return self._turns - self._left

    def _write(self, transaction: Transaction, late: KnownIds | None) -> None:
        patched = (self.updates.patched(batch) for batch in fresh(self.rows, late))
        first = next(patched, None)
        if first is not None:
            batches = (batch for some in ([first], patched) for batch in some)
            transaction.append("memories", pa.RecordBatchReader.from_batches(self.schema, batches))
        self.updates.write(transaction)
        self.tally.superseded = self.updates.superseded
        self.tally.contradicting = self.updates.contradicting


def fresh(batches: Iterable[pa.RecordBatch], late: KnownIds | None) -> Iterator[pa.RecordBatch]:
    """Yield rows without those that another writer has added meanwhile."""
    for batch in batches:
        if late is not None:
            batch = batch.filter(pa.array(~late.contains(batch["id"].to_pylist())))
        if batch.num_rows:
            yield batch
