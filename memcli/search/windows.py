"""
Windows in a search: a long turn answers as well as its best part does.

Its cosine and its BM25 are the highest of its parts (passage retrieval, Callan, SIGIR 1994; MaxP,
Dai and Callan, SIGIR 2019): of thousands of words the whole says nothing, and BM25 discounts what
is long. The part that is nearest, and has most words of the question, stands for the turn: it is
what is ranked by its words, and with the parts next to it what a hit shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from memcli.language.windows import around
from memcli.language.words import lexical_query
from memcli.memory.windows import is_long
from store.layout import WINDOWS
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# Windows that are asked for, of which several may be of one turn.
NEAREST: Final = 600
# Of a turn of more characters, a part stands for it; of a shorter one the whole is shown.
SHOWN_WHOLE: Final = 4_000
# What the share of the question's words that a window has weighs beside its cosine.
WORDS_WEIGHT: Final = 1.0
# Of a turn, the windows in which the question's words are looked for: so many of the nearest, and
# those that full-text search found. In all of them that takes 0.03 s a megabyte.
LOOKED_AT: Final = 64
# Vectors that are made single at a time: 1 MB of them stays in a processor's cache.
AT_A_TIME: Final = 1_024
# Where in a turn what is shown of it begins and ends, in characters, and in which line, from 1;
# null where that is all of it.
PLACE: Final = ("start", "stop", "line")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Matched:
    """
    The windows that have words of a question.

    bm25: of the best of each turn, by its id, best first; parts: of each, by where they begin.
    """

    bm25: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, Mapping[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Best:
    """The part of a turn that answers best: its cosine is that of the nearest part."""

    cosine: float
    start: int
    stop: int


class WindowSearch:
    """The windows of long turns in one snapshot, of which there may be none."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.is_empty = not snapshot.count(WINDOWS)

    def nearest(self, vector: np.ndarray, namespace: str | None) -> list[str]:
        """Return the ids of the turns whose windows are nearest, nearest first."""
        if self.is_empty:
            return []
        rows = self.snapshot.nearest(vector, NEAREST, ["id"], _inside(namespace), WINDOWS)
        return list(dict.fromkeys(rows["id"].to_pylist()))

    def matching(self, words: str, namespace: str | None) -> Matched:
        """Return the windows that match some words; stores of before have no words of windows."""
        if self.is_empty or self.snapshot.table(WINDOWS).absent:
            return Matched()
        columns = ["id", "start"]
        rows = self.snapshot.match(words, NEAREST, columns, _inside(namespace), WINDOWS)
        bm25: dict[str, float] = {}
        parts: dict[str, dict[int, float]] = {}
        for row in rows.to_pylist():
            bm25.setdefault(row["id"], row["bm25"])
            parts.setdefault(row["id"], {})[row["start"]] = row["bm25"]
        return Matched(bm25, parts)

    def best(
        self, rows: pa.Table, vector: np.ndarray, query: str, matched: Matched
    ) -> dict[str, Best]:
        """Return for each long turn among some rows, by its id, the part that answers best."""
        if self.is_empty:
            return {}
        texts = {
            row["id"]: row["text"]
            for row in rows.select(["id", "level", "text"]).to_pylist()
            if is_long(row)
        }
        columns = ["id", "start", "stop", "vector"]
        found = self.snapshot.read_ids(WINDOWS, sorted(texts), columns) if texts else None
        if found is None or not found.num_rows:
            return {}
        cosines = products(found["vector"], vector)
        found = found.drop_columns(["vector"]).append_column("cosine", pa.array(cosines))
        found = found.sort_by([("id", "ascending"), ("start", "ascending")])
        cosines = found["cosine"].to_numpy()
        starts, stops = found["start"].to_numpy(), found["stop"].to_numpy()
        ids = np.array(found["id"].to_pylist(), dtype=object)
        begins = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
        ends = np.r_[begins[1:], len(ids)]
        nearest = np.maximum.reduceat(cosines, begins).tolist()
        pattern = _pattern(query)
        best = {}
        for a, b, cosine in zip(begins.tolist(), ends.tolist(), nearest, strict=True):
            text = texts[ids[a]]
            # Which part it is matters where a part is shown.
            if len(text) > SHOWN_WHOLE:
                parts = Parts(text, starts[a:b], stops[a:b], cosines[a:b])
                best[ids[a]] = parts.best(pattern, matched.parts.get(ids[a], {}))
            else:
                best[ids[a]] = Best(cosine, 0, len(text))
        return best


