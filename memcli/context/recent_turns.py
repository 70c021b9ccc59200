"""Recent turns of a session that is named, or of the newest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.memory.filters import Filters

if TYPE_CHECKING:
    from store import Snapshot

COLUMNS: Final = (
    "id text level speaker session_id seq happened_at source_ids namespace type".split()
)


def recent_turns(
    snapshot: Snapshot,
    namespace: str | None,
    session: str | None,
    n: int,
    now: datetime | None = None,
) -> list[Row]:
    """
    Return the last `n` turns of a session as rows of COLUMNS, the newest first.

    Without a session, it is the one with the newest turn. What was said after `now` is not there.
    """
    filters = Filters(namespace=namespace, session=session, level=0, until=now, superseded=True)
    newest = _newest(snapshot, filters.condition())
    if newest is None or newest["session_id"] is None:
        return []
    of_session = Filters(
        namespace=newest["namespace"],
        session=newest["session_id"],
        level=0,
        until=now,
        superseded=True,
    )
    places = snapshot.read("memories", ["seq", "happened_at", "_rowid"], of_session.condition())
    last = sorted(places.to_pylist(), key=_order_in_session)[-n:]
    rows = snapshot.take([row["_rowid"] for row in last], COLUMNS).to_pylist()
    return list(reversed(rows))


def _newest(snapshot: Snapshot, where: str | None) -> Row | None:
    """Return namespace and session of the newest turn, of several the last that was written."""
    import pyarrow.compute as pc

    rows = snapshot.read("memories", ["happened_at", "_rowid"], where)
    if not rows.num_rows:
        return None
    latest = pc.max(rows["happened_at"])
    if latest.is_valid:
        rows = rows.filter(pc.equal(rows["happened_at"], latest))
    row_id = pc.max(rows["_rowid"]).as_py()
    found: list[Row] = snapshot.take([row_id], ("namespace", "session_id")).to_pylist()
    return found[0]


def _order_in_session(row: Row) -> tuple[int, float, int]:
    moment: datetime | None = row["happened_at"]
    return row["seq"] or 0, moment.timestamp() if moment else 0.0, row["_rowid"]
