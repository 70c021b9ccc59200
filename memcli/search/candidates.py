"""
Candidates: what a query might be about, with what ranking needs of each row.

Dense and lexical candidates are searched for at the same time, then the turns around the best of
them are added. What ranking needs of the rows is read in one go: reading at random costs more by
the time than by the column. The rest follows for the few that are shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.memory.arrow import plain_array
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.states import State
from memcli.search.asked_facts import asked_facts
from memcli.search.key_expansion import KEY_COLUMNS, SEGMENT, STATEMENT, Key, read_keys
from memcli.search.keyed_rows import tells_fact, with_keys
from memcli.search.lookups import LEVELS_COMPARED, N_CANDIDATES, Lookups, compared, question_words
from memcli.search.places import turns_around
from memcli.search.prefilters import Bounds, both
from memcli.search.supersession import Supersession
from memcli.search.windows import (
    SHOWN_WHOLE,
    Best,
    Matched,
    WindowSearch,
    as_said_in_parts,
    with_places,
)

if TYPE_CHECKING:
    from memcli.memory.filters import Filters
    from memcli.models.encoder import Encoder
    from store import Snapshot
    from store.held import Place

# How many of the best candidates of each kind bring the turns around them.
N_LEADING: Final = 20
RANKED: Final = (
    "id",
    "text",
    "namespace",
    "speaker",
    "session_id",
    "seq",
    "source_ids",
    "n_words",
    "context",
    "happened_at",
    "extra",
    *HOLDS,
)
# Segments, sections, sessions, days and topics.
OVERVIEWS: Final = "level IN (2, 3)"


class CandidateSource(Lookups):
    """Finds candidates in one snapshot with one encoder, which may still be loading."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder], window: int) -> None:
        super().__init__(snapshot, encoder)
        self._window = window
        self._windows = WindowSearch(snapshot)

    def find(self, query: str, filters: Filters, everything: bool) -> pa.Table:
        """
        Return candidate rows, each once.

        Columns: RANKED, KEY_SCORES, `bm25`, `cosine`, `dormant`, `fact`, `table`, `_rowid`.

        `everything` also looks into the archive and does not leave out what is hidden.
        """
        tables = ["memories"]
        if everything and self.snapshot.count("archive"):
            tables.append("archive")
        self._unseen_rows = frozenset()
        bounds = Bounds.of(filters, None if everything else self._exclude_unseen())
        return pa.concat_tables([self._find_in(table, query, filters, bounds) for table in tables])

    def find_overviews(self, query: str, filters: Filters) -> pa.Table:
        """Return what stands for several turns and fits a question, with the columns of `find`."""
        self._unseen_rows = frozenset()
        where = both(both(filters.condition(), OVERVIEWS), self._exclude_unseen())
        vector, cosine = self._dense("memories", query, Bounds(None, None, None, where, False))
        bm25 = self._lexical("memories", query, where, "derived_keys")
        rows = with_places(self._ranked_columns("memories", {*bm25, *cosine}), {})
        rows = self._scored(rows, "memories", bm25, cosine, vector, False)
        rows = with_keys(rows, filters, False, {})
        none = plain_array(np.zeros(rows.num_rows, bool))
        return rows.append_column("fact", none)

    def _find_in(self, table: str, query: str, filters: Filters, bounds: Bounds) -> pa.Table:
        measure = self.timings.measure
        with ThreadPoolExecutor(3) as pool:
            searching = pool.submit(self._dense, table, query, bounds)
            looking_up = pool.submit(self._lexical, table, query, bounds.derived, "derived_keys")
            matching = pool.submit(self._windows.matching, question_words(query), filters.namespace)
            turns = self._lexical(table, query, bounds.said, "keys")
            derived = looking_up.result()
            vector, cosine = searching.result()
            matched = measure("windows", matching.result)
        parted = self._parted(table, vector, matched, filters, bounds)
        turns = as_said_in_parts(turns, parted, matched)
        faded: list[Key] = []
        if bounds.keyed and table == "memories" and self.snapshot.count("archive"):
            faded = measure("archive", lambda: self._archived_keys(query, vector, bounds, filters))
        leading = [row_id for found in (turns, derived) for row_id in leaders(found)]
        places = self._session_places(table, leading, list(cosine))
        places += [(*key.session, key.seqs[0]) for key in faded[:N_LEADING]]
        bm25 = turns | derived
        near = self._near(table, places, self._window, bounds)
        facts: dict[int, Place | None] = {}
        if bounds.keyed:
            where = (bounds.derived, filters.moment)
            facts = measure("facts", lambda: asked_facts(self.snapshot, table, query, *where))
            of_facts = [place for place in facts.values() if place]
            near |= self._near(table, of_facts, 0, bounds) | facts.keys()
        near |= parted.keys()
        if bounds.keyed:
            # Of what is nearest a fifth is of other levels: no more of that is read.
            told = self.snapshot.take(list(cosine), ("level", "happened_at"), table)
            filters = filters.not_before(pc.max(told["happened_at"]).as_py())
            cosine = compared(cosine, told["level"])
        rows = self._ranked_columns(table, {*bm25, *cosine, *near})
        filters = filters.not_before(pc.max(rows["happened_at"]).as_py())
        successors: dict[int, Place] = {}
        if bounds.keyed:
            succession = Supersession(self.snapshot, table, bounds.derived, filters.moment)
            successors = measure("successors", lambda: succession.successors(query, rows))
            found = self._near(table, list(successors.values()), 0, bounds)
            if more := found - set(rows["_rowid"].to_pylist()):
                rows = pa.concat_tables([rows, self._ranked_columns(table, more)])
        best = measure("windows", lambda: self._windows.best(rows, vector, query, matched))
        cosine |= self._as_near_as_parts(table, rows, best, vector)
        rows = with_places(rows, best)
        rows = self._scored(rows, table, bm25, cosine, vector, bounds.keyed)
        rows = measure("keys", lambda: with_keys(rows, filters, bounds.keyed, successors, faded))
        return rows.append_column("fact", pa.array(tells_fact(rows, facts), pa.bool_()))

    def _scored(
        self,
        rows: pa.Table,
        table: str,
        bm25: Mapping[int, float],
        cosine: Mapping[int, float],
        vector: np.ndarray,
        keyed: bool,
    ) -> pa.Table:
        """Return rows with their scores and states, and `table`."""
        measure = self.timings.measure
        row_ids = rows["_rowid"].to_pylist()
        # What segments mean is not asked for: they are keys by their words.
        above = SEGMENT if keyed else math.inf
        unscored = [
            row_id
            for row_id, level in zip(row_ids, rows["level"].to_pylist(), strict=True)
            if row_id not in cosine and level < above
        ]
        exact = measure("vectors", lambda: self._exact(table, unscored, vector))
        dormant = measure("states", lambda: self._dormant(rows))
        columns = {
            "bm25": pa.array([bm25.get(row_id, 0.0) for row_id in row_ids], pa.float64()),
            "cosine": pa.array(
                [cosine.get(row_id, exact.get(row_id, 0.0)) for row_id in row_ids], pa.float64()
            ),
            "table": pa.array([table] * len(row_ids), pa.string()),
            "dormant": plain_array(dormant),
        }
        for name, values in columns.items():
            rows = rows.append_column(name, values)
        return rows

    def _ranked_columns(self, table: str, row_ids: Iterable[int]) -> pa.Table:
        """Return the columns RANKED and `_rowid` of some rows."""
        wanted = sorted(row_ids)
        rows = self.timings.measure("read", lambda: self.snapshot.take(wanted, RANKED, table))
        return rows.append_column("_rowid", pa.array(wanted, pa.uint64()))

    def _session_places(
        self, table: str, leading: Sequence[int], nearest: Sequence[int]
    ) -> list[Place]:
        """
        Return where leading candidates stand, if they are turns or of one.

        nearest: by their meaning, of which the first that are compared lead.
        """
        nearest = nearest[: 2 * N_LEADING]
        wanted = sorted({*leading, *nearest})
        columns = ("level", "namespace", "session_id", "seq")
        read = self.timings.measure("places", lambda: self.snapshot.take(wanted, columns, table))
        rows = (read[name].to_pylist() for name in columns)
        known = {row_id: row for row_id, *row in zip(wanted, *rows, strict=True)}
        meant = [row_id for row_id in nearest if known[row_id][0] in LEVELS_COMPARED]
        found = (known[row_id] for row_id in dict.fromkeys([*leading, *meant[:N_LEADING]]))
        return [
            (namespace, session, seq)
            for level, namespace, session, seq in found
            if session is not None and seq is not None and level <= STATEMENT
        ]

    def _near(self, table: str, places: Sequence[Place], window: int, bounds: Bounds) -> set[int]:
        """Return the row ids of the turns at most `window` places from some."""
        if bounds.of_turns is None or not places:
            return set()
        hidden = self.unseen_ids if bounds.hides else ()
        where = (bounds.of_turns, hidden, table)
        row_ids = self.timings.measure(
            "around", lambda: turns_around(self.snapshot, places, window, *where)
        )
        return set(row_ids) - self._unseen_rows

    def _parted(
        self, table: str, vector: np.ndarray, matched: Matched, filters: Filters, bounds: Bounds
    ) -> dict[int, str]:
        """Return the ids, by row id, of the turns that have the windows that answer best."""
        nearest = self.timings.measure(
            "windows", lambda: self._windows.nearest(vector, filters.namespace)
        )
        ids = {*nearest[:N_CANDIDATES], *list(matched.bm25)[:N_CANDIDATES]}
        if not ids:
            return {}
        rows = self.snapshot.read_ids(table, sorted(ids), ["_rowid", "id"], where=bounds.turns)
        found = zip(rows["_rowid"].to_pylist(), rows["id"].to_pylist(), strict=True)
        return {row_id: id_ for row_id, id_ in found if row_id not in self._unseen_rows}

    def _as_near_as_parts(
        self, table: str, rows: pa.Table, best: Mapping[str, Best], vector: np.ndarray
    ) -> dict[int, float]:
        """
        Return by row id the cosines of long turns, those of their nearest parts.

        Of a turn that is shown whole its own vector says as much, so it is the mean of both.
        """
        if not best:
            return {}
        columns = (rows[name].to_pylist() for name in ("_rowid", "id", "text"))
        long = [each for each in zip(*columns, strict=True) if each[1] in best]
        read = [row_id for row_id, _, text in long if len(text) <= SHOWN_WHOLE]
        own = self._exact(table, read, vector)
        parts = {row_id: best[id_].cosine for row_id, id_, _ in long}
        return {row_id: (part + own.get(row_id, part)) / 2 for row_id, part in parts.items()}

    def _archived_keys(
        self, query: str, vector: np.ndarray, bounds: Bounds, filters: Filters
    ) -> list[Key]:
        """
        Return the archived memories that are keys of turns which are still here, best first.

        They are no hits any more, but without them a turn would rank below others only because its
        statements have faded and those of others have not.
        """
        bm25 = self._lexical("archive", query, bounds.derived, "derived_keys")
        row_ids = list(bm25)
        rows = self.snapshot.take(row_ids, KEY_COLUMNS, "archive")
        statements = [
            row_id
            for row_id, level in zip(row_ids, rows["level"].to_pylist(), strict=True)
            if level == STATEMENT
        ]
        cosine = self._exact("archive", statements, vector)
        scores = [cosine.get(row_id, 0.0) for row_id in row_ids]
        nobody = [None] * len(row_ids)
        return read_keys(rows, list(bm25.values()), scores, filters.moment, nobody)

    def _dormant(self, rows: pa.Table) -> np.ndarray:
        """Return for each row whether it has faded, bool [n]."""
        if not (rows.num_rows and self.snapshot.count("strengths")):
            return np.zeros(rows.num_rows, bool)
        ids = rows["id"].to_pylist()
        states = self.snapshot.read_ids("strengths", ids, ["id", "state"])
        faded = states.filter(pc.equal(states["state"], State.dormant))["id"]
        return np.isin(ids, faded.to_pylist())


def leaders(scores: dict[int, float]) -> list[int]:
    """Return the row ids of the best of some candidates, which are best first."""
    return list(scores)[:N_LEADING]
