"""Replacement by hand: what goes with a memory that is replaced, and the ruling that ends it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json, Row
from memcli.memory.arrow import json_text
from memcli.memory.writing import link_row, update_columns, write_links

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader

COLUMNS: Final = "id level text attribute source_ids valid_from valid_to superseded_by".split()


def told_with(source: TableReader, records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """
    Statements that stand and fall with memories, as rows of COLUMNS.

    Those of a turn alone; the facts that were read off a quotation; the quotation of a fact, but
    not the other facts of it.
    """
    some = list(records)
    named = {record["id"] for record in some}
    turns = {record["id"] for record in some if record["level"] == 0}
    said: dict[tuple[str, ...], bool] = {}
    for record in (record for record in some if record["level"] == 1):
        key = _saying(record)
        said[key] = said.get(key, True) and record.get("attribute") is not None
    asked = sorted(turns | {id_ for _, *ids in said for id_ in ids})
    rows = source.rows_of(asked, COLUMNS, "source_ids", "level = 1")
    return [
        row
        for row in {row["id"]: row for row in rows}.values()
        if row["id"] not in named
        and (
            turns.issuperset(row["source_ids"])
            or (_saying(row) in said and not (said[_saying(row)] and row["attribute"]))
        )
    ]


def _saying(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a quotation: its text and its turns."""
    return row["text"], *(row.get("source_ids") or ())


def end_by_hand(
    transaction: Transaction, ids: Sequence[str], by: Json, reason: str, now: datetime
) -> None:
    """
    End memories, and what goes with them, by a note that takes their place; no run judges it again.

    by: the row of the note; they hold until it was made, or not at all if they begin later.
    """
    end_each(transaction, dict.fromkeys(ids, by), reason, now)


def end_each(
    transaction: Transaction, ends: Mapping[str, Json], reason: str, now: datetime
) -> list[str]:
    """
    End memories, and what goes with each, by what takes its place; return the ids of all of them.

    ends: by id, the `id` and `happened_at` of the other.
    """
    named = list(transaction.rows_of(ends, COLUMNS))
    by_id = {row["id"]: ends[row["id"]] for row in named}
    for row in told_with(transaction, named):
        sources = (ends[id_] for id_ in row["source_ids"] or () if id_ in ends)
        by_id[row["id"]] = next((by for by in sources), {}) or _said_with(row, named, ends)
        named.append(row)
    ended = [
        row for row in named if by_id[row["id"]]["id"] not in (row["id"], row["superseded_by"])
    ]
    changes = {row["id"]: _ruled(row, by_id[row["id"]], reason) for row in ended}
    update_columns(transaction, changes, now=now, by_hand=True)
    pairs = ((by_id[row["id"]]["id"], row["id"]) for row in ended)
    links = [link_row(new, old, "supersedes", 1.0, reason, now) for new, old in pairs]
    write_links(transaction, links)
    return sorted(changes)


def _said_with(row: Row, named: Iterable[Row], ends: Mapping[str, Json]) -> Json:
    """Return what ends the quotation that a fact is of, or a fact of a quotation."""
    same = (each["id"] for each in named if each["id"] in ends and _saying(each) == _saying(row))
    return ends[next(same)]


def _ruled(row: Row, by: Json, reason: str) -> Row:
    """Return the columns of a memory that ends, with the ruling that it does."""
    ruling = {"op": "replace", "turn": by["id"], "reason": reason}

    def noted(metadata: str | None) -> str | None:
        return json_text({**json.loads(metadata or "{}"), "ruling": ruling})

    return {**ended_by(row, by["id"], by["happened_at"]), "metadata": noted}


def ended_by(row: Mapping[str, Any], by: str, when: datetime) -> Row:
    """Return the end of a memory that something takes the place of from a moment on."""
    end = min(when, row["valid_to"] or when)
    return {"superseded_by": by, "valid_to": max(row["valid_from"] or end, end)}
