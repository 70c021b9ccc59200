"""
Key expansion: the statements made from a turn and its segment find it too.

LongMemEval's key expansion (Wu et al. 2025): what was extracted from a turn is looked up too, and
what is found raises the turn. A statement says whom "I" means and when "last Friday" was; a
segment knows which words were used around the turn. Keys and turns meet at their place in a
session, so no ids have to be looked up. What replaced a statement answers what the statement did:
so a turn that is out of date names the turn that takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.holds import has_ended

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.algorithms.ranking import FloatArray
    from store.held import Place

STATEMENT: Final = 1
SEGMENT: Final = 2
KEY_COLUMNS: Final = ("namespace", "session_id", "seq", "source_ids", *HOLDS)


@dataclass(frozen=True, slots=True)
class Key:
    """A derived memory that a query found, and the turns that it is a key of."""

    level: int
    session: tuple[str, str]
    seqs: range
    bm25: float
    cosine: float
    successor: Place | None = None


@dataclass(frozen=True)
class KeyScores:
    """
    What keys say of turns: float [n], 0 where they say nothing; `superseded` is bool [n].

    successors: for each superseded turn the index of the turn that says what holds now, -1 where
    it is not among them or the turn holds.
    """

    statement_bm25: FloatArray
    segment_bm25: FloatArray
    superseded: np.ndarray
    successors: np.ndarray


def read_keys(
    rows: pa.Table,
    bm25: Sequence[float],
    cosine: Sequence[float],
    moment: datetime,
    successors: Sequence[Place | None],
) -> list[Key]:
    """
    Return the keys among derived rows, which have KEY_COLUMNS, in their order.

    successors: of each row that a newer statement replaced, where that stands; it is superseded if
    it had ceased to hold by `moment`.
    """
    keys = []
    columns = (rows[name].to_pylist() for name in ("level", "namespace", "session_id", "seq"))
    n_sources = pc.list_value_length(rows["source_ids"]).fill_null(0).to_pylist()
    ended = _ended(rows, moment)
    for (level, *session, seq), n, lexical, dense, successor, is_over in zip(
        zip(*columns, strict=True), n_sources, bm25, cosine, successors, ended, strict=True
    ):
        if level not in (STATEMENT, SEGMENT) or seq is None or not session[1]:
            continue
        n_turns = n if level == SEGMENT else 1
        keys.append(
            Key(
                level=level,
                session=(session[0], session[1]),
                seqs=range(seq, seq + n_turns),
                bm25=lexical,
                cosine=dense,
                successor=successor if is_over else None,
            )
        )
    return keys


def _ended(rows: pa.Table, moment: datetime) -> list[bool]:
    """Say of each row whether it was replaced and had ceased to hold at a moment."""
    over: list[bool] = rows["superseded_by"].is_valid().to_pylist()
    where = [at for at, is_replaced in enumerate(over) if is_replaced]
    if where:
        replaced = rows.select(HOLDS).take(where).to_pylist()
        for at, row in zip(where, replaced, strict=True):
            over[at] = has_ended(row, moment)
    return over


def expand_turns(keys: Iterable[Key], places: Sequence[Place | None]) -> KeyScores:
    """
    Return what keys say of the turns at some places: the best of each kind counts.

    A turn is superseded when the statement of it that the query means, the best by words and then
    by meaning, is: what else was said in the same breath may hold.
    """
    best: dict[Place, list[float]] = {}
    meant: dict[Place, Key] = {}
    for key in keys:
        for seq in key.seqs:
            place = (*key.session, seq)
            values = best.setdefault(place, [0.0, 0.0])
            if key.level == SEGMENT:
                values[1] = max(values[1], key.bm25)
                continue
            values[0] = max(values[0], key.bm25)
            meant[place] = max(meant.get(place, key), key, key=_evidence)
    nothing = [0.0, 0.0]
    table = np.array([best.get(p, nothing) if p else nothing for p in places], np.float64)
    words, around = table.reshape(-1, 2).T
    successors = [meant[p].successor if p in meant else None for p in places]
    # A turn that replaces what it says itself ("I left X and joined Y") holds.
    superseded = [
        successor not in (None, place) for successor, place in zip(successors, places, strict=True)
    ]
    at = {place: index for index, place in enumerate(places)}
    indices = [at.get(h, -1) if r else -1 for h, r in zip(successors, superseded, strict=True)]
    return KeyScores(words, around, np.array(superseded, bool), np.array(indices, np.int64))


def _evidence(key: Key) -> tuple[float, float]:
    return key.bm25, key.cosine
