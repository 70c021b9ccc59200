"""Retention by level: how much is left of turns, and of each kind of what sums them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.jsonl import Row
from memcli.memory.lessons import kind_of
from memcli.retention.state_changes import weighed_tables

if TYPE_CHECKING:
    from memcli.retention.anchors import MemoryTable
    from memcli.retention.decay import DecayStep

# What is of a level and has no kind of its own.
PLAIN: Final = {0: "turn", 1: "statement", 2: "segment", 3: "session", 4: "other"}
# By the first of its tags.
KINDS: Final = frozenset(
    "day week month topic running concept lesson profile trait task suggestion".split()
)
LOWEST_ABOVE: Final = 3
ABOVE: Final = f"level >= {LOWEST_ABOVE}"
COLUMNS: Final = ("level", "of", "memories", "retention", "lowest", "dormant", "archived")


def by_level(step: DecayStep, namespace: str | None) -> list[Row]:
    """
    Return for each kind of memory how many there are and how much is left of them, as rows.

    retention: the mean, in [0, 1], and the `lowest`; dormant and archived: how many are in that
    state. What never fades has a retention too, which then decides nothing.
    """
    rows = step.snapshot.rows(["id", "tags"], f"{ABOVE} AND session_id IS NULL")
    above = {row["id"]: kind_of(row["tags"]) for row in rows}
    found: dict[tuple[int, str], _Kind] = {}
    for known, verdict in weighed_tables(step.snapshot, step.now, step.settings):
        kinds = _kinds(known, above)
        inside = np.ones(len(known), bool) if namespace is None else known.namespaces == namespace
        for level in np.unique(known.levels[inside]).tolist():
            of_level = inside & (known.levels == level)
            for of in set(kinds[of_level].tolist()):
                is_one = of_level & (kinds == of)
                kind = found.setdefault((level, of), _Kind())
                kind.add(verdict.retention[is_one], known.states[is_one])
    return [
        {"kind": "row", "v": 1, "level": level, "of": of, **kind.numbers()}
        for (level, of), kind in sorted(found.items())
    ]


@dataclass
class _Kind:
    """What memories of one kind have in common, added up."""

    memories: int = 0
    retention: float = 0.0
    lowest: float = 1.0
    states: Counter[str] = field(default_factory=Counter)

    def add(self, left: np.ndarray, states: np.ndarray) -> None:
        """Add memories of which so much is left, and their states."""
        self.memories += len(left)
        self.retention += float(left.sum())
        self.lowest = min(self.lowest, float(left.min()))
        self.states.update(states.tolist())

    def numbers(self) -> Row:
        """Return what is said of the kind."""
        return {
            "memories": self.memories,
            "retention": round(self.retention / self.memories, 4),
            "lowest": round(self.lowest, 4),
            "dormant": self.states["dormant"],
            "archived": self.states["archived"],
        }


def _kinds(known: MemoryTable, above: Mapping[str, str | None]) -> np.ndarray:
    """Return what each memory is at its level, [n]; above: the kinds of what has no session."""
    kinds = np.full(len(known), "other", dtype=object)
    for level, name in PLAIN.items():
        kinds[known.levels == level] = name
    where = np.flatnonzero(known.levels >= LOWEST_ABOVE)
    for at, id_ in zip(where.tolist(), known.ids_at(where), strict=True):
        of = above.get(id_)
        kinds[at] = of if of in KINDS else kinds[at]
    return kinds
