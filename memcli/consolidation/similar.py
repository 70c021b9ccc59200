"""Similar memories: nearest neighbours, near-duplicates, support by another speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.mixture import upper_members
from memcli.algorithms.nearest import nearest_rows
from memcli.jsonl import Row
from memcli.language.near_duplicates import near_duplicate_groups
from memcli.memory.arrow import with_metadata
from memcli.memory.holds import holding, holds
from memcli.memory.writing import link_row
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# MemGAS looks at the thirty nearest; an edge needs at least this cosine.
N_NEAREST: Final = 30
LEAST_COSINE: Final = 0.4
MAX_OUT: Final = 6
MAX_IN: Final = 12
# Up to this many new statements are looked up one by one in the index of the store.
MAX_SEARCHES: Final = 200
DUPLICATE_COSINE: Final = 0.85
DUPLICATE_JACCARD: Final = 0.8
COLUMNS: Final = (
    "id namespace level type text context keywords tags entities subject attribute value speaker "
    "session_id seq happened_at valid_from valid_to superseded_by source_ids metadata vector"
).split()


@dataclass
class Duplicates:
    """Which statements were merged into which, the sources of what stays, and links that say so."""

    merged: dict[str, str] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    links: list[Row] = field(default_factory=list)


class SimilarMemories:
    """New statements of one namespace among all that it has."""

    def __init__(
        self, snapshot: Snapshot, namespace: str, new: Sequence[Row], now: datetime
    ) -> None:
        self.snapshot = snapshot
        self.now = now
        self.new = [row for row in new if row["type"] != "vault" and holds(row, now)]
        inside = f"namespace = {quoted([namespace])}"
        self._where = f"level = 1 AND type != 'vault' AND {inside} AND {holding(now)}"
        self.rows = {row["id"]: row for row in self.new}
        self._ids: list[list[str | None]] = []
        self._cosines: np.ndarray = np.zeros((0, 0))
        if self.new:
            self._ids, self._cosines = self._nearest()

    def _nearest(self) -> tuple[list[list[str | None]], np.ndarray]:
        """Return for each new statement the ids [k] and cosines [k] of those nearest to it."""
        if len(self.new) <= MAX_SEARCHES:
            return self._searched()
        table = self.snapshot.read("memories", ["id", "vector"], self._where)
        ids = table["id"].to_pylist()
        flat = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        base = flat.reshape(len(ids), -1).astype(np.float32)
        place = {id_: index for index, id_ in enumerate(ids)}
        queries = base[[place[row["id"]] for row in self.new]]
        found = nearest_rows(queries, base, N_NEAREST + 1)
        named = [[ids[i] if i >= 0 else None for i in row] for row in found.indices]
        return self._without_self(named, found.cosines.astype(np.float64))

    def _searched(self) -> tuple[list[list[str | None]], np.ndarray]:
        """Return the same by one search in the store's index for each."""
        named: list[list[str | None]] = []
        cosines = np.full((len(self.new), N_NEAREST + 1), np.nan)
        for index, row in enumerate(self.new):
            vector = np.asarray(row["vector"], np.float32)
            found = self.snapshot.nearest(vector, N_NEAREST + 1, ["id"], self._where)
            ids: list[str | None] = found["id"].to_pylist()
            cosines[index, : len(ids)] = found["cosine"].to_numpy()
            named.append([*ids, *[None] * (N_NEAREST + 1 - len(ids))])
        return self._without_self(named, cosines)

    def _without_self(
        self, named: list[list[str | None]], cosines: np.ndarray
    ) -> tuple[list[list[str | None]], np.ndarray]:
        for index, row in enumerate(self.new):
            for place, id_ in enumerate(named[index]):
                if id_ is None or id_ == row["id"]:
                    named[index][place], cosines[index, place] = None, np.nan
        return named, cosines

    # ---------------------------------------------------------------- links

    def similar(self, without: Collection[str] = ()) -> list[Row]:
        """
        Return links to the neighbours that stand out among the nearest (MemGAS).

        The nearest are parted by a mixture of two components; those of the upper one are linked. No
        statement gets more than MAX_OUT links, nor more than MAX_IN from others.
        """
        if not self.new:
            return []
        members = upper_members(self._cosines, MAX_OUT, LEAST_COSINE)
        wanted = [
            (float(self._cosines[i, j]), row["id"], str(self._ids[i][j]))
            for i, row in enumerate(self.new)
            for j in np.flatnonzero(members[i])
            if row["id"] not in without and self._ids[i][j] not in without
        ]
        degree = self._in_degrees({target for _, _, target in wanted})
        links, met = [], set()
        for cosine, source, target in sorted(wanted, key=lambda w: (-w[0], w[1], w[2])):
            pair = (min(source, target), max(source, target))
            if pair in met or degree[target] >= MAX_IN:
                continue
            met.add(pair)
            degree[target] += 1
            reason = f"cosine {cosine:.2f}, among the nearest"
            links.append(link_row(source, target, "similar", round(cosine, 4), reason, self.now))
        return links

    def _in_degrees(self, targets: Collection[str]) -> Counter[str]:
        """Return how many statements each of some old ones is similar to already."""
        old = sorted(set(targets) - {row["id"] for row in self.new})
        rows = self.snapshot.read_ids("links", old, ["target_id", "relation"], on="target_id")
        pairs = zip(rows["target_id"].to_pylist(), rows["relation"].to_pylist(), strict=True)
        return Counter(target for target, relation in pairs if relation == "similar")

    def duplicates(self) -> Duplicates:
        """Return which statements say the same as one of the new ones, or as a newer old one."""
        return merge_groups(self._candidates(), self.now)

    def _candidates(self) -> list[Row]:
        """Return the new statements and the old ones that are very near."""
        near = {
            str(id_)
            for ids, cosines in zip(self._ids, self._cosines, strict=True)
            for id_, cosine in zip(ids, cosines, strict=True)
            if id_ is not None and cosine >= DUPLICATE_COSINE
        }
        self._read(sorted(near - self.rows.keys()))
        return [self.rows[id_] for id_ in sorted({*near, *(row["id"] for row in self.new)})]

    def _read(self, ids: Sequence[str]) -> None:
        """Read old statements that new ones have to do with."""
        rows = self.snapshot.rows_of(ids, COLUMNS, tables=["memories"])
        self.rows.update((row["id"], row) for row in with_metadata(rows))

    @cached_property
    def texts(self) -> dict[str, str]:
        """The texts of all statements that were read."""
        return {id_: row["text"] for id_, row in self.rows.items()}


