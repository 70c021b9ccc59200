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
LOWEST_ABOVE: Final = 3
ABOVE: Final = f"level >= {LOWEST_ABOVE}"
COLUMNS: Final = ("level", "of", "memories", "retention", "lowest", "dormant", "archived")


def by_level(step: DecayStep, namespace: str | None) -> list[Row]:
    """
    Return for each kind of memory how many there are and how much is left of them, as rows.

    retention: the mean, in [0, 1], and the `lowest`; dormant and archived: how many are in that
    state. What never fades has a retention too, which then decides nothing.
    """
    known = MemoryTable(step.snapshot, step.now, step.settings)
    left, kinds = StateChange(known).retention, _kinds(step, known)
    inside = np.ones(len(known), bool) if namespace is None else known.namespaces == namespace
    found = []
    for level in np.unique(known.levels[inside]).tolist():
        of_level = inside & (known.levels == level)
        for of in sorted(set(kinds[of_level].tolist())):
            is_one = of_level & (kinds == of)
            states = Counter(known.states[is_one].tolist())
            numbers = {
                "memories": int(is_one.sum()),
                "retention": round(float(left[is_one].mean()), 4),
                "lowest": round(float(left[is_one].min()), 4),
                "dormant": states["dormant"],
                "archived": states["archived"],
            }
            found.append({"kind": "row", "v": 1, "level": level, "of": of, **numbers})
    return found


def _kinds(step: DecayStep, known: MemoryTable) -> np.ndarray:
    """Return what each memory is at its level, [n]."""
    kinds = np.full(len(known), "other", dtype=object)
    for level, name in PLAIN.items():
        kinds[known.levels == level] = name
    rows = step.snapshot.rows(["id", "tags"], f"{ABOVE} AND session_id IS NULL")
    above = {row["id"]: kind_of(row["tags"]) for row in rows}
    where = np.flatnonzero(known.levels >= LOWEST_ABOVE)
    for at, id_ in zip(where.tolist(), known.ids_at(where), strict=True):
        of = above.get(id_)
        kinds[at] = of if of in KINDS else kinds[at]
    return kinds
