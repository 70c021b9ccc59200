"""
Terms of learned retention that no row has: the surprise of memories, and how rare their words are.

Both rest on what was said before alone, so that what comes later changes neither. A memory that was
made of turns has the mean of theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from memcli.algorithms.fusion import length_factor
from memcli.algorithms.segmentation import DEFAULT_SETTINGS, surprise

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from store.reading import TableReader

COLUMNS: Final = ("id", "namespace", "session_id", "seq", "recorded_at", "text", "n_words")
WORD: Final = re.compile(r"\w+")


class LearnedTerms(NamedTuple):
    """Surprise and rarity of memories, float [n] each."""

    surprise: np.ndarray
    rarity: np.ndarray


def read_terms(
    reader: TableReader, ids: Sequence[str], parts: tuple[np.ndarray, np.ndarray]
) -> LearnedTerms:
    """
    Return the terms of memories in the order of their ids.

    parts: the places of wholes, and of what each was made of.
    """
    place = {id_: index for index, id_ in enumerate(ids)}
    found = np.full((2, len(ids)), np.nan)
    rows = list(reader.rows([*COLUMNS, "vector"], "level = 0"))
    for id_, value in _surprises(rows):
        found[0, place[id_]] = value
    for id_, value in _rarities(rows):
        found[1, place[id_]] = value
    return LearnedTerms(*(_with_wholes(values, *parts) for values in found))


def _order(row: Row) -> tuple[Any, ...]:
    return row["namespace"], str(row["session_id"]), row["seq"] or 0, row["id"]


def _surprises(rows: Sequence[Row]) -> Iterator[tuple[str, float]]:
    for _, some in groupby(sorted(rows, key=_order), key=lambda row: _order(row)[:2]):
        turns = list(some)
        vectors = np.array([turn["vector"] for turn in turns], np.float64)
        weights = length_factor(
            np.array([turn["n_words"] or 0 for turn in turns], np.float64), DEFAULT_SETTINGS.words
        )
        settings = DEFAULT_SETTINGS
        values = surprise(vectors, weights, settings.decay, settings.momentum)
        yield from zip((turn["id"] for turn in turns), values.tolist(), strict=True)


def _rarities(rows: Sequence[Row]) -> Iterator[tuple[str, float]]:
    """
    Yield the mean inverse document frequency of the words of turns, each as of when it was said.

    It is divided by the most that it can be then, so that it is in [0, 1] however long the store.
    """
    ordered = sorted(rows, key=lambda row: (row["namespace"], row["recorded_at"], _order(row)))
    for _, some in groupby(ordered, key=lambda row: row["namespace"]):
        known: Counter[str] = Counter()
        for n, row in enumerate(some, 1):
            words = set(WORD.findall(row["text"].lower()))
            known.update(words)
            most = np.log(n + 1.0)
            if words:
                yield (
                    row["id"],
                    float(np.mean([np.log((n + 1.0) / known[w]) for w in words])) / (float(most)),
                )


def _with_wholes(values: np.ndarray, wholes: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return values with those of wholes from their parts, and the mean where nothing is known."""
    known = np.isfinite(values[parts])
    counts = np.bincount(wholes[known], minlength=len(values))
    sums = np.bincount(wholes[known], values[parts][known], minlength=len(values))
    means = np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
    filled = np.where(np.isfinite(values), values, means)
    mean = float(np.nanmean(filled)) if np.isfinite(filled).any() else 0.0
    return np.nan_to_num(filled, nan=mean)
