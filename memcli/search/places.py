"""
Places: the turns that stand near some places in sessions, as row ids.

A process that answers many questions holds where all turns stand, and what bounds them; elsewhere
they are looked up by a condition in SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.memory.arrow import plain_array
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.holds import holding_rows
from memcli.search.prefilters import both
from store.literals import quoted
from store.snapshot import near_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memcli.memory.filters import Filters
    from store import Snapshot
    from store.held import Place

FILTERED: Final = ("id", "namespace", "session_id", "happened_at", *HOLDS)


def turns_around(
    snapshot: Snapshot,
    places: Sequence[Place],
    window: int,
    filters: Filters,
    hidden: Sequence[str] = (),
    table: str = "memories",
) -> list[int]:
    """
    Return the row ids of what is at most `window` from some places and within some bounds.

    hidden: the ids of what is left out.
    """
    if snapshot.held is not None and table == "memories" and is_simple(filters):
        found = snapshot.held.at(near_places(places, window))
        rows = snapshot.take(found, FILTERED)
        is_within = within(rows, filters, hidden).tolist()
        return [row_id for row_id, meets in zip(found, is_within, strict=True) if meets]
    without = f"id NOT IN ({quoted(hidden)})" if hidden else None
    return snapshot.around(places, window, both(filters.condition(), without), table)


def is_simple(filters: Filters) -> bool:
    """Say whether bounds need no SQL: no condition of the user's, no place and nobody's name."""
    return filters.where is None and filters.name is None and not filters.bounds


def within(rows: pa.Table, filters: Filters, hidden: Sequence[str] = ()) -> np.ndarray:
    """Say of each row, which has FILTERED, whether it meets simple bounds, bool [n]."""
    named = {"namespace": filters.namespace, "type": filters.type, "level": filters.level}
    named |= {"session_id": filters.session}
    at = rows["happened_at"]
    tests = [pc.equal(rows[name], wanted) for name, wanted in named.items() if wanted is not None]
    tests += [pc.greater_equal(at, filters.since)] if filters.since else []
    tests += [pc.less_equal(at, filters.until)] if filters.until else []
    tests += [pc.less(at, filters.before)] if filters.before else []
    tests += [] if filters.superseded else [plain_array(holding_rows(rows, filters.moment))]
    if hidden:
        tests.append(pc.invert(pc.is_in(rows["id"], pa.array(hidden, pa.string()))))
    met = np.ones(rows.num_rows, bool)
    for test in tests:
        met &= pc.fill_null(test, False).to_numpy(zero_copy_only=False)
    return met
