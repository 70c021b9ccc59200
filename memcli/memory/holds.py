"""
What holds: whether what a memory says is so at a moment.

One function for all who tell of memories, and the same as a condition in SQL. What was replaced
holds until its end, and never if it was corrected from its own beginning on or merged into
another. What has an end of its own holds until then, but for events: when they happened is not
how long what is told of them is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from store.literals import time_literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

# What has to be known of a row.
COLUMNS: Final = ("level", "type", "superseded_by", "valid_from", "valid_to")
EVENT: Final = "(level IN (2, 3) OR (level > 0 AND type = 'episodic'))"


def holds(row: Mapping[str, Any], now: datetime) -> bool:
    """Truth of a memory at a moment, by its COLUMNS: whether what it says may be told as so."""
    start, end = row["valid_from"], row["valid_to"]
    if row["superseded_by"] is None:
        return end is None or now < end or is_event(row)
    return end is not None and now < end and (start is None or start < end)


def is_event(row: Mapping[str, Any]) -> bool:
    """Say whether the validity of a memory is the time at which something happened."""
    return row["level"] in (2, 3) or (row["level"] > 0 and row["type"] == "episodic")


def has_ended(row: Mapping[str, Any], now: datetime) -> bool:
    """Say whether a memory was replaced and had ceased to hold at a moment; merged ones had not."""
    return None not in (row["superseded_by"], row["valid_to"]) and not holds(row, now)


def holding(now: datetime) -> str:
    """Condition, in the SQL of both Lance and DuckDB, that lets through the rows that hold."""
    ahead = f"valid_to > {time_literal(now)}"
    return (
        f"((superseded_by IS NULL AND (valid_to IS NULL OR {ahead} OR {EVENT}))"
        f" OR (superseded_by IS NOT NULL AND {ahead}"
        " AND (valid_from IS NULL OR valid_from < valid_to)))"
    )


def holding_rows(rows: pa.Table, now: datetime) -> np.ndarray:
    """Say of each row of a table, which has COLUMNS, whether it `holds`, bool [n]."""
    import pyarrow as pa
    import pyarrow.compute as pc

    start, end, levels = rows["valid_from"], rows["valid_to"], rows["level"]
    ahead = pc.fill_null(pc.greater(end, pa.scalar(now, end.type)), False)
    happened = pc.and_(pc.greater(levels, 0), pc.equal(rows["type"], "episodic"))
    event = pc.or_(pc.is_in(levels, value_set=pa.array([2, 3], levels.type)), happened)
    sound = pc.fill_null(pc.less(start, end), True)
    holding = pc.if_else(
        pc.is_valid(rows["superseded_by"]),
        pc.and_(ahead, sound),
        pc.or_(pc.or_(pc.is_null(end), ahead), event),
    )
    found: np.ndarray = holding.to_numpy()
    return found
