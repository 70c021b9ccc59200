"""Retention by level: how much is left of turns, and of each kind of what sums them up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.jsonl import Row
from memcli.memory.lessons import kind_of
from memcli.retention.anchors import MemoryTable
from memcli.retention.decay import StateChange

if TYPE_CHECKING:
    from memcli.retention.decay import DecayStep

# What is of a level and has no kind of its own.
PLAIN: Final = {0: "turn", 1: "statement", 2: "segment", 3: "session", 4: "other"}
# By the first of its tags.
KINDS: Final = frozenset(
    "day week month topic running concept lesson profile trait task suggestion".split()
)
ABOVE: Final = "level >= 3"
COLUMNS: Final = ("level", "of", "memories", "retention", "lowest", "dormant", "archived")


def by_level(step: DecayStep, namespace: str | None) -> list[Row]:
    """
    Return for each kind of memory how many there are and how much is left of them, as rows.

    retention: the mean, in [0, 1], and the `lowest`; dormant and archived: how many are in that
    state. What never fades has a retention too, which then decides nothing.
    """
    known = MemoryTable(step.snapshot, step.now, step.settings)
    left, names = StateChange(known).retention, _kinds(step, known)
    inside = np.ones(len(names), bool) if namespace is None else known.namespaces == namespace
    found = []
    for level, of in sorted(
        {(n[0], n[1]) for n, is_in in zip(names, inside, strict=True) if is_in}
    ):
        is_one = np.array([name == (level, of) for name in names], bool) & inside
        states = Counter(known.states[is_one].tolist())
        found.append(
            {
                "kind": "row",
                "v": 1,
                "level": level,
                "of": of,
                "memories": int(is_one.sum()),
                "retention": round(float(left[is_one].mean()), 4),
                "lowest": round(float(left[is_one].min()), 4),
                "dormant": states["dormant"],
                "archived": states["archived"],
            }
        )
    return found


def _kinds(step: DecayStep, known: MemoryTable) -> list[tuple[int, str]]:
    """Return the level of each memory and what it is there."""
    rows = step.snapshot.rows(["id", "tags"], f"{ABOVE} AND session_id IS NULL")
    above = {row["id"]: kind_of(row["tags"]) for row in rows}
    kinds = (
        (int(level), above.get(id_)) for id_, level in zip(known.ids, known.levels, strict=True)
    )
    return [(level, of if of in KINDS else PLAIN.get(level, "other")) for level, of in kinds]
