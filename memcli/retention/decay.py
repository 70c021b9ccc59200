"""
Decay step: what has faded ranks lower, then is archived; what is recalled comes back.

Every memory's state follows from its anchors and the present alone, so that it does not matter how
often this runs; only rows of which the state or the count of recalls has changed are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.algorithms import decay
from memcli.jsonl import Row
from memcli.memory.states import State
from memcli.memory.step import NightlyStep, Tally
from memcli.memory.watermarks import Watermark
from memcli.retention.anchors import (
    DecaySettings,
    MemoryTable,
    active_days,
    clock_day,
    count_recalls,
    heat,
    retention,
    stability_days,
)
from memcli.retention.learned import learned_of
from schemas import tables
from store.commits import read_commit
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Commit, Snapshot, Store, Transaction

# What can be read again in turns that are still there weighs less, at each level of memories: as a
# key of these turns it stays of use when it is archived. Facts about somebody are used as they are.
AT_HAND: Final[Mapping[int, float]] = {1: 0.6, 2: 0.5, 3: 0.5}
# In the order of the numbers of algorithms.decay.
STATES: Final = (State.active.value, State.dormant.value, State.archived.value)
# What states follow from is not changed by these.
NEUTRAL: Final = frozenset({"decay", "compact"})


@dataclass
class Transition:
    """A memory whose state changes, and why."""

    id: str
    namespace: str
    type: str
    level: int
    before: State
    after: State
    retention: float
    importance: float
    reason: str

    def to_json(self) -> Row:
        """Return it as a row on the wire."""
        numbers = {
            "retention": round(self.retention, 4),
            "importance": round(self.importance, 3),
        }
        return {"kind": "row", "v": 1, **vars(self), **numbers}


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
    def memories(self) -> MemoryTable:
        """All memories, with what their retention rests on."""
        return MemoryTable(self.snapshot, self.now, self.settings)


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
        known = self.read.memories
        verdict = StateChange(known)
        inside = np.ones(len(known), bool)
        if namespace is not None:
            inside = known.namespaces == namespace
            self._marks = {}  # of the others nothing is known
        if self.only is not None:
            self._marks = {}
        self.tally.memories = int(inside.sum())
        progress(self.tally.memories)
        after = verdict.after.copy()
        fixed = known.is_fixed
        if self.only is not None:
            fixed = fixed | ~np.isin(after, list(self.only))
        after[fixed] = verdict.before[fixed]
        moved = inside & (after != verdict.before)
        self.changes = Transitions(known, verdict, after, np.flatnonzero(moved))
        was = verdict.before == State.archived
        self._gone = known.ids_of(moved & (after == State.archived))
        self._back = known.ids_of(moved & was)
        names = np.where(was, "restored", after)[moved]
        self.tally.changes.update(names.tolist())
        recounted = inside & (known.n_recalls != known.counted)
        changed = np.flatnonzero(moved | recounted)
        self._rows = _strengths(known, verdict, after, changed, self.now) if len(changed) else None

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


class StateChange:
    """
    The state that each memory of a store should be in, [n] in the order of `known`.

    before, after: values of State; importance: with what its sources being at hand takes off.
    """

    def __init__(self, known: MemoryTable) -> None:
        self.retention = known.by_policy(retention)
        self.stability = known.by_policy(stability_days)
        self.heat = known.by_policy(heat)
        self.idle_days = known.anchors.idle_days
        self.importance = known.anchors.importance.copy()
        self.is_promoted = (self.heat >= known.settings.promote_heat) & (known.n_recalls > 0)
        # What was brought back by hand is active, whatever it was before.
        self.before = known.states
        steps = self._decide(known)
        self.after = np.array(STATES, dtype=object)[steps]
        self.after[self.is_promoted & (steps == decay.ACTIVE)] = State.promoted.value

    def _decide(self, known: MemoryTable) -> np.ndarray:
        """Return decay.ACTIVE, DORMANT or ARCHIVED, int [n]: sources first, for they decide."""
        found = np.full(len(known), decay.ACTIVE)
        is_kept = known.is_kept | self.is_promoted
        for level in (0, 1, 2, 3, 4):
            if share := AT_HAND.get(level):
                self.importance[self._at_hand(known, level, found)] *= share
            where = np.flatnonzero(known.levels == level)
            found[where] = decay.steps(
                self.retention[where],
                self.importance[where],
                is_kept[where],
                known.settings.thresholds,
            )
        return found

    def _at_hand(self, known: MemoryTable, level: int, found: np.ndarray) -> np.ndarray:
        """Return the indices of a level's memories that can be made again from what stays."""
        wholes, parts = known.parts
        sourced = np.zeros(len(found), bool)
        sourced[wholes] = True
        gone = (found == decay.ARCHIVED) | known.is_fixed
        missing = gone[parts] & (known.levels[parts] == 0)
        sourced[wholes[missing]] = False
        return np.flatnonzero(sourced & (known.levels == level) & ~known.is_claim)


