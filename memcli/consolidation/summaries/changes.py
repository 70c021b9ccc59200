"""
Changed namespaces: in which of them something came, went or ended since a step looked last.

A step that sums up looks at a namespace as a whole, which in a store of many costs minutes a night
where only one has changed. The state that its mark was set in tells which those are; where that is
gone, or was made with another encoder, all are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.memory.times import parse_time
from store import Snapshot
from store.errors import MemcliError

if TYPE_CHECKING:
    from store import Commit, Store

# What a commit of the nightly run says of its present.
NOW: Final = "now"
COLUMNS: Final = "namespace, level, session_id, type, superseded_by, valid_to"
COUNTS: Final = f"""
SELECT namespace, 'parts' AS what, count(*) AS there, count(superseded_by) AS replaced,
    count(*) FILTER (valid_to <= $1) AS ended
FROM (SELECT {COLUMNS} FROM memories UNION ALL SELECT {COLUMNS} FROM archive)
WHERE level IN (0, 1, 2) OR (level = 3 AND session_id IS NOT NULL)
GROUP BY namespace
UNION ALL
SELECT namespace, 'names', count(*), count(canonical_id), 0 FROM entities GROUP BY namespace
UNION ALL
SELECT namespace, 'hidden', count(*), 0, 0
FROM (SELECT id FROM strengths WHERE state = 'hidden') JOIN memories USING (id)
GROUP BY namespace
"""
Counts = set[tuple[str, str, int, int, int]]


def changed_namespaces(
    store: Store, snapshot: Snapshot, step: str, names: Sequence[str], now: datetime
) -> list[str]:
    """Return those of some namespaces that a step has to look at again; step: its watermark."""
    seen = last_seen(store, snapshot.commit, step)
    if seen is None:
        return list(names)
    before, moment = seen
    if before.encoder != snapshot.encoder:
        return list(names)
    try:
        changed = {row[0] for row in _counts(before, moment) ^ _counts(snapshot, now)}
    except MemcliError:
        return list(names)  # it was compacted away this moment
    return [name for name in names if name in changed]


def last_seen(store: Store, head: Commit, step: str) -> tuple[Snapshot, datetime] | None:
    """Return the state in which a step saw all there was, and its present; None if that is gone."""
    mark = head.watermarks.get(step)
    found, number = None, head.number
    for commit in store.commits():
        if commit.number != number:
            continue
        if commit.watermarks.get(step) != mark:
            break
        found = commit
        number = commit.restores or commit.parent or 0
    now = found and found.arguments.get(NOW)
    if mark is None or found is None or not isinstance(now, str):
        return None
    if found.number not in store.kept_commits(found.number):
        return None
    return Snapshot(store.layout, found), parse_time(now)


def _counts(snapshot: Snapshot, now: datetime) -> Counts:
    rows = snapshot.sql(COUNTS, [now])
    return set(zip(*(column.to_pylist() for column in rows.columns), strict=True))
