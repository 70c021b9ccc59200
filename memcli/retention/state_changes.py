"""
State changes: the state that each memory should be in, and what differs from what is kept.

Memories are weighed some at a time, turns before what was made of them; only of those whose state
or count of recalls has changed anything is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.algorithms import decay
from memcli.jsonl import Row
from memcli.memory.states import State
from memcli.retention.anchors import (
    DecaySettings,
    MemoryReader,
    MemoryTable,
    heat,
    retention,
    stability_days,
)
from schemas import tables

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from store import Snapshot

# What can be read again in turns that are still there weighs less, at each level of memories: as a
# key of these turns it stays of use when it is archived. Facts about somebody are used as they are.
AT_HAND: Final[Mapping[int, float]] = {1: 0.6, 2: 0.5, 3: 0.5}
# In the order of the numbers of algorithms.decay.
STATES: Final = (State.active.value, State.dormant.value, State.archived.value)


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


class StateChange:
    """
    The state that each memory of a table should be in, [n] in the order of `known`.

    before, after: values of State; importance: with what its sources being at hand takes off.
    goes: which memories do not stay for what was made of them, by their places: read for that, and
    written for turns.
    """

    def __init__(self, known: MemoryTable, goes: np.ndarray) -> None:
        self.retention = known.by_policy(retention)
        self.stability = known.by_policy(stability_days)
        self.heat = known.by_policy(heat)
        self.idle_days = known.anchors.idle_days
        self.importance = known.anchors.importance.copy()
        self.is_promoted = (self.heat >= known.settings.promote_heat) & (known.n_recalls > 0)
        # What was brought back by hand is active, whatever it was before.
        self.before = known.states
        steps = self._decide(known, goes)
        self.after = np.array(STATES, dtype=object)[steps]
        self.after[self.is_promoted & (steps == decay.ACTIVE)] = State.promoted.value

    def _decide(self, known: MemoryTable, goes: np.ndarray) -> np.ndarray:
        """Return decay.ACTIVE, DORMANT or ARCHIVED, int [n]."""
        is_at_hand = self._at_hand(known, goes)
        for level, share in AT_HAND.items():
            self.importance[is_at_hand & (known.levels == level)] *= share
        found = decay.steps(
            self.retention,
            self.importance,
            known.is_kept | self.is_promoted,
            known.settings.thresholds,
        )
        is_turn = known.levels == 0
        goes[known.places[is_turn & ((found == decay.ARCHIVED) | known.is_fixed)]] = True
        return found

    def _at_hand(self, known: MemoryTable, goes: np.ndarray) -> np.ndarray:
        """Return which memories can be made again from what stays, bool [n]."""
        wholes, parts = known.parts
        sourced = np.zeros(len(known), bool)
        sourced[wholes] = True
        sourced[wholes[goes[parts]]] = False
        at_hand: np.ndarray = sourced & ~known.is_claim
        return at_hand


def weighed_tables(
    snapshot: Snapshot, now: datetime, settings: DecaySettings
) -> Iterator[tuple[MemoryTable, StateChange]]:
    """Yield all memories of a snapshot, some at a time, with the states that they should be in."""
    reader = MemoryReader(snapshot, now, settings)
    for known in reader.tables():
        yield known, StateChange(known, reader.index.goes)


@dataclass(frozen=True)
class Changed:
    """
    Memories whose state or count of recalls is another than what is kept, [n] each.

    ids, set_at, last_recalls: Arrow arrays; moves: whether the state is another, of what is not
    fixed; is_recounted: whether there are other recalls.
    """

    ids: Any
    namespaces: np.ndarray
    types: np.ndarray
    levels: np.ndarray
    before: np.ndarray
    after: np.ndarray
    retention: np.ndarray
    stability: np.ndarray
    heat: np.ndarray
    idle_days: np.ndarray
    importance: np.ndarray
    is_kept: np.ndarray
    is_fixed: np.ndarray
    moves: np.ndarray
    is_recounted: np.ndarray
    n_recalls: np.ndarray
    set_at: Any
    last_recalls: Any

    @classmethod
    def of(cls, known: MemoryTable, verdict: StateChange) -> Changed:
        """Return those of one table."""
        moves = (verdict.after != verdict.before) & ~known.is_fixed
        is_recounted = known.n_recalls != known.counted
        where = np.flatnonzero(moves | is_recounted)
        own: dict[str, Any] = {"moves": moves, "is_recounted": is_recounted}
        columns = {}
        for field in fields(cls):
            values = own.get(field.name, getattr(verdict, field.name, None))
            values = getattr(known, field.name) if values is None else values
            columns[field.name] = _taken(values, where)
        return cls(**columns)

    @classmethod
    def together(cls, some: Sequence[Changed]) -> Changed:
        """Return those of several tables as one."""
        return cls(**{f.name: _joined([getattr(one, f.name) for one in some]) for f in fields(cls)})

    def __len__(self) -> int:
        return len(self.namespaces)

    def ids_at(self, where: np.ndarray) -> list[str]:
        """Return the ids of some memories, given by a bool for each or by their indices."""
        ids: list[str] = _taken(self.ids, np.arange(len(self))[where]).to_pylist()
        return ids

    def strengths(self, where: np.ndarray, moves: np.ndarray, now: datetime) -> pa.Table:
        """
        Return rows of `strengths` of some, given by their indices.

        moves: which of all come to another state. Of what was set by hand, what says so and when is
        kept.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        set_at = _taken(self.set_at, where)
        after = np.where(moves, self.after, self.before)[where]
        schema = tables.strengths()
        columns = {
            "id": _taken(self.ids, where),
            "state": pa.array(after.astype(str)),
            "retention": pa.array(self.retention[where], pa.float32(), mask=self.is_fixed[where]),
            "stability_days": pa.array(
                self.stability[where],
                pa.float32(),
                mask=self.is_fixed[where] | set_at.is_valid().to_numpy(zero_copy_only=False),
            ),
            "n_accesses": pa.array(self.n_recalls[where], pa.int32()),
            "last_access_at": _taken(self.last_recalls, where),
            "recorded_at": pc.fill_null(set_at, pa.scalar(now, tables.TIME)),
        }
        return pa.table([columns[f.name] for f in schema], names=schema.names).cast(schema)


