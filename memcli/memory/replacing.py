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
    named = list(transaction.rows_of(ids, COLUMNS))
    rows = [*named, *told_with(transaction, named)]
    ended = [row for row in rows if row["id"] != by["id"] and row["superseded_by"] != by["id"]]
    ruling = {"op": "replace", "turn": by["id"], "reason": reason}

    def noted(metadata: str | None) -> str | None:
        return json_text({**json.loads(metadata or "{}"), "ruling": ruling})

    changes = {
        r["id"]: {**ended_by(r, by["id"], by["happened_at"]), "metadata": noted} for r in ended
    }
    update_columns(transaction, changes)
    links = [link_row(by["id"], row["id"], "supersedes", 1.0, reason, now) for row in ended]
    write_links(transaction, links)


def ended_by(row: Mapping[str, Any], by: str, when: datetime) -> Row:
    """Return the end of a memory that something takes the place of from a moment on."""
    end = min(when, row["valid_to"] or when)
    return {"superseded_by": by, "valid_to": max(row["valid_from"] or end, end)}
