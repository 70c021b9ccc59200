"""
Earlier: the summaries that a broad question is told in place of their parts.

The running summary of a namespace first, then the topics and days that search finds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from store.literals import quoted

if TYPE_CHECKING:
    from datetime import datetime

    from store import Snapshot

COLUMNS: Final = (
    "id namespace level type text context tags happened_at valid_from importance metadata"
).split()
KINDS: Final = frozenset({"running", "topic", "day", "week", "month"})
RUNNING: Final = "level = 4 AND superseded_by IS NULL AND namespace IN ({})"
MOST: Final = 6


def earlier_rows(
    snapshot: Snapshot, namespaces: Sequence[str], found: Sequence[str], now: datetime
) -> list[Row]:
    """
    Summaries for a broad question, the running one of each namespace first.

    found: ids of what search found, best first, of any level. `told` of a row holds the ids of the
    statements that it tells.
    """
    where = RUNNING.format(quoted(namespaces))
    rows = snapshot.read("memories", COLUMNS, where).to_pylist()
    place = {id_: index for index, id_ in enumerate(found)}
    more = snapshot.read_ids("memories", list(place), COLUMNS).to_pylist()
    rows += sorted(more, key=lambda row: place[row["id"]])
    kept = [r for r in rows if (r["tags"] or [""])[0] in KINDS and _is_past(r, now)]
    for row in kept:
        row["told"] = json.loads(row["metadata"] or "{}").get("told", ())
    return list({row["id"]: row for row in kept}.values())[: MOST + len(namespaces)]


def _is_past(row: Row, now: datetime) -> bool:
    return row["happened_at"] is None or row["happened_at"] <= now
