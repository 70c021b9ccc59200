"""
Search: candidates from the store, ranked, one hit for a statement and the turn it comes from.

The ranking itself is in algorithms/ranking.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from memcli.algorithms.ranking import (
    DEFAULT_WEIGHTS,
    Candidates,
    Ranking,
    Weights,
    rank_candidates,
    speaker_match,
)
from memcli.candidates import CandidateSource, turn_places
from memcli.states import read_strengths

if TYPE_CHECKING:
    from memcli.encoder import Encoder
    from memcli.filters import Filters
    from store.snapshot import Snapshot

SHOWN: Final = (
    "id",
    "text",
    "type",
    "level",
    "namespace",
    "speaker",
    "session_id",
    "happened_at",
    "source_ids",
    "ref",
)


@dataclass
class Hit:
    """One answer: a memory, and what it shares its place with."""

    rank: int
    score: float
    id: str
    text: str
    type: str
    level: int
    namespace: str
    refs: list[str]
    speaker: str | None
    session_id: str | None
    happened_at: datetime | None
    source_ids: list[str] | None
    ref: str | None
    why: dict[str, float]
    retention: float | None = None
    signals: dict[str, float] = field(default_factory=dict)


class Retriever:
    """Answers questions from one snapshot with one encoder, which may still be loading."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Callable[[], Encoder],
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> None:
        self.snapshot = snapshot
        self.weights = weights
        self.candidates = CandidateSource(snapshot, encoder, weights.window)

    @property
    def timings_ms(self) -> dict[str, float]:
        """How long each step of the last search took."""
        return self.candidates.timings.ms

    def search(
        self, query: str, top_k: int, filters: Filters, everything: bool = False
    ) -> list[Hit]:
        """
        Return the `top_k` best hits for a question, best first.

        `everything` also looks among superseded, hidden and archived memories.
        """
        rows = self.candidates.find(query, filters, everything)
        if filters.namespace is not None:
            # Looked at again here: a filter of the user's (--where) must not open another one.
            inside = [name == filters.namespace for name in rows["namespace"].to_pylist()]
            rows = rows.filter(pa.array(inside, pa.bool_()))
        if not rows.num_rows:
            return []
        measure = self.candidates.timings.measure
        candidates = as_candidates(query, rows)
        ranking = measure("rank", lambda: rank_candidates(candidates, self.weights))
        groups = measure("group", lambda: self._groups(rows, ranking, top_k))
        return measure("show", lambda: self._hits(rows, groups, ranking, candidates))

    def _groups(self, rows: pa.Table, ranking: Ranking, top_k: int) -> list[list[int]]:
        """Return hits as groups of row indices, best first."""
        levels = rows["level"].to_pylist()
        if 1 not in levels:
            return [[int(index)] for index in ranking.order[:top_k]]
        ids = [row["id"] for row in self._read(rows, range(rows.num_rows), ("id",))]
        return group_by_source(ids, levels, rows["source_ids"].to_pylist(), ranking.order, top_k)

    def _read(
        self, rows: pa.Table, indices: Sequence[int], columns: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return columns of some candidates, which may be of several tables, in their order."""
        tables, row_ids = rows["table"].to_pylist(), rows["_rowid"].to_pylist()
        found: dict[int, dict[str, Any]] = {}
        for table in dict.fromkeys(tables[i] for i in indices):
            some = [i for i in indices if tables[i] == table]
            read = self.snapshot.take([row_ids[i] for i in some], columns, table)
            found.update(zip(some, read.to_pylist(), strict=True))
        return [found[i] for i in indices]

    def _hits(
        self,
        rows: pa.Table,
        groups: list[list[int]],
        ranking: Ranking,
        candidates: Candidates,
    ) -> list[Hit]:
        """Return the hits of groups of rows; the first of each stands for it."""
        members = [index for group in groups for index in group]
        read = dict(zip(members, self._read(rows, members, SHOWN), strict=True))
        refs = self._refs([[read[i] for i in group] for group in groups])
        strengths = read_strengths(self.snapshot, [row["id"] for row in read.values()])
        for row in read.values():
            row["retention"] = strengths.get(row["id"], {}).get("retention")
        return [
            _hit(rank, read[best], best, ranking, candidates, group_refs)
            for rank, ((best, *_), group_refs) in enumerate(zip(groups, refs, strict=True), 1)
        ]

    def _refs(self, groups: list[list[dict[str, Any]]]) -> list[list[str]]:
        """Return the callers' ids behind each group: of its own rows and of those they cite."""
        known = {row["id"]: row["ref"] for group in groups for row in group}
        behind = [
            list(dict.fromkeys(i for row in group for i in (row["id"], *(row["source_ids"] or ()))))
            for group in groups
        ]
        missing = sorted({id_ for group in behind for id_ in group} - known.keys())
        if missing:
            for table in (
                ("memories", "archive") if self.snapshot.count("archive") else ("memories",)
            ):
                found = self.snapshot.read_ids(table, missing, ["id", "ref"])
                known.update(zip(found["id"].to_pylist(), found["ref"].to_pylist(), strict=True))
        found_refs = ([ref for id_ in group if (ref := known.get(id_))] for group in behind)
        # A statement keeps the ref of its turn.
        return [list(dict.fromkeys(refs)) for refs in found_refs]


def as_candidates(query: str, rows: pa.Table) -> Candidates:
    """Return the signals of candidate rows as arrays in their order."""
    speakers = [speaker or "" for speaker in rows["speaker"].to_pylist()]
    return Candidates(
        lexical=rows["bm25"].to_numpy(),
        cosine=rows["cosine"].to_numpy(),
        session=_session_codes(rows),
        seq=rows["seq"].fill_null(0).to_numpy(),
        speaker_match=speaker_match(query, speakers),
        superseded=np.array([s is not None for s in rows["superseded_by"].to_pylist()], bool)
        | rows["retired"].to_numpy(),
        words=rows["n_words"].fill_null(0).to_numpy(),
        statement_lexical=rows["statement_bm25"].to_numpy(),
        statement_cosine=rows["statement_cosine"].to_numpy(),
        segment_lexical=rows["segment_bm25"].to_numpy(),
        heirs=_heirs(rows),
        dormant=rows["dormant"].to_numpy(),
    )


def _heirs(rows: pa.Table) -> np.ndarray:
    """Return for each row the index of the row that replaced it, -1 for most, int [n]."""
    keys = zip(rows["table"].to_pylist(), rows["_rowid"].to_pylist(), strict=True)
    at = {key: index for index, key in enumerate(keys)}
    heirs = zip(rows["table"].to_pylist(), rows["heir"].to_pylist(), strict=True)
    return np.array([at.get(heir, -1) for heir in heirs], np.int64)


def _session_codes(rows: pa.Table) -> np.ndarray:
    """Return a number for each turn's session, -1 for rows that have no place of their own."""
    codes: dict[tuple[str, str], int] = {}
    return np.array(
        [
            -1 if place is None else codes.setdefault(place[:2], len(codes))
            for place in turn_places(rows)
        ],
        np.int64,
    )


def group_by_source(
    ids: Sequence[str],
    levels: Sequence[int],
    sources: Sequence[Sequence[str] | None],
    order: Sequence[int] | np.ndarray,
    top_k: int,
) -> list[list[int]]:
    """
    Return hits as groups of row indices, best first: a statement goes with its source turn.

    The first of a group, which has the best score, stands for it.
    """
    groups: dict[str, list[int]] = {}
    for index in map(int, order):
        cited = sources[index] or ()
        key = cited[0] if levels[index] == 1 and len(cited) == 1 else ids[index]
        if key in groups or len(groups) < top_k:
            groups.setdefault(key, []).append(index)
    return list(groups.values())


def _hit(
    rank: int,
    row: dict[str, Any],
    best: int,
    ranking: Ranking,
    candidates: Candidates,
    refs: list[str],
) -> Hit:
    """Return a hit of the row that stands for it, the candidate with index `best`."""
    return Hit(
        rank=rank,
        score=round(float(ranking.scores[best]), 6),
        refs=refs,
        why={name: round(float(part[best]), 6) for name, part in ranking.shares.items()},
        signals={
            "bm25": round(float(candidates.lexical[best]), 4),
            "cosine": round(float(candidates.cosine[best]), 4),
        },
        **row,
    )
