"""
Windows in a search: a long turn is as near to a question as its parts say.

The part that is nearest, and has most words of the question, stands for the turn: it is what is
ranked by its words, and with the parts next to it what a hit shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
# Where in a turn what is shown of it begins and ends, in characters, and in which line, from 1;
# null where that is all of it.
PLACE: Final = ("start", "stop", "line")
_WORD: Final = re.compile(r"\w+")


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
        where = None if namespace is None else f"namespace = {quoted([namespace])}"
        rows = self.snapshot.nearest(vector, NEAREST, ["id"], where, WINDOWS)
        return list(dict.fromkeys(rows["id"].to_pylist()))

    def best(self, rows: pa.Table, vector: np.ndarray, query: str) -> dict[str, Best]:
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
        found = found.sort_by([("id", "ascending"), ("start", "ascending")])
        flat = found["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        cosines = flat.reshape(found.num_rows, -1).astype(np.float32) @ vector
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
                best[ids[a]] = _best(text, starts[a:b], stops[a:b], cosines[a:b], pattern)
            else:
                best[ids[a]] = Best(cosine, 0, len(text))
        return best


def _pattern(query: str) -> re.Pattern[str] | None:
    words = {word.casefold() for word in _WORD.findall(lexical_query(query))}
    if not words:
        return None
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE)


def _best(
    text: str,
    starts: np.ndarray,
    stops: np.ndarray,
    cosines: np.ndarray,
    pattern: re.Pattern[str] | None,
) -> Best:
    """Return the best part of one turn, whose windows are given in their order."""
    shares = _shares(text, starts, pattern) if pattern else np.zeros(len(starts))
    at = int(np.argmax(cosines + WORDS_WEIGHT * shares))
    spans = list(zip(starts.tolist(), stops.tolist(), strict=True))
    start, stop = around(spans, at)
    return Best(float(cosines.max()), start, stop)


def _shares(text: str, starts: np.ndarray, pattern: re.Pattern[str]) -> np.ndarray:
    """Return which share of a question's words each window has, float [windows]."""
    met: dict[str, set[int]] = {}
    found = [(match.start(), match.group().casefold()) for match in pattern.finditer(text)]
    windows = np.searchsorted(starts, [place for place, _ in found], side="right") - 1
    for window, (_, word) in zip(windows.tolist(), found, strict=True):
        met.setdefault(word, set()).add(window)
    shares = np.zeros(len(starts))
    for places in met.values():
        shares[list(places)] += 1.0
    n_words = pattern.pattern.count("|") + 1
    return shares / n_words


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