def merge_groups(rows: Sequence[Row], now: datetime) -> Duplicates:
    """Return which of some statements, facts left out, say the same as a newer one of them."""
    result = Duplicates()
    rows = sorted((row for row in rows if row["attribute"] is None), key=_age)
    for group in near_duplicate_groups(
        [row["text"] for row in rows],
        DUPLICATE_JACCARD,
        lambda a, b: _same_scene(rows[a], rows[b]),
    ):
        *others, last = (rows[i] for i in sorted(group))
        sources = [s for row in (last, *others) for s in row["source_ids"] or ()]
        result.sources[last["id"]] = list(dict.fromkeys(sources))
        reason = "says the same; merged, with all sources"
        for other in others:
            result.merged[other["id"]] = last["id"]
            result.links.append(link_row(last["id"], other["id"], "supersedes", 1.0, reason, now))
    return result


def _same_scene(one: Row, other: Row) -> bool:
    """Say whether two statements in the same words can mean the same."""
    who = ("speaker", "subject")
    if any(one[name] != other[name] for name in who):
        return False
    if one["type"] != "episodic" and other["type"] != "episodic":
        return True
    return _day(one) == _day(other)


def _day(row: Row) -> date | None:
    moment: datetime | None = row["valid_from"]
    return moment.date() if moment else None


def _age(row: Row) -> tuple[bool, float, str]:
    moment = row["happened_at"]
    return moment is None, moment.timestamp() if moment else 0.0, row["id"]