class Transitions(Sequence[Transition]):
    """What changes, each with its reason: put into words only where somebody reads them."""

    def __init__(
        self, known: MemoryTable, verdict: StateChange, after: np.ndarray, where: np.ndarray
    ) -> None:
        self._known, self._verdict = known, verdict
        self._after, self._where = after, where

    def __len__(self) -> int:
        return len(self._where)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        index = int(self._where[place])
        return _transition(self._known, self._verdict, index, self._after[index])


def _strengths(
    known: MemoryTable, verdict: StateChange, after: np.ndarray, where: np.ndarray, now: datetime
) -> pa.Table:
    """Return rows of `strengths`; of what was set by hand, what says so and when is kept."""
    import pyarrow as pa
    import pyarrow.compute as pc

    set_at = known.set_at.take(pa.array(where))
    schema = tables.strengths()
    columns = {
        "id": pa.array(known.ids_at(where), pa.string()),
        "state": pa.array(after[where].astype(str)),
        "retention": pa.array(verdict.retention[where], pa.float32(), mask=known.is_fixed[where]),
        "stability_days": pa.array(
            verdict.stability[where],
            pa.float32(),
            mask=known.is_fixed[where] | set_at.is_valid().to_numpy(zero_copy_only=False),
        ),
        "n_accesses": pa.array(known.n_recalls[where], pa.int32()),
        "last_access_at": known.last_recalls.take(pa.array(where)),
        "recorded_at": pc.fill_null(set_at, pa.scalar(now, tables.TIME)),
    }
    return pa.table([columns[field.name] for field in schema], names=schema.names).cast(schema)


def _transition(known: MemoryTable, verdict: StateChange, index: int, after: str) -> Transition:
    return Transition(
        id=known.id_at(index),
        namespace=str(known.namespaces[index]),
        type=str(known.types[index]),
        level=int(known.levels[index]),
        before=State(verdict.before[index]),
        after=State(after),
        retention=float(verdict.retention[index]),
        importance=float(verdict.importance[index]),
        reason=_reason(known, verdict, index, State(after)),
    )


def _reason(known: MemoryTable, verdict: StateChange, index: int, after: State) -> str:
    """Say why a memory comes to a state."""
    limits = known.settings.thresholds
    left = f"retention {verdict.retention[index]:.3f}"
    idle = f"{verdict.idle_days[index]:.0f} days of use without a recall"
    importance = f"importance {verdict.importance[index]:.2f}"
    if after is State.archived:
        below = f"{left} < {limits.archive_below:g}, {importance} < {limits.importance_floor:g}"
        return f"{below}: {idle}"
    if after is State.dormant:
        return f"{left} < {limits.dormant_below:g}: {idle}"
    if after is State.promoted:
        return f"heat {verdict.heat[index]:.1f} >= {known.settings.promote_heat:g}"
    return "is kept" if known.is_kept[index] else f"{left}: recalled, or needed again"


def iter_rows(changes: Sequence[Transition]) -> Iterator[Row]:
    """Yield changes as records, those that go first."""
    order = {State.archived: 0, State.dormant: 1, State.active: 2, State.promoted: 3}
    for change in sorted(changes, key=lambda c: (order[c.after], c.retention, c.id)):
        yield change.to_json()
