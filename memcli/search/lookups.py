"""
Lookups: what of one snapshot is nearest to a question, and what has its words.

What is hidden is left out, by the search where it is little, else of what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.language.stemming import foreign_keys
from memcli.language.word_variants import with_variants
from memcli.language.words import lexical_query
from memcli.memory.states import State
from memcli.search.prefilters import Bounds
from memcli.search.timings import Timings
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Snapshot

# Candidates of each kind: half of them would cost a point of recall over sessions.
N_CANDIDATES: Final = 200
# More hidden memories than that are left out of what was found, not by the search.
MAX_EXCLUDED: Final = 100
# The levels that are found by their meaning; segments and summaries would crowd out the rest.
LEVELS_COMPARED: Final = (0, 1, 4)
UNSEEN: Final = f"state = '{State.hidden}'"


class Lookups:
    """Searches of one snapshot with one encoder, which may still be loading."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder]) -> None:
        self.snapshot = snapshot
        self.timings = Timings()
        self._encoder = encoder
        self._unseen_rows: frozenset[int] = frozenset()

    def _exclude_unseen(self) -> str | None:
        """
        Return the condition that leaves out what is hidden, if there is little of it.

        Where there is much, such a condition is slow: rows are left out of what was found instead,
        of which as many more are asked for.
        """
        ids = self.unseen_ids
        if len(ids) <= MAX_EXCLUDED:
            return f"id NOT IN ({quoted(ids)})" if ids else None
        self._unseen_rows = self._hidden_rows
        return None

    @cached_property
    def _hidden_rows(self) -> frozenset[int]:
        """The row ids in `memories` of what is found only when all is asked for."""
        rows = self.snapshot.read_ids("memories", self.unseen_ids, ["_rowid"])
        return frozenset(rows["_rowid"].to_pylist())

    @cached_property
    def unseen_ids(self) -> list[str]:
        """The ids of memories that are found only when all are asked for."""
        if not self.snapshot.count("strengths"):
            return []
        ids: list[str] = self.snapshot.read("strengths", ["id"], UNSEEN)["id"].to_pylist()
        return ids

    def _seen(self, table: str, scores: dict[int, float], n: int) -> dict[int, float]:
        """Return the best `n` of what was found without what is hidden."""
        # Nothing in the archive is hidden, and its row ids are numbers of their own.
        if table != "memories" or not self._unseen_rows:
            return dict(list(scores.items())[:n])
        visible = {row_id: x for row_id, x in scores.items() if row_id not in self._unseen_rows}
        return dict(list(visible.items())[:n])

    def _lexical(self, table: str, query: str, where: str | None, on: str) -> dict[int, float]:
        """Return BM25 by row id, best first."""
        words = question_words(query)
        n = N_CANDIDATES + len(self._unseen_rows)
        rows = self.timings.measure(
            "lexical",
            lambda: self.snapshot.match(words, n, ["_rowid"], where, table, on),
        )
        return self._seen(table, by_row_id(rows, "bm25"), N_CANDIDATES)

    def _dense(self, table: str, query: str, bounds: Bounds) -> tuple[np.ndarray, dict[int, float]]:
        """Return the query's vector, and the cosine by row id of the nearest, nearest first."""
        vector = self.timings.measure("encode", lambda: self._encoder().encode([query])[0])
        # Some of the nearest will be of levels that are not compared.
        n = N_CANDIDATES * 3 if bounds.keyed and self._has_keys() else N_CANDIDATES
        more = n + len(self._unseen_rows)
        rows = self.timings.measure(
            "dense", lambda: self.snapshot.nearest(vector, more, ["_rowid"], bounds.either, table)
        )
        return vector, self._seen(table, by_row_id(rows, "cosine"), n)

    def _has_keys(self) -> bool:
        """Say whether anything has been made of turns."""
        return bool(self.snapshot.commit.watermarks)

    def _exact(self, table: str, row_ids: Sequence[int], vector: np.ndarray) -> dict[int, float]:
        """Return the cosine of rows that the dense search did not bring."""
        if not row_ids:
            return {}
        rows = self.snapshot.take(row_ids, ("vector",), table)
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        cosines = flat.reshape(len(row_ids), -1).astype(np.float32) @ vector
        return dict(zip(row_ids, cosines.tolist(), strict=True))


def compared(cosine: dict[int, float], levels: pa.ChunkedArray) -> dict[int, float]:
    """
    Return the nearest of the levels that are found by their meaning, nearest first.

    levels: of each of `cosine`, in its order.
    """
    meant = pc.is_in(levels, value_set=pa.array(LEVELS_COMPARED, pa.int8())).to_pylist()
    scores = [pair for pair, is_meant in zip(cosine.items(), meant, strict=True) if is_meant]
    return dict(scores[: N_CANDIDATES * 2])


def question_words(query: str) -> str:
    """Return the words of a question that full-text search looks up."""
    return " ".join([with_variants(lexical_query(query)), *foreign_keys(query)])


def by_row_id(rows: pa.Table, score: str) -> dict[int, float]:
    """Return a score by row id, in the order of the rows."""
    return dict(zip(rows["_rowid"].to_pylist(), rows[score].to_pylist(), strict=True))
