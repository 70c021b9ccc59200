"""Co-recall links between memories that queries brought up together, which fade."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from memcli.algorithms.hebbian import CoRecall, HebbianWeight, co_recalls, strengthen
from memcli.jsonl import Row
from memcli.memory.writing import link_row

if TYPE_CHECKING:
    from store import Snapshot

# Only what stands at the top was recalled together; below that, it was only listed.
TOP: Final = 5
RECALLS: Final = """
SELECT accessed_at, query, list(id ORDER BY rank) AS ids
FROM accesses
WHERE accessed_at > to_timestamp(? / 1000000.0) AND rank <= ?
GROUP BY accessed_at, query
ORDER BY accessed_at, query
"""
NEWEST: Final = "SELECT coalesce(max(epoch_us(accessed_at)), 0) AS newest FROM accesses"
# Ends of links have to exist: what was forgotten for good is recalled no more.
PRESENT: Final = "SELECT id FROM memories UNION ALL SELECT id FROM archive"


def newest_access(snapshot: Snapshot) -> int:
    """Return the time of the newest access, in microseconds since 1970; 0 when there is none."""
    return int(snapshot.sql(NEWEST)["newest"][0].as_py())


def co_recall_links(snapshot: Snapshot, since_us: int, now: datetime) -> tuple[list[Row], int]:
    """
    Return rows of `links` for what was recalled together after a time, and the time reached.

    A link's weight is that of its last co-retrieval, whose time is its `recorded_at`.
    """
    until = newest_access(snapshot)
    if until <= since_us:
        return [], since_us
    events: list[CoRecall] = []
    for row in snapshot.sql(RECALLS, [since_us, TOP]).to_pylist():
        events += co_recalls(row["accessed_at"].timestamp(), row["ids"])
    present = set(snapshot.sql(PRESENT)["id"].to_pylist()) if events else set()
    events = [event for event in events if {event.a, event.b} <= present]
    # Recalls may be dated after `now` when a past is simulated; they count when their time comes.
    reach = max(now.timestamp(), until / 1e6)
    strengths = strengthen(events, reach, _known_weights(snapshot))
    met = {(min(e.a, e.b), max(e.a, e.b)) for e in events}
    rows = [
        link_row(a, b, "co_recalled", value.weight, "recalled together", _utc_time(value.at))
        for (a, b), value in sorted(strengths.items())
        if (a, b) in met
    ]
    return rows, until


def _known_weights(snapshot: Snapshot) -> dict[tuple[str, str], HebbianWeight]:
    columns = ["source_id", "target_id", "weight", "recorded_at"]
    rows = snapshot.read("links", columns, "relation = 'co_recalled'").to_pylist()
    return {
        (row["source_id"], row["target_id"]): HebbianWeight(
            row["weight"], row["recorded_at"].timestamp()
        )
        for row in rows
    }


def _utc_time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
