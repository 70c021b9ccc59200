"""Endings: what of a hit for a block holds no longer, and until when it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.memory import telling
from memcli.memory.holds import holds

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from store import Snapshot


def ended_in(
    snapshot: Snapshot, rows: Mapping[str, Row], now: datetime, columns: Sequence[str]
) -> dict[str, str]:
    """
    Return what of each turn or statement holds no longer, and until when it did, by id.

    rows: of hits by id. It is told by the facts that were made of the same words alone.
    """
    turns = {
        id_: id_ if row["level"] == 0 else (row["source_ids"] or ("",))[0]
        for id_, row in rows.items()
        if row["level"] < 2
    }
    asked = sorted({*turns.values()})
    links = snapshot.read_ids("links", asked, ["source_id", "target_id"], "target_id")
    made = {row["source_id"] for row in links.to_pylist()}
    over: dict[str, list[Row]] = {}
    for row in snapshot.read_ids("memories", sorted(made), columns).to_pylist():
        alone = row["level"] == 1 and telling.is_fact(row) and len(row["source_ids"] or ()) == 1
        if alone and not holds(row, now) and not _is_merged(row):
            over.setdefault(row["source_ids"][0], []).append(row)
    return {id_: _untils(rows[id_], over.get(turn, ())) for id_, turn in turns.items()}


def _untils(row: Row, ended: Sequence[Row]) -> str:
    """Return what of a turn or statement is over: " (Porto: until 2025-05-01)"; "" for nothing."""
    some = [fact for fact in ended if row["level"] == 0 or fact["text"] == row["text"]]
    told = dict.fromkeys(f"{fact['value']}: {telling.until_text(fact)}" for fact in some)
    return f" ({'; '.join(told)})" if told else ""


def _is_merged(row: Row) -> bool:
    return row["superseded_by"] is not None and row["valid_to"] is None
