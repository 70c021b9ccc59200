"""Periods: weeks and months as they are kept, and those that a time asked for is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from memcli.algorithms.time_match import Interval
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

DAY: Final = "day"
WEEK: Final = "week"
MONTH: Final = "month"
PERIODS: Final = (WEEK, MONTH)
LEVEL: Final = 3
LIVE: Final = (
    f"level = {LEVEL} AND session_id IS NULL AND superseded_by IS NULL"
    f" AND (array_has(tags, '{WEEK}') OR array_has(tags, '{MONTH}'))"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# What begins and ends so many days beside the time that is asked for is of it still.
BESIDE_DAYS: Final = 1.0


def within(start: float | None, end: float | None, spans: Sequence[Interval]) -> float:
    """
    Return how much of a time asked for something covers that lies within it, in [0, 1].

    start and end: in days since 1970; spans: those asked for, of which each counts by its weight
    ("in March" may be that of the year before). 0 where it lies in none of them.
    """
    if start is None or end is None:
        return 0.0
    covered = (
        weight * min(1.0, (end - start + BESIDE_DAYS) / (last - first + BESIDE_DAYS))
        for first, last, _, weight in spans
        if start >= first - BESIDE_DAYS and end <= last + BESIDE_DAYS
    )
    return max(covered, default=0.0)


def days_since_1970(moment: datetime | None) -> float | None:
    """Return a moment in days since 1970."""
    return None if moment is None else (moment - _EPOCH) / timedelta(days=1)


def period_ids(
    snapshot: Snapshot, namespaces: Sequence[str], spans: Sequence[Interval]
) -> list[str]:
    """
    Return the ids of the weeks and months that lie in a time, those that cover most of it first.

    spans: the times asked for. Where the likeliest of them has any, that of another year has none.
    """
    if not spans:
        return []
    columns = ["id", "valid_from", "valid_to"]
    where = f"{LIVE} AND namespace IN ({quoted(namespaces)})"
    rows: list[dict[str, Any]] = list(snapshot.rows(columns, where, ["memories"]))
    for weight in sorted({span[3] for span in spans}, reverse=True):
        likely = [span for span in spans if span[3] == weight]
        times = ((row["id"], *(days_since_1970(row[n]) for n in columns[1:])) for row in rows)
        shares = ((within(start, end, likely), id_) for id_, start, end in times)
        if found := sorted((one for one in shares if one[0]), key=lambda one: (-one[0], one[1])):
            return [id_ for _, id_ in found]
    return []
