"""
An export as a folder of Markdown: one page a session, for people and for grep.

    README.md                  every session with its date, speakers and number of turns
    NAMESPACE/SESSION.md       what was learned, then the conversation

Names are made safe for every file system, and unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.exports.names import NameGiver
from memcli.exports.pages import Session, render_index, render_page
from memcli.jsonl import Row
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# Sessions are read together until they have this many rows.
ROWS_AT_ONCE: Final = 20_000
COLUMNS: Final = (
    "id namespace session_id seq level text speaker happened_at valid_from valid_to superseded_by"
).split()
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


def write_folder(snapshot: Snapshot, folder: Path, namespace: str | None = None) -> str:
    """Fill a folder with pages and return in words what it holds."""
    rows = snapshot.sql(SESSIONS, namespace=namespace).to_pylist()
    sessions = list(_with_paths(rows))
    for group in _groups(sessions):
        found = _read(snapshot, group)
        for session in group:
            path = folder / session.path
            path.parent.mkdir(exist_ok=True)
            page = render_page(session, found.get(session.session_id, []))
            path.write_text(page, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(render_index(sessions), encoding="utf-8", newline="\n")
    return f"{sum(s.rows for s in sessions):,} memories of {len(sessions):,} sessions"


def _with_paths(rows: Iterable[Row]) -> Iterator[Session]:
    """Yield the sessions, each with its own path."""
    folders = NameGiver(taken=("README.md",))
    names: dict[str, NameGiver] = {}
    for row in rows:
        namespace = row["namespace"]
        names.setdefault(namespace, NameGiver(suffix=".md"))
        folder = folders.name(namespace)
        name = names[namespace].name(row["session_id"] or "no-session", key=row["session_id"])
        yield Session(path=f"{folder}/{name}", **row)


def _groups(sessions: list[Session]) -> Iterator[list[Session]]:
    """Yield sessions of one namespace together, as many as are read at once."""
    group: list[Session] = []
    for session in sessions:
        full = sum(s.rows for s in group) + session.rows > ROWS_AT_ONCE
        if group and (full or group[0].namespace != session.namespace):
            yield group
            group = []
        group.append(session)
    if group:
        yield group


def _read(snapshot: Snapshot, group: list[Session]) -> dict[str | None, list[Row]]:
    """Return the rows of some sessions of one namespace, in the order of the conversation."""
    named = [session.session_id for session in group if session.session_id is not None]
    either = [f"session_id IN ({quoted(named)})"] if named else []
    if len(named) < len(group):
        either.append("session_id IS NULL")
    where = f"namespace = {quoted([group[0].namespace])} AND ({' OR '.join(either)})"
    found: dict[str | None, list[Row]] = {}
    for table in MEMORY_TABLES:
        for batch in snapshot.scan(table, COLUMNS, where):
            for row in batch.to_pylist():
                row["archived"] = table == "archive"
                found.setdefault(row["session_id"], []).append(row)
    for rows in found.values():
        rows.sort(key=_place)
    return found


def _place(row: Row) -> tuple[bool, int, bool, float]:
    """Return by what rows are ordered: their place in the session, else their time."""
    seq, moment = row["seq"], row["happened_at"]
    return seq is None, seq or 0, moment is None, moment.timestamp() if moment else 0.0
