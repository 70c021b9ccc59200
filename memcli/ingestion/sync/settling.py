"""
Settling: what becomes of memories whose place in a file is taken, gone, or theirs again.

What took the place of something supersedes it; what is no more is archived; what is there again is
as it was. What the user archived, hid or pinned themselves is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.ingestion.sync.edits import Said
from memcli.jsonl import Json, Row
from memcli.memory.arrow import json_text
from memcli.memory.replacing import end_each, told_with
from memcli.memory.states import State, read_strengths, set_state
from memcli.memory.writing import update_columns
from store.literals import literal
from store.reading import portions

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader

EDITED: Final = "edited in its file"
# What readers of notes say in metadata.
READ: Final = ("heading", "line", "tags", "links", "done", "columns", "time")
SAID: Final = ("id", "text", "speaker", "ref", "session_id")
STANDING: Final = ("id", "level", "superseded_by", "pinned", "metadata", "text", "attribute")
# Of memories that were put away by hand or by fading.
UNSEEN: Final = (State.hidden, State.archived)


def said_rows(reader: TableReader, ids: Collection[str]) -> list[Said]:
    """Return memories as they are compared, in the order of their ids."""
    found = {row["id"]: Said(**row) for row in reader.rows_of(ids, SAID)}
    return [found[id_] for id_ in ids if id_ in found]


def in_sight(transaction: Transaction, ids: Collection[str]) -> set[str]:
    """Return those of some memories that nothing has ended and nobody has put away."""
    columns = ["id", "superseded_by"]
    rows = transaction.rows_of(ids, columns, tables=["memories"])
    standing = {row["id"] for row in rows if row["superseded_by"] is None}
    strengths = read_strengths(transaction, sorted(standing))
    return {i for i in standing if strengths.get(i, {}).get("state") not in UNSEEN}


def pinned_among(reader: TableReader, ids: Collection[str]) -> set[str]:
    """Return those of some memories that are pinned."""
    return {row["id"] for row in reader.rows_of(ids, ["id"], where="pinned")}


def replace(transaction: Transaction, ends: Mapping[str, Json], now: datetime) -> None:
    """End memories; by id, the `id` and `happened_at` of what took the place of each."""
    if ends:
        end_each(transaction, ends, EDITED, now)


def put_away(transaction: Transaction, ids: Collection[str], now: datetime) -> list[str]:
    """Archive memories, but for pinned ones, and what only they have said; return which ones."""
    rows = [row for row in _standing(transaction, ids) if not row["pinned"]]
    along = [row["id"] for row in told_with(transaction, rows)]
    told = in_sight(transaction, along)
    more = [row["id"] for row in _standing(transaction, told) if not row["pinned"]]
    gone = [row["id"] for row in rows]
    if gone:
        set_state(transaction, sorted({*gone, *more}), State.archived, now)
    return gone


def bring_back(transaction: Transaction, ids: Collection[str], now: datetime) -> None:
    """Make memories what they were before they were ended or archived here."""
    _end_no_more(transaction, ids, now)
    _unarchive(transaction, ids, now)


def place_notes(transaction: Transaction, notes: Mapping[str, Row]) -> int:
    """Give notes the line, headings and marks that they have in their file now; count changes."""
    columns = ["id", "metadata", "tags", "keys"]
    changes = {}
    for row in transaction.rows_of(notes, columns, where="superseded_by IS NULL"):
        note = notes[row["id"]]
        told = json.loads(row["metadata"] or "{}")
        kept = {name: value for name, value in told.items() if name not in READ}
        metadata = {**kept, **json.loads(note["metadata"] or "{}")}
        now = {name: note[name] for name in ("tags", "context", "keys")}
        now["metadata"] = json_text(metadata)
        if metadata != told or row["keys"] != note["keys"]:
            changes[row["id"]] = now
    update_columns(transaction, changes)
    return len(changes)


def _standing(reader: TableReader, ids: Collection[str]) -> list[Row]:
    columns = [*STANDING, "source_ids"]
    return list({row["id"]: row for row in reader.rows_of(ids, columns)}.values())


def _end_no_more(transaction: Transaction, ids: Collection[str], now: datetime) -> None:
    rows = [row for row in _standing(transaction, ids) if _ruling(row).get("reason") == EDITED]
    if not rows:
        return
    enders = {row["superseded_by"] for row in rows}
    along = [row["id"] for row in told_with(transaction, rows) if row["superseded_by"] in enders]
    more = [row for row in _standing(transaction, along) if _ruling(row).get("reason") == EDITED]
    both = [row["id"] for row in (*rows, *more)]
    standing = {"superseded_by": None, "valid_to": None, "metadata": _unruled}
    update_columns(transaction, dict.fromkeys(both, standing), now=now)
    for some in portions(sorted(both)):
        where = f"relation = 'supersedes' AND reason = {literal(EDITED)} AND target_id IN ({some})"
        transaction.delete("links", where)


def _ruling(row: Row) -> dict[str, Any]:
    """Return what ended a memory by hand; nothing where nothing did."""
    ruling = json.loads(row["metadata"] or "{}").get("ruling")
    return ruling if isinstance(ruling, dict) and row["superseded_by"] else {}


def _unruled(metadata: str | None) -> str | None:
    told = json.loads(metadata or "{}")
    return json_text({name: value for name, value in told.items() if name != "ruling"})


def _unarchive(transaction: Transaction, ids: Collection[str], now: datetime) -> None:
    """Take memories out of the archive, with the statements that went there with them."""
    rows = list(transaction.rows_of(ids, [*STANDING, "source_ids"], tables=["archive"]))
    if not rows:
        return
    along = [row["id"] for row in told_with(transaction, rows)]
    strengths = read_strengths(transaction, [*(row["id"] for row in rows), *along])
    times = {strengths[row["id"]]["recorded_at"] for row in rows if row["id"] in strengths}
    back = {row["id"] for row in rows} | {i for i in along if _went_along(strengths.get(i), times)}
    set_state(transaction, sorted(back), State.active, now)


def _went_along(strength: Row | None, times: Collection[datetime]) -> bool:
    """Say whether a statement was archived with one of some turns."""
    return bool(
        strength and strength["state"] == State.archived and strength["recorded_at"] in times
    )


def unique(ids: Iterable[str]) -> list[str]:
    """Return ids in their order, each once."""
    return list(dict.fromkeys(ids))


def without(ids: Sequence[str], gone: Collection[str]) -> list[str]:
    """Return ids without some."""
    return [id_ for id_ in ids if id_ not in gone]
