"""
What a query might be about: rows of the store, with what ranking needs of each.

Dense and lexical candidates are searched for at the same time, then the turns around the best of
them are added. Only columns that are cheap to read at random are read for all of them; texts and
ids follow for the few that are shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pyarrow as pa

from memcli.algorithms.ranking import lexical_query

if TYPE_CHECKING:
    from memcli.encoder import Encoder
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
)
UNSEEN_STATES: Final = "state IN ('hidden', 'archived')"


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


class CandidateSource:
    """Finds candidates in one snapshot with one encoder, which may still be loading."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder], window: int) -> None:
        self.snapshot = snapshot
        self.timings = Timings()
        self._encoder = encoder
        self._window = window
        self._unseen_ids: list[str] | None = None

    def find(self, query: str, where: str | None, everything: bool) -> pa.Table:
        """
        Return candidate rows, each once: the columns RANKED, `bm25`, `cosine`, `table`, `_rowid`.

        `everything` also looks into the archive and does not leave out what is hidden.
        """
        self.timings = Timings()
        tables = ["memories"]
        if everything and self.snapshot.count("archive"):
            tables.append("archive")
        elif unseen := self._unseen():
            hidden = ", ".join(f"'{id_}'" for id_ in unseen)
            where = " AND ".join(filter(None, [where, f"id NOT IN ({hidden})"]))
        return pa.concat_tables([self._find_in(table, query, where) for table in tables])

    def _unseen(self) -> list[str]:
        """Return the ids of memories that are found only when all are asked for."""
        if self._unseen_ids is None:
            self._unseen_ids = []
            if self.snapshot.count("strengths"):
                rows = self.snapshot.read("strengths", ["id"], UNSEEN_STATES)
                self._unseen_ids = rows["id"].to_pylist()
        return self._unseen_ids

    def _find_in(self, table: str, query: str, where: str | None) -> pa.Table:
        with ThreadPoolExecutor(1) as pool:
            searching = pool.submit(self._dense, table, query, where)
            bm25 = self._lexical(table, query, where)
            vector, cosine = searching.result()
        leading = [*list(bm25)[:N_LEADING], *list(cosine)[:N_LEADING]]
        around = self.timings.measure("around", lambda: self._around(table, leading, where))
        row_ids = sorted({*bm25, *cosine, *around})
        unscored = [row_id for row_id in row_ids if row_id not in cosine]
        cosine |= self.timings.measure("vectors", lambda: self._exact(table, unscored, vector))
        rows = self.timings.measure("read", lambda: self.snapshot.take(row_ids, RANKED, table))
        columns: dict[str, Any] = {
            "bm25": pa.array([bm25.get(row_id, 0.0) for row_id in row_ids], pa.float64()),
            "cosine": pa.array([cosine[row_id] for row_id in row_ids], pa.float64()),
            "table": pa.array([table] * len(row_ids), pa.string()),
            "_rowid": pa.array(row_ids, pa.uint64()),
        }
        for name, values in columns.items():
            rows = rows.append_column(name, values)
        return rows

    def _lexical(self, table: str, query: str, where: str | None) -> dict[int, float]:
        """Return BM25 by row id, best first."""
        words = lexical_query(query)
        rows = self.timings.measure(
            "lexical",
            lambda: self.snapshot.match(words, N_CANDIDATES, ["_rowid"], where, table),
        )
        return by_row_id(rows, "bm25")

    def _dense(
        self, table: str, query: str, where: str | None
    ) -> tuple[np.ndarray, dict[int, float]]:
        """Return the query's vector, and the cosine by row id of the nearest, nearest first."""
        vector = self.timings.measure("encode", lambda: self._encoder().encode([query])[0])
        rows = self.timings.measure(
            "dense",
            lambda: self.snapshot.nearest(vector, N_CANDIDATES, ["_rowid"], where, table),
        )
        return vector, by_row_id(rows, "cosine")

    def _around(self, table: str, leading: Sequence[int], where: str | None) -> list[int]:
        """Return the row ids of what was said around the leading candidates."""
        rows = self.snapshot.take(sorted(set(leading)), ("session_id", "seq"), table)
        pairs = zip(rows["session_id"].to_pylist(), rows["seq"].to_pylist(), strict=True)
        places = [(name, seq) for name, seq in pairs if name is not None and seq is not None]
        return self.snapshot.around(places, self._window, where, table)

    def _exact(self, table: str, row_ids: Sequence[int], vector: np.ndarray) -> dict[int, float]:
        """Return the cosine of rows that the dense search did not bring."""
        if not row_ids:
            return {}
        rows = self.snapshot.take(row_ids, ("vector",), table)
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        cosines = flat.reshape(len(row_ids), -1).astype(np.float32) @ vector
        return dict(zip(row_ids, cosines.tolist(), strict=True))


def by_row_id(rows: pa.Table, score: str) -> dict[int, float]:
    """Return a score by row id, in the order of the rows."""
    return dict(zip(rows["_rowid"].to_pylist(), rows[score].to_pylist(), strict=True))