def products(vectors: pa.ChunkedArray, vector: np.ndarray) -> np.ndarray:
    """
    Return the dot products of half-precision vectors with one of single precision, float32 [n].

    So many at a time: to make all single takes the longer for the memory that they have.
    """
    found = [np.empty(0, np.float32)]
    block = np.empty((AT_A_TIME, len(vector)), np.float32)
    for chunk in vectors.chunks:
        rows = chunk.flatten().to_numpy(zero_copy_only=False).reshape(-1, len(vector))
        for start in range(0, len(rows), AT_A_TIME):
            some = rows[start : start + AT_A_TIME]
            np.copyto(block[: len(some)], some)
            found.append(block[: len(some)] @ vector)
    return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class Parts:
    """The windows of one turn, in their order: where each begins and ends, and its cosine, [n]."""

    text: str
    starts: np.ndarray
    stops: np.ndarray
    cosines: np.ndarray

    def best(self, pattern: re.Pattern[str] | None, matched: Mapping[int, float]) -> Best:
        """
        Return the best part; matched: BM25 of what full-text search found, by its start.

        Beside the cosine counts the highest share of the question's words in a window, times what
        BM25 of each is of the best, by which a rare word counts more; or its own share, where
        full-text search found none.
        """
        scores = self.cosines.astype(np.float64)
        if pattern is not None:
            places = np.searchsorted(self.starts, list(matched)).tolist()
            bm25 = dict(zip(places, matched.values(), strict=True))
            most = max(matched.values(), default=0.0)
            looked_at = {*np.argsort(-self.cosines)[:LOOKED_AT].tolist(), *places}
            shares = {at: self._share(at, pattern) for at in looked_at}
            highest = max(shares.values())
            for at, share in shares.items():
                words = highest * bm25.get(at, 0.0) / most if bm25 else share
                scores[at] += WORDS_WEIGHT * words
        spans = list(zip(self.starts.tolist(), self.stops.tolist(), strict=True))
        start, stop = around(spans, int(np.argmax(scores)))
        return Best(float(self.cosines.max()), start, stop)

    def _share(self, at: int, pattern: re.Pattern[str]) -> float:
        """Return which share of a question's words one of the windows has."""
        said = pattern.findall(self.text, self.starts[at], self.stops[at])
        return len({word.casefold() for word in said}) / (pattern.pattern.count("|") + 1)


def _inside(namespace: str | None) -> str | None:
    return None if namespace is None else f"namespace = {quoted([namespace])}"


def _pattern(query: str) -> re.Pattern[str] | None:
    words = {word.casefold() for word in _WORD.findall(lexical_query(query))}
    if not words:
        return None
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE)


def as_said_in_parts(
    bm25: Mapping[int, float], parted: Mapping[int, str], matched: Matched
) -> dict[int, float]:
    """Return BM25 by row id, best first, of long turns that of their best part where it is more."""
    parts = {row: matched.bm25[id_] for row, id_ in parted.items() if id_ in matched.bm25}
    if not parts:
        return dict(bm25)
    best = {row: max(bm25.get(row, 0.0), parts.get(row, 0.0)) for row in {**bm25, **parts}}
    return dict(sorted(best.items(), key=lambda pair: -pair[1]))


def with_places(rows: pa.Table, best: Mapping[str, Best]) -> pa.Table:
    """Return rows in which the best part of a very long turn stands for it, with its place."""
    ids, texts = rows["id"].to_pylist(), rows["text"].to_pylist()
    pairs = list(zip(ids, texts, strict=True))
    part = [best.get(id_) if len(text) > SHOWN_WHOLE else None for id_, text in pairs]
    places = {
        "start": [p and p.start for p in part],
        "stop": [p and p.stop for p in part],
        "line": [p and t.count("\n", 0, p.start) + 1 for p, t in zip(part, texts, strict=True)],
    }
    for name in PLACE:
        rows = rows.append_column(name, pa.array(places[name], pa.int32()))
    if any(part):
        shown = [t[p.start : p.stop].strip() if p else t for t, p in zip(texts, part, strict=True)]
        index = rows.schema.get_field_index("text")
        rows = rows.set_column(index, rows.schema.field(index), pa.array(shown, pa.string()))
    return rows
