"""
Decay step: what has faded ranks lower, then is archived; what is recalled comes back.

Every memory's state follows from its anchors and the present alone, so that it does not matter how
often this runs; only rows of which the state or the count of recalls has changed are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.jsonl import Row
from memcli.memory.states import State
from memcli.memory.step import NightlyStep, Tally
from memcli.memory.watermarks import Watermark
from memcli.retention.anchors import DecaySettings, active_days, clock_day, count_recalls
from memcli.retention.learned import learned_of
from memcli.retention.state_changes import Transition, Transitions, Weighed, weighed_tables
from store.commits import read_commit
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Commit, Snapshot, Store, Transaction

# What states follow from is not changed by these.
NEUTRAL: Final = frozenset({"decay", "compact"})


@dataclass
class DecayTally(Tally):
    """What a decay did, in numbers."""

    memories: int = 0
    changes: Counter[str] = field(default_factory=Counter)


class DecayReading:
    """What a decay goes by in one state of a store, each read when it is first asked for."""

    def __init__(
        self, store: Store, snapshot: Snapshot, now: datetime, settings: DecaySettings
    ) -> None:
        self.store, self.snapshot, self.now, self.settings = store, snapshot, now, settings

    @cached_property
    def marks(self) -> dict[str, int]:
        """What the states follow from: they hold as long as none of it changes."""
        days = active_days(self.snapshot, self.now)
        used = len(days) or self.settings.counts_idle_days
        return {
            Watermark.DECAY_DAY: clock_day(days, self.now, self.settings) if used else 0,
            Watermark.DECAY_RECALLS: count_recalls(self.snapshot),
            Watermark.DECAY_COMMIT: last_change(self.store, self.snapshot.commit),
            Watermark.DECAY_SETTINGS: self.settings.fingerprint(),
        }

    @cached_property
    def weighed(self) -> Weighed:
        """What of all memories differs from what is kept of them."""
        return Weighed.of(weighed_tables(self.snapshot, self.now, self.settings))


class DecayStep(NightlyStep):
    """
    One call of `decay`; `only` limits the states that memories may come to.

    before: a step of the same settings; where nothing was written since, it has read all already.
    """

    command = "decay"

    def __init__(
        self,
        store: Store,
        settings: DecaySettings,
        now: datetime,
        only: frozenset[State] | None = None,
        before: DecayStep | None = None,
    ) -> None:
        super().__init__(store, now)
        self.settings = settings.with_model(learned_of(self.snapshot.commit.models))
        self.only = only
        self.read = DecayReading(store, self.snapshot, now, self.settings)
        if before is not None and before.snapshot.commit == self.snapshot.commit:
            self.read = before.read
        self.tally: DecayTally = DecayTally()
        self.changes: Sequence[Transition] = []
        self._marks: dict[str, int] = {}
        self._rows: pa.Table | None = None
        self._gone: list[str] = []
        self._back: list[str] = []

    def marks(self) -> dict[str, int]:
        """Return what the states follow from: they hold as long as none of it changes."""
        return dict(self.read.marks)

    def is_done(self) -> bool:
        """Say whether the states hold already."""
        if not (self.snapshot.count("memories") or self.snapshot.count("archive")):
            return True
        self._marks = self.marks()
        return self._is_marked()

    def _is_marked(self) -> bool:
        known = self.snapshot.commit.watermarks
        return all(known.get(name) == value for name, value in self._marks.items())

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Work out what changes; with a namespace, in it only."""
        weighed = self.read.weighed
        changed = weighed.changed
        if namespace is not None or self.only is not None:
            self._marks = {}  # of the others nothing is known
        inside = np.ones(len(changed), bool)
        if namespace is not None:
            inside = changed.namespaces == namespace
        self.tally.memories = weighed.counted(namespace)
        progress(self.tally.memories)
        moves = changed.moves
        if self.only is not None:
            moves = moves & np.isin(changed.after, list(self.only))
        moved = inside & moves
        self.changes = Transitions(changed, np.flatnonzero(moved), self.settings)
        was = changed.before == State.archived
        self._gone = changed.ids_at(moved & (changed.after == State.archived))
        self._back = changed.ids_at(moved & was)
        names = np.where(was, "restored", changed.after)[moved]
        self.tally.changes.update(names.tolist())
        written = np.flatnonzero(moved | (inside & changed.is_recounted))
        self._rows = changed.strengths(written, moves, self.now) if len(written) else None

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record, states beside memories."""
        return {"memories": self.tally.memories, **dict(sorted(self.tally.changes.items()))}

    @property
    def _is_empty(self) -> bool:
        return self._rows is None and self._is_marked()

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return self._marks

    def _write(self, transaction: Transaction) -> None:
        if self._rows is not None:
            transaction.upsert("strengths", self._rows, ["id"])
        transaction.move(*MEMORY_TABLES, self._gone)
        transaction.move(*MEMORY_TABLES[::-1], self._back)


def last_change(store: Store, head: Commit) -> int:
    """Return the number of the commit that made what states follow from as it is at `head`."""
    commit = head
    while earlier := commit.restores or (commit.parent if commit.command in NEUTRAL else None):
        commit = read_commit(store.layout.commits, earlier)
    return commit.number


def iter_rows(changes: Sequence[Transition]) -> Iterator[Row]:
    """Yield changes as records, those that go first."""
    order = {State.archived: 0, State.dormant: 1, State.active: 2, State.promoted: 3}
    for change in sorted(changes, key=lambda c: (order[c.after], c.retention, c.id)):
        yield change.to_json()
