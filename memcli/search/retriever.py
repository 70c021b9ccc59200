"""
Retriever: candidates from the store, ranked, one hit for a statement and its turn.

The ranking itself is in algorithms/ranking.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from memcli.algorithms.answerability import (
    answer_signs,
    answerability,
    calibrated,
    certainty,
    expected,
    lead_signs,
)
from memcli.algorithms.evidence import Candidates
from memcli.algorithms.neighbours import neighbours_behind
from memcli.algorithms.ranking import Ranking, rank_candidates
from memcli.algorithms.weights import Weights
from memcli.language.messages import cut_question
from memcli.memory.fragments import cut_rows, hidden_fragments
from memcli.memory.states import read_strengths
from memcli.records import Hit, Window
from memcli.search.candidates import CandidateSource
from memcli.search.found import Found
from memcli.search.hops import second_hop
from memcli.search.overviews import with_overviews
from memcli.search.signals import Asked, SignalReader, read_columns, said_within, without_repeats
from memcli.search.timings import Timings
from memcli.search.weights import calibration, fitted_weights
from memcli.search.windows import PLACE

if TYPE_CHECKING:
    from memcli.memory.filters import Filters
    from memcli.memory.glossary import Glossary
    from memcli.models.encoder import Encoder
    from store import Snapshot

# What is shown of a hit: of these columns some come with the candidates, the rest is read.
SHOWN: Final = (
    *"id text level namespace speaker session_id happened_at source_ids".split(),
    *PLACE,
)
READ: Final = ("type", "ref", "metadata")
# With so many candidates of the time asked for, the store is not searched again for that time.
ENOUGH_WITHIN: Final = 50


class Retriever:
    """Answers questions from one snapshot with one encoder, which may still be loading."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Callable[[], Encoder],
        weights: Weights | None = None,
    ) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self.weights = weights or fitted_weights()
        self.candidates = CandidateSource(snapshot, encoder, self.weights.window)
        self.signals = SignalReader(snapshot, encoder)
        self.hops: tuple[str, ...] = ()
        self._hides = True
        self._glossaries: Future[list[Glossary]] | None = None
        # Where the last hits stand, by their id: what is shown around them is looked up by it.
        self.places: dict[str, tuple[Any, Any, Any]] = {}

    @property
    def timings_ms(self) -> dict[str, float]:
        """How long each step of the last search took."""
        return self.candidates.timings.ms

    def search(
        self,
        query: str,
        top_k: int,
        filters: Filters,
        everything: bool = False,
        *,
        now: datetime | None = None,
    ) -> list[Hit]:
        """
        Return the `top_k` best hits for a question, best first.

        `everything` also looks among superseded, hidden and archived memories. `now` is when the
        question is asked, unless the filters say so: what "last week" is counted from.
        """
        self.candidates.timings = Timings()
        query = cut_question(query)
        glossaries = self._begin_glossaries()
        found = self.ranked(query, filters, everything, now)
        self._hides = not everything
        found = self._reworded(found, glossaries, filters, everything, now)
        if found.rows.num_rows:
            found = second_hop(
                found, self.signals, lambda name: self.ranked(name, filters, everything, now)
            )
            found = self._heeding(found, filters)
            found = with_overviews(found, self.candidates, self.signals, filters)
        self.hops = found.hops
        return self.hits(found, top_k)

    def _begin_glossaries(self) -> Future[list[Glossary]]:
        """Begin to read which names mean the same, while the question is searched for."""
        if self._glossaries is None:
            pool = ThreadPoolExecutor(1)
            self._glossaries = pool.submit(_glossaries_of, self.snapshot)
            pool.shutdown(wait=False)
        return self._glossaries

    def _reworded(
        self,
        found: Found,
        glossaries: Future[list[Glossary]],
        filters: Filters,
        everything: bool,
        now: datetime | None,
    ) -> Found:
        """Return what was found with what other names of the things asked for bring."""
        inside = [one for one in glossaries.result() if filters.namespace in (None, one.namespace)]
        if not inside:
            return found
        from memcli.search.rewording import with_rewordings

        def ask(wording: str, namespace: str) -> Found:
            return self.ranked(wording, replace(filters, namespace=namespace), everything, now)

        return with_rewordings(found, inside, ask, self.signals)

    def _heeding(self, found: Found, filters: Filters) -> Found:
        """Return what was found with what feedback on nearly the same question moves."""
        verdicts = self.snapshot.commit.verdicts
        if not verdicts:
            return found
        from memcli.search.verdicts import heeding

        return heeding(found, verdicts, self._encoder(), filters.moment)

    def hits(self, found: Found, top_k: int) -> list[Hit]:
        """Return the best of what was found as hits, best first."""
        if not found.rows.num_rows:
            return []
        measure = self.candidates.timings.measure
        groups = measure("group", lambda: self._groups(found.rows, found.ranking, top_k))
        shown = found.rows.take([best for best, *_ in groups])
        placed = (shown[name].to_pylist() for name in ("namespace", "session_id", "seq"))
        self.places = dict(zip(shown["id"].to_pylist(), zip(*placed, strict=True), strict=True))
        return measure("show", lambda: self._hits(groups, found))

    def ranked(
        self, query: str, filters: Filters, everything: bool = False, now: datetime | None = None
    ) -> Found:
        """Return the candidates of a question and their order, with calibrated scores."""
        asked, rows = self.find(query, filters, everything, now)
        timings = self.candidates.timings
        candidates = self.signals.read(asked, rows, timings)
        ranking, answerable = timings.measure("rank", lambda: self.rank(candidates))
        return Found(asked, rows, candidates, ranking, answerable)

    def rank(self, candidates: Candidates) -> tuple[Ranking, float]:
        """
        Return the order of candidates, and how likely the question has an answer among them.

        The best score is how likely the first of them is it.
        """
        ranking = rank_candidates(candidates, self.weights)
        signs = answer_signs(candidates, ranking, self.weights)
        answerable = answerability(signs, calibration())
        first = certainty(lead_signs(candidates, ranking), calibration())
        sureness = expected(answerable, calibration()) * first
        ranking = neighbours_behind(calibrated(ranking, sureness), candidates)
        return ranking, answerable

    def find(
        self, query: str, filters: Filters, everything: bool = False, now: datetime | None = None
    ) -> tuple[Asked, pa.Table]:
        """Return what is read from a question, and its candidate rows (`CandidateSource.find`)."""
        rows = self.candidates.find(query, filters, everything)
        asked = Asked.of(query, filters.as_of or now, rows)
        near = asked.near(filters)
        if near is not None and said_within(rows, near) < ENOUGH_WITHIN:
            # A question that names a day and little else has its answers among all of the store's.
            more = self.candidates.find(query, near, everything)
            rows = without_repeats(pa.concat_tables([rows, more]))
        if filters.namespace is not None:
            # Looked at again here: a filter of the user's (--where) must not open another one.
            inside = [name == filters.namespace for name in rows["namespace"].to_pylist()]
            rows = rows.filter(pa.array(inside, pa.bool_()))
        return asked, rows

    def _groups(self, rows: pa.Table, ranking: Ranking, top_k: int) -> list[list[int]]:
        """Return hits as groups of row indices, best first."""
        levels = rows["level"].to_pylist()
        if 1 not in levels:
            return [[int(index)] for index in ranking.order[:top_k]]
        ids, sources = rows["id"].to_pylist(), rows["source_ids"].to_pylist()
        return group_by_source(ids, levels, sources, ranking.order, top_k)

    def _shown_columns(self, rows: pa.Table, indices: Sequence[int]) -> list[dict[str, Any]]:
        """Return what is shown of some candidates, in their order."""
        shown = rows.take(list(indices))
        read = read_columns(self.snapshot, shown, READ).to_pylist()
        known = shown.select(SHOWN).to_pylist()
        return [_with_place(row | more) for row, more in zip(known, read, strict=True)]

    def _hits(self, groups: list[list[int]], found: Found) -> list[Hit]:
        """Return the hits of groups of rows; the score is that of the first of each."""
        members = [index for group in groups for index in group]
        rows = self._in_sight(self._shown_columns(found.rows, members))
        read = dict(zip(members, rows, strict=True))
        refs = self._refs([[read[i] for i in group] for group in groups])
        strengths = read_strengths(self.snapshot, [row["id"] for row in read.values()])
        for row in read.values():
            row["retention"] = strengths.get(row["id"], {}).get("retention")
        return [
            _hit(rank, read[_shown(group, read)], group[0], found, group_refs)
            for rank, (group, group_refs) in enumerate(zip(groups, refs, strict=True), 1)
        ]

    def _in_sight(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows without the fragments that are hidden, unless all is asked for."""
        return cut_rows(rows, self.hidden_fragments) if self._hides else rows

    @cached_property
    def hidden_fragments(self) -> dict[str, set[int]]:
        """The numbers of the fragments of turns that are out of sight."""
        hidden = self.candidates.unseen_ids
        return hidden_fragments(self.snapshot, hidden) if hidden else {}

    def _refs(self, groups: list[list[dict[str, Any]]]) -> list[list[str]]:
        """Return the callers' ids behind each group: of its own rows and of those they cite."""
        known = {row["id"]: row["ref"] for group in groups for row in group}
        behind = [
            list(dict.fromkeys(i for row in group for i in (row["id"], *(row["source_ids"] or ()))))
            for group in groups
        ]
        missing = sorted({id_ for group in behind for id_ in group} - known.keys())
        if missing:
            rows = self.snapshot.rows_of(missing, ["id", "ref"])
            known.update((row["id"], row["ref"]) for row in rows)
        found_refs = ([ref for id_ in group if (ref := known.get(id_))] for group in behind)
        # A statement keeps the ref of its turn.
        return [list(dict.fromkeys(refs)) for refs in found_refs]


def _glossaries_of(snapshot: Snapshot) -> list[Glossary]:
    """Return the glossaries of a store; most have none, and need nothing of what reads them."""
    if not snapshot.count("entities", "canonical_id IS NOT NULL"):
        return []
    from memcli.memory.glossary import read_glossaries

    return read_glossaries(snapshot)


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


def _shown(group: Sequence[int], read: Mapping[int, dict[str, Any]]) -> int:
    """Return the row that is shown of a group: the best, or a turn whose secret that leaves out."""
    turns = [index for index in group if read[index]["level"] == 0]
    return turns[0] if turns and read[group[0]]["type"] == "vault" else group[0]


def _with_place(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is read of a hit with its place in its file, or in its turn, for metadata."""
    metadata = row.pop("metadata")
    place = {name: row.pop(name) for name in PLACE}
    if place["start"] is not None:
        row = {**row, "window": Window(**place)}
    if not metadata or '"file"' not in metadata:
        return row
    read = json.loads(metadata)
    file, line = read.get("file"), read.get("line")
    is_place = isinstance(file, str) and isinstance(line, int)
    return {**row, "file": file, "line": line} if is_place else row


def _hit(
    rank: int,
    row: dict[str, Any],
    best: int,
    found: Found,
    refs: list[str],
) -> Hit:
    """Return a hit of the row that stands for it, the candidate with index `best`."""
    ranking, candidates = found.ranking, found.candidates
    return Hit(
        v=1,
        rank=rank,
        score=round(float(ranking.scores[best]), 6),
        refs=refs,
        why={name: round(float(part[best]), 6) for name, part in ranking.shares.items()},
        signals={
            "bm25": round(float(candidates.lexical[best]), 4),
            "cosine": round(float(candidates.cosine[best]), 4),
            "answerable": round(found.answerable, 4),
        },
        **row,
    )
