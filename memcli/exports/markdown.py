"""
Markdown export: a folder with one page a session, for people and for grep.

    README.md                  every session with its date, speakers and number of turns
    NAMESPACE/SESSION.md       what was learned, then the conversation

Names are made safe for every file system, and unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.exports.names import NameGiver
from memcli.exports.pages import SessionPage, render_index, render_page
from memcli.exports.sessions import SESSIONS, grouped, read_group
from memcli.jsonl import Row

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

COLUMNS: Final = (
    "id namespace session_id seq level text speaker happened_at valid_from valid_to superseded_by"
).split()


def write_folder(contents: Contents, folder: Path) -> str:
    """Fill a folder with pages and return in words what it holds."""
    snapshot = contents.snapshot
    rows = snapshot.sql(SESSIONS, namespace=contents.namespace).to_pylist()
    sessions = list(_with_paths(rows))
    for group in grouped(sessions):
        by_session = read_group(snapshot, group, COLUMNS)
        for session in group:
            path = folder / session.path
            path.parent.mkdir(exist_ok=True)
            page = render_page(session, by_session.get(session.session_id, []))
            path.write_text(page, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(render_index(sessions), encoding="utf-8", newline="\n")
    return f"{sum(s.rows for s in sessions):,} memories of {len(sessions):,} sessions"


def _with_paths(rows: Iterable[Row]) -> Iterator[SessionPage]:
    """Yield the sessions, each with its own path."""
    folders = NameGiver(taken=("README.md",))
    names: dict[str, NameGiver] = {}
    for row in rows:
        namespace = row["namespace"]
        names.setdefault(namespace, NameGiver(suffix=".md"))
        folder = folders.name(namespace)
        name = names[namespace].name(row["session_id"] or "no-session", key=row["session_id"])
        yield SessionPage(path=f"{folder}/{name}", **row)
