"""
What a query might be about: rows of the store, with what ranking needs of each.

Dense and lexical candidates are searched for at the same time, then the turns around the best of
them are added. Only columns that are cheap to read at random are read for all of them; texts and
ids follow for the few that are shown.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.algorithms.words import lexical_query
from memcli.raising import KEY_COLUMNS, SEGMENT, STATEMENT, Key, Place, raise_turns, read_keys
from memcli.states import State
from memcli.succession import Succession
from store.snapshot import quoted

if TYPE_CHECKING:
    from memcli.encoder import Encoder
    from memcli.filters import Filters
    from store.snapshot import Snapshot

T = TypeVar("T")
# Candidates of each kind: half of them would cost a point of recall over sessions.
N_CANDIDATES: Final = 200
# How many of the best candidates of each kind bring the turns around them.
N_LEADING: Final = 20
RANKED: Final = (
    "level",
    "namespace",
    "speaker",
    "session_id",
    "seq",
    "superseded_by",
    "source_ids",
    "n_words",
    "valid_to",
    "happened_at",
)
# What keys say of a row: see raising.Raised.
KEY_SCORES: Final = ("statement_bm25", "statement_cosine", "segment_bm25", "retired")
# More hidden memories than that are left out of what was found, not by the search.
MAX_EXCLUDED: Final = 100
# The levels that are found by their meaning; segments and summaries would crowd out the rest.
COMPARED: Final = pa.array([0, 1, 4], pa.int8())
UNSEEN: Final = f"state = '{State.hidden}'"


@dataclass
class Timings:
    """How long each step of a search took, in milliseconds."""

    ms: dict[str, float] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[[], T]) -> T:
        """Do some work and note how long it took."""
        started = time.perf_counter()
        result = work()
        self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - started) * 1e3
        return result


@dataclass(frozen=True)
class Bounds:
    """
    The conditions of one search, as SQL.

    turns: for turns by their place; said: for what is found by its own words; derived: for what was
    made of turns; either: for what is found by its meaning. keyed: whether what was made of a turn
    raises it.

    With keys, `said` leaves out the level: only turns have those words. So does `either`, and looks
    at the levels of what was found: a condition that holds for nearly all of a million rows takes
    four times as long as the search.
    """

    turns: str | None
    said: str | None
    derived: str | None
    either: str | None
    keyed: bool

    @classmethod
    def of(cls, filters: Filters, hidden: str | None) -> Bounds:
        """Return the conditions for a user's filters, leaving out what is hidden."""
        own = both(filters.condition(), hidden)
        if filters.level or filters.type is not None:
            return cls(own, own, own, own, keyed=False)
        # Statements that were replaced are looked for too: they tell which turns are out of date.
        keys = both(filters.of_keys().condition(), hidden)
        turns = both(filters.of_turns().condition(), hidden)
        return cls(turns, keys, keys, keys, keyed=True)


def both(first: str | None, second: str | None) -> str | None:
    """Return the condition that two conditions hold, None being none."""
    given = [condition for condition in (first, second) if condition]
    return " AND ".join(f"({condition})" for condition in given) or None