def _taken(values: Any, where: np.ndarray) -> Any:
    """Return some of the values of an array of NumPy or Arrow, given by their indices."""
    import pyarrow as pa

    return values[where] if isinstance(values, np.ndarray) else values.take(pa.array(where))


def _joined(some: Sequence[Any]) -> Any:
    import pyarrow as pa

    is_numpy = isinstance(some[0], np.ndarray)
    return np.concatenate(some) if is_numpy else pa.concat_arrays(some)


class Weighed:
    """What of all memories differs from what is kept of them, and how many there are."""

    def __init__(self, changed: Changed, counts: Counter[str]) -> None:
        self.changed, self._counts = changed, counts

    @classmethod
    def of(cls, weighed: Iterable[tuple[MemoryTable, StateChange]]) -> Weighed:
        """Return it from tables with their verdicts, of which there is one at least."""
        some, counts = [], Counter[str]()
        for known, verdict in weighed:
            some.append(Changed.of(known, verdict))
            counts.update(known.namespaces.tolist())
        return cls(Changed.together(some), counts)

    def counted(self, namespace: str | None) -> int:
        """Return how many memories there are, in a namespace if one is given."""
        return self._counts.total() if namespace is None else self._counts[namespace]


class Transitions(Sequence[Transition]):
    """What changes, each with its reason: put into words only where somebody reads them."""

    def __init__(self, changed: Changed, where: np.ndarray, settings: DecaySettings) -> None:
        self._changed, self._where, self._settings = changed, where, settings

    def __len__(self) -> int:
        return len(self._where)

    @cached_property
    def _ids(self) -> list[str]:
        return self._changed.ids_at(self._where)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        index, of = int(self._where[place]), self._changed
        return Transition(
            id=self._ids[place],
            namespace=str(of.namespaces[index]),
            type=str(of.types[index]),
            level=int(of.levels[index]),
            before=State(of.before[index]),
            after=State(of.after[index]),
            retention=float(of.retention[index]),
            importance=float(of.importance[index]),
            reason=self._reason(index),
        )

    def _reason(self, index: int) -> str:
        """Say why a memory comes to a state."""
        of, limits, after = self._changed, self._settings.thresholds, self._changed.after[index]
        left = f"retention {of.retention[index]:.3f}"
        idle = f"{of.idle_days[index]:.0f} days of use without a recall"
        importance = f"importance {of.importance[index]:.2f}"
        if after == State.archived:
            below = f"{left} < {limits.archive_below:g}, {importance} < {limits.importance_floor:g}"
            return f"{below}: {idle}"
        if after == State.dormant:
            return f"{left} < {limits.dormant_below:g}: {idle}"
        if after == State.promoted:
            return f"heat {of.heat[index]:.1f} >= {self._settings.promote_heat:g}"
        return "is kept" if of.is_kept[index] else f"{left}: recalled, or needed again"
