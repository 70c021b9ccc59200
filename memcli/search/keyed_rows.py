"""Keyed rows: candidates with what the memories that were made of them say of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.memory.arrow import plain_array
from memcli.memory.holds import holding_rows
from memcli.search.key_expansion import KEY_COLUMNS, Key, expand_turns, read_keys

if TYPE_CHECKING:
    from memcli.memory.filters import Filters
    from store.held import Place

# What keys say of a row: see key_expansion.KeyScores.
KEY_SCORES: Final = ("statement_bm25", "segment_bm25", "superseded")


def with_keys(
    rows: pa.Table,
    filters: Filters,
    keyed: bool,
    successors: Mapping[int, Place],
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
        derived = rows.filter(plain_array(levels > 0))
        bm25, cosine = derived["bm25"].to_pylist(), derived["cosine"].to_pylist()
        places = [successors.get(row_id) for row_id in derived["_rowid"].to_pylist()]
        keys += read_keys(derived.select(KEY_COLUMNS), bm25, cosine, filters.moment, places)
        shown = rows.filter(plain_array(_may_be_hits(rows, filters)))
    else:
        shown = rows
    # A turn of a file alone has no words: what the file says is a hit of its own.
    shown = shown.filter(pc.not_equal(shown["text"], ""))
    raised = expand_turns(keys, turn_places(shown))
    ended = ~holding_rows(shown, filters.moment)
    raised = replace(raised, superseded=raised.superseded | ended)
    for name in KEY_SCORES:
        shown = shown.append_column(name, plain_array(getattr(raised, name)))
    row_ids = shown["_rowid"].to_pylist()
    heirs_of_turns = [row_ids[at] if at >= 0 else None for at in raised.successors.tolist()]
    return shown.append_column("successor", pa.array(heirs_of_turns, pa.uint64()))


def _may_be_hits(rows: pa.Table, filters: Filters) -> np.ndarray:
    """Return a bool for each row of a search with keys: whether it may be a hit itself."""
    levels: np.ndarray = rows["level"].to_numpy()
    allowed = holding_rows(rows, filters.moment) | filters.superseded
    shown = (0,) if filters.level == 0 else (0, 1, 4)
    hits: np.ndarray = np.isin(levels, shown) & allowed
    return hits


def tells_fact(rows: pa.Table, facts: Mapping[int, Place | None]) -> list[bool]:
    """Say of each row whether it is one of the facts that answer, or the turn that says one."""
    if not facts:
        return [False] * rows.num_rows
    said = set(facts.values()) - {None}
    pairs = zip(rows["_rowid"].to_pylist(), turn_places(rows), strict=True)
    return [row_id in facts or place in said for row_id, place in pairs]


def turn_places(rows: pa.Table) -> list[Place | None]:
    """Return where each turn stands; None for what is no turn, or stands nowhere."""
    columns = (rows[name].to_pylist() for name in ("level", "namespace", "session_id", "seq"))
    return [
        None if level or session is None or seq is None else (namespace, session, seq)
        for level, namespace, session, seq in zip(*columns, strict=True)
    ]