class CandidateSource:
    """Finds candidates in one snapshot with one encoder, which may still be loading."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder], window: int) -> None:
        self.snapshot = snapshot
        self.timings = Timings()
        self._encoder = encoder
        self._window = window
        self._unseen_rows: frozenset[int] = frozenset()

    def find(self, query: str, filters: Filters, everything: bool) -> pa.Table:
        """
        Return candidate rows, each once.

        Columns: RANKED, KEY_SCORES, `bm25`, `cosine`, `dormant`, `table`, `_rowid`.

        `everything` also looks into the archive and does not leave out what is hidden.
        """
        tables = ["memories"]
        if everything and self.snapshot.count("archive"):
            tables.append("archive")
        self._unseen_rows = frozenset()
        bounds = Bounds.of(filters, None if everything else self._exclude_unseen())
        return pa.concat_tables([self._find_in(table, query, filters, bounds) for table in tables])

    def _exclude_unseen(self) -> str | None:
        """
        Return the condition that leaves out what is hidden, if there is little of it.

        Where there is much, such a condition is slow: rows are left out of what was found instead,
        of which as many more are asked for.
        """
        ids = self._unseen_ids
        if len(ids) <= MAX_EXCLUDED:
            return f"id NOT IN ({quoted(ids)})" if ids else None
        self._unseen_rows = self._hidden_rows
        return None

    @cached_property
    def _hidden_rows(self) -> frozenset[int]:
        """The row ids in `memories` of what is found only when all is asked for."""
        found = self.snapshot.read_ids("memories", self._unseen_ids, ["_rowid"])
        return frozenset(found["_rowid"].to_pylist())

    @cached_property
    def _unseen_ids(self) -> list[str]:
        """The ids of memories that are found only when all are asked for."""
        if not self.snapshot.count("strengths"):
            return []
        ids: list[str] = self.snapshot.read("strengths", ["id"], UNSEEN)["id"].to_pylist()
        return ids

    def _seen(self, table: str, found: dict[int, float], n: int) -> dict[int, float]:
        """Return the best `n` of what was found without what is hidden."""
        # Nothing in the archive is hidden, and its row ids are numbers of their own.
        if table != "memories" or not self._unseen_rows:
            return dict(list(found.items())[:n])
        kept = {row_id: x for row_id, x in found.items() if row_id not in self._unseen_rows}
        return dict(list(kept.items())[:n])

    def _find_in(self, table: str, query: str, filters: Filters, bounds: Bounds) -> pa.Table:
        measure = self.timings.measure
        with ThreadPoolExecutor(2) as pool:
            searching = pool.submit(self._dense, table, query, bounds)
            looking_up = pool.submit(self._lexical, table, query, bounds.derived, "derived_keys")
            turns = self._lexical(table, query, bounds.said, "keys")
            derived = looking_up.result()
            vector, cosine = searching.result()
        leading = [row_id for found in (turns, derived, cosine) for row_id in leaders(found)]
        faded: list[Key] = []
        if bounds.keyed and table == "memories" and self.snapshot.count("archive"):
            faded = measure("archive", lambda: self._archived_keys(query, vector, bounds, filters))
        places = [(key.session[1], key.seqs[0]) for key in faded[:N_LEADING]]
        around = measure("around", lambda: self._around(table, leading, places, bounds.turns))
        bm25 = turns | derived
        row_ids = sorted({*bm25, *cosine, *around})
        rows = measure("read", lambda: self.snapshot.take(row_ids, RANKED, table))
        heirs: dict[int, Place] = {}
        if bounds.keyed:
            succession = Succession(self.snapshot, table, bounds.derived, filters.as_of)
            heirs = measure("heirs", lambda: succession.heirs(query, row_ids, rows))
        if heirs:
            row_ids += self._turns_at(table, heirs.values(), bounds, set(row_ids))
            rows = self.snapshot.take(row_ids, RANKED, table)
        # What segments mean is not asked for: they are keys by their words.
        above = SEGMENT if bounds.keyed else math.inf
        levels = rows["level"].to_pylist()
        unscored = [
            row_id
            for row_id, level in zip(row_ids, levels, strict=True)
            if row_id not in cosine and level < above
        ]
        cosine |= measure("vectors", lambda: self._exact(table, unscored, vector))
        columns: dict[str, Any] = {
            "bm25": pa.array([bm25.get(row_id, 0.0) for row_id in row_ids], pa.float64()),
            "cosine": pa.array([cosine.get(row_id, 0.0) for row_id in row_ids], pa.float64()),
            "table": pa.array([table] * len(row_ids), pa.string()),
            "_rowid": pa.array(row_ids, pa.uint64()),
        }
        columns["dormant"] = pa.array(measure("states", lambda: self._dormant(table, row_ids)))
        for name, values in columns.items():
            rows = rows.append_column(name, values)
        return measure("keys", lambda: with_keys(rows, filters, bounds.keyed, heirs, faded))

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
        return read_keys(rows, list(bm25.values()), scores, filters.as_of, nobody)

    def _turns_at(
        self, table: str, places: Iterable[Place], bounds: Bounds, known: set[int]
    ) -> list[int]:
        """Return the row ids of the turns at some places, without those that are known."""
        found = self.snapshot.around([place[1:] for place in places], 0, bounds.turns, table)
        return sorted(set(found) - known - self._unseen_rows)

    def _dormant(self, table: str, row_ids: Sequence[int]) -> np.ndarray:
        """Return for each row whether it has faded, bool [n]."""
        if not (row_ids and self.snapshot.count("strengths")):
            return np.zeros(len(row_ids), bool)
        ids = self.snapshot.take(row_ids, ("id",), table)["id"].to_pylist()
        states = self.snapshot.read_ids("strengths", ids, ["id", "state"])
        faded = states.filter(pc.equal(states["state"], State.dormant))["id"]
        return np.isin(ids, faded.to_pylist())

    def _lexical(self, table: str, query: str, where: str | None, on: str) -> dict[int, float]:
        """Return BM25 by row id, best first."""
        words = lexical_query(query)
        n = N_CANDIDATES + len(self._unseen_rows)
        rows = self.timings.measure(
            "lexical",
            lambda: self.snapshot.match(words, n, ["_rowid"], where, table, on),
        )
        return self._seen(table, by_row_id(rows, "bm25"), N_CANDIDATES)

    def _dense(self, table: str, query: str, bounds: Bounds) -> tuple[np.ndarray, dict[int, float]]:
        """Return the query's vector, and the cosine by row id of the nearest, nearest first."""
        vector = self.timings.measure("encode", lambda: self._encoder().encode([query])[0])
        both_kinds = bounds.keyed and self._has_keys()
        n = N_CANDIDATES * (2 if both_kinds else 1)
        more = n + len(self._unseen_rows) + (n // 2 if both_kinds else 0)
        columns = ["_rowid", "level"] if both_kinds else ["_rowid"]
        rows = self.timings.measure(
            "dense", lambda: self.snapshot.nearest(vector, more, columns, bounds.either, table)
        )
        if both_kinds:
            rows = rows.filter(pc.is_in(rows["level"], COMPARED))
        return vector, self._seen(table, by_row_id(rows, "cosine"), n)

    def _has_keys(self) -> bool:
        """Say whether anything has been made of turns."""
        return bool(self.snapshot.commit.watermarks)

    def _around(
        self,
        table: str,
        leading: Sequence[int],
        also: Sequence[tuple[str, int]],
        where: str | None,
    ) -> list[int]:
        """Return the row ids of what was said around the leading candidates and other places."""
        columns = ("session_id", "seq", "level")
        rows = self.snapshot.take(sorted(set(leading)), columns, table)
        found = zip(*(rows[name].to_pylist() for name in columns), strict=True)
        places = [
            (name, seq)
            for name, seq, level in found
            if name is not None and seq is not None and level <= STATEMENT
        ]
        near = self.snapshot.around([*places, *also], self._window, where, table)
        return [row_id for row_id in near if row_id not in self._unseen_rows]

    def _exact(self, table: str, row_ids: Sequence[int], vector: np.ndarray) -> dict[int, float]:
        """Return the cosine of rows that the dense search did not bring."""
        if not row_ids:
            return {}
        rows = self.snapshot.take(row_ids, ("vector",), table)
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        cosines = flat.reshape(len(row_ids), -1).astype(np.float32) @ vector
        return dict(zip(row_ids, cosines.tolist(), strict=True))


def leaders(found: dict[int, float]) -> list[int]:
    """Return the row ids of the best of some candidates, which are best first."""
    return list(found)[:N_LEADING]


def with_keys(
    rows: pa.Table,
    filters: Filters,
    keyed: bool,
    heirs: Mapping[int, Place],
    faded: Sequence[Key] = (),
) -> pa.Table:
    """
    Return the rows that may be hits, with what their keys say of them in columns KEY_SCORES.

    Segments and summaries are keys only, unless their level is asked for, and so are statements
    when turns are. `faded` are keys that are archived.
    """
    levels = rows["level"].to_numpy()
    keys = list(faded)
    if keyed:
        derived = rows.filter(pa.array(levels > 0))
        bm25, cosine = derived["bm25"].to_pylist(), derived["cosine"].to_pylist()
        places = [heirs.get(row_id) for row_id in derived["_rowid"].to_pylist()]
        keys += read_keys(derived.select(KEY_COLUMNS), bm25, cosine, filters.as_of, places)
        shown = rows.filter(pa.array(_may_be_hits(rows, filters)))
    else:
        shown = rows
    raised = raise_turns(keys, turn_places(shown))
    for name in KEY_SCORES:
        shown = shown.append_column(name, pa.array(getattr(raised, name)))
    row_ids = shown["_rowid"].to_pylist()
    heirs_of_turns = [row_ids[at] if at >= 0 else None for at in raised.heirs.tolist()]
    return shown.append_column("heir", pa.array(heirs_of_turns, pa.uint64()))


def _may_be_hits(rows: pa.Table, filters: Filters) -> np.ndarray:
    """Return a bool for each row of a search with keys: whether it may be a hit itself."""
    levels: np.ndarray = rows["level"].to_numpy()
    turns: np.ndarray = levels == 0
    if filters.level == 0:
        return turns
    holds = [
        by is None or (filters.as_of is not None and end is not None and end > filters.as_of)
        for by, end in zip(
            rows["superseded_by"].to_pylist(), rows["valid_to"].to_pylist(), strict=True
        )
    ]
    allowed = np.array(holds, bool) | filters.superseded
    hits: np.ndarray = turns | (np.isin(levels, (1, 4)) & allowed)
    return hits


def turn_places(rows: pa.Table) -> list[Place | None]:
    """Return where each turn stands; None for what is no turn, or stands nowhere."""
    columns = (rows[name].to_pylist() for name in ("level", "namespace", "session_id", "seq"))
    return [
        None if level or session is None or seq is None else (namespace, session, seq)
        for level, namespace, session, seq in zip(*columns, strict=True)
    ]


def by_row_id(rows: pa.Table, score: str) -> dict[int, float]:
    """Return a score by row id, in the order of the rows."""
    return dict(zip(rows["_rowid"].to_pylist(), rows[score].to_pylist(), strict=True))
