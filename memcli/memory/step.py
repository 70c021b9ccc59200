"""Steps: what a command does to a store in one transaction, worked out before the lock is taken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from memcli.jsonl import Row
from memcli.memory.conflicts import HARMLESS, refuse_conflicts

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from memcli.memory.known_ids import KnownIds
    from memcli.memory.tombstones import Barred
    from store import Commit, Snapshot, Store, Transaction

Item = TypeVar("Item")


def _itself(row: Any) -> Any:
    return row


class Tally:
    """What a step did, in numbers: the fields of a dataclass."""

    def to_json(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        return {name: _sorted_counts(value) for name, value in vars(self).items()}


def _sorted_counts(value: Any) -> Any:
    return dict(sorted(value.items())) if isinstance(value, Counter) else value


class Step(ABC):
    """
    One call of a command that changes a store: read, worked out, then written as one commit.

    command: what its commits are called; harmless: what others may do in between (see
    `refuse_conflicts`); may_shrink: whether memories may become fewer; is_allowed: whether it may
    write again what was purged.
    """

    command: str
    harmless: ClassVar[Collection[str] | None] = HARMLESS
    may_shrink: ClassVar[bool] = False
    is_allowed: bool = False
    tally: Tally

    def __init__(self, store: Store, now: datetime, snapshot: Snapshot | None = None) -> None:
        self.store = store
        self.now = now
        self.snapshot = snapshot or store.snapshot()

    @cached_property
    def known(self) -> KnownIds:
        """Which ids the store had when it was read."""
        from memcli.memory.known_ids import KnownIds

        return KnownIds(self.snapshot)

    @cached_property
    def barred(self) -> Barred:
        """What was purged, and what of that was kept back or let through."""
        from memcli.memory.tombstones import read_barred

        return read_barred(self.snapshot, self.is_allowed)

    def admitted(self, rows: Sequence[Item], fields: Callable[[Item], Row] = _itself) -> list[Item]:
        """
        Return the memories of some that may be written: what was purged before stays gone.

        fields: gives the columns of one. All that writes memories which it was given, or reads out
        of others, asks here; `barred` counts what was kept back. What the store has is let through.
        """
        if not self.barred:
            return list(rows)
        columns = [fields(row) for row in rows]
        suspect = [each["id"] for each in columns if self.barred.bars(each)]
        known = {
            id_
            for id_, is_known in zip(suspect, self.known.contains(suspect), strict=True)
            if is_known
        }
        pairs = zip(rows, columns, strict=True)
        return [row for row, each in pairs if each["id"] in known or self.barred.admits(each)]

    def may_tell(self, row: Row) -> bool:
        """Say whether a memory that a program wrote may be: neither it nor a sentence is gone."""
        return self.barred.admits_words(row) and bool(self.admitted([row]))

    def mark(self, name: str) -> int:
        """Return a watermark as it was when the store was read; 0 where there was none."""
        return self.snapshot.commit.watermarks.get(name, 0)

    @property
    def _is_empty(self) -> bool:
        """Say whether there is nothing to write, as far as is known without the lock."""
        return False

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        return self.tally.to_json()

    # ---------------------------------------------------------------- writing

    def commit(self, arguments: dict[str, Any]) -> Commit | None:
        """Write what was worked out; None when nothing changes, not even a watermark."""
        if self._is_empty:
            return None
        return self.store.write(self.command, self._write_all, arguments, self.may_shrink)

    def _write_all(self, transaction: Transaction) -> Commit | None:
        """Write it on a head; on object storage again, on a newer one, if another was faster."""
        self._catch_up(transaction)
        self._write(transaction)
        if "barred" in vars(self):
            self.barred.lift(transaction, self.now)
        marks = self._watermarks(transaction)
        transaction.watermarks |= {str(name): number for name, number in marks.items()}
        return self._publish(transaction)

    def _catch_up(self, transaction: Transaction) -> None:
        """Raise CommitConflict where others changed what was read."""
        refuse_conflicts(self.store, self.snapshot.commit, transaction.head, self.harmless)

    @abstractmethod
    def _write(self, transaction: Transaction) -> None:
        """Write what was worked out."""

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        """Return the watermarks that are true from now on (`memcli.memory.watermarks`)."""
        return {}

    def _publish(self, transaction: Transaction) -> Commit | None:
        """Make it the head, if anything changed."""
        return transaction.publish() if transaction.changed else None

    def has_moved(self, transaction: Transaction) -> bool:
        """Say whether others wrote since the store was read."""
        return transaction.head.number != self.snapshot.commit.number

    def fresh(
        self, transaction: Transaction, batches: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Yield rows of memories without those that another writer has added meanwhile."""
        from memcli.memory.known_ids import KnownIds

        late = KnownIds(transaction) if self.has_moved(transaction) else None
        for batch in batches:
            yield batch if late is None else late.without(batch)


class NightlyStep(Step):
    """A step that finds out by itself what is left to do, as the nightly run wants it."""

    def is_done(self) -> bool:
        """Say whether its watermarks tell that nothing is left."""
        return False

    @abstractmethod
    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Work out what is left, with a namespace in it only; `progress` gets counts of rows."""


class PlannedStep(Step):
    """A step that is worked out anew where others wrote meanwhile, instead of being refused."""

    def __init__(self, store: Store, now: datetime) -> None:
        super().__init__(store, now)
        self.plan()

    @abstractmethod
    def plan(self) -> None:
        """Work out what changes in `snapshot`."""

    def _catch_up(self, transaction: Transaction) -> None:
        """Work it out anew under the lock, so that two who write at once both succeed."""
        from store import Snapshot

        if self.has_moved(transaction):
            self.snapshot = Snapshot(self.store.layout, transaction.head)
            self.plan()


def given_options(**options: Any) -> dict[str, Any]:
    """
    Return what a commit keeps of a command's arguments: what was given, as JSON values.

    Commits are never changed, so that no secret may be among them.
    """
    kept = {name: value for name, value in options.items() if value not in (None, False, [], ())}
    return {name: _without_secrets(value) for name, value in kept.items()}


def _without_secrets(value: Any) -> Any:
    """Return an argument as a JSON value in which no text has a secret."""
    if isinstance(value, str | Path):
        from memcli.language.secrets import find_secrets, redact

        return redact(str(value), find_secrets(str(value)))
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value
