"""Sessions of an export: whole conversations, the archived turns among them, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from memcli.exports.pages import SessionPage
from memcli.jsonl import Row
from memcli.memory.sessions import portions
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# Sessions are read together until they have this many rows.
ROWS_AT_ONCE: Final = 20_000
SESSIONS: Final = """
WITH everything AS (
    SELECT namespace, session_id, level, speaker, happened_at FROM memories
    UNION ALL
    SELECT namespace, session_id, level, speaker, happened_at FROM archive
)
SELECT
    namespace,
    session_id,
    count(*) AS rows,
    count(*) FILTER (level = 0) AS turns,
    min(happened_at) AS started_at,
    max(happened_at) AS ended_at,
    list_sort(list_distinct(list(speaker) FILTER (speaker IS NOT NULL AND level = 0))) AS speakers
FROM everything
GROUP BY namespace, session_id
ORDER BY namespace, started_at NULLS LAST, session_id
"""


def grouped(sessions: Sequence[SessionPage]) -> Iterator[list[SessionPage]]:
    """Yield sessions of one namespace together, as many as are read at once."""
    for _, of_namespace in groupby(sessions, key=lambda session: session.namespace):
        yield from portions(of_namespace, lambda session: session.rows, ROWS_AT_ONCE)


def read_group(
    snapshot: Snapshot, group: Sequence[SessionPage], columns: Sequence[str]
) -> dict[str | None, list[Row]]:
    """Return the rows of some sessions of one namespace, in the order of the conversation."""
    named = [session.session_id for session in group if session.session_id is not None]
    either = [f"session_id IN ({quoted(named)})"] if named else []
    if len(named) < len(group):
        either.append("session_id IS NULL")
    where = f"namespace = {quoted([group[0].namespace])} AND ({' OR '.join(either)})"
    by_session: dict[str | None, list[Row]] = {}
    for table in MEMORY_TABLES:
        for batch in snapshot.scan(table, list(columns), where):
            for row in batch.to_pylist():
                row["archived"] = table == "archive"
                by_session.setdefault(row["session_id"], []).append(row)
    for rows in by_session.values():
        rows.sort(key=_order_in_session)
    return by_session


def _order_in_session(row: Row) -> tuple[bool, int, bool, float]:
    """Return by what rows are ordered: their place in the session, else their time."""
    seq, moment = row["seq"], row["happened_at"]
    return seq is None, seq or 0, moment is None, moment.timestamp() if moment else 0.0
