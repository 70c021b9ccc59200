"""Rows of memories and links as the steps that change a store read and write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from schemas import tables
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Transaction


def read_rows(transaction: Transaction, ids: Sequence[str], table: str = "memories") -> pa.Table:
    """Return whole rows of a table as this transaction sees it."""
    import pyarrow as pa

    step = 2_000
    parts = [
        transaction.table(table).read(None, f"id IN ({quoted(ids[i : i + step])})")
        for i in range(0, len(ids), step)
    ]
    return pa.concat_tables(parts)


def link_row(
    source: str, target: str, relation: str, weight: float, reason: str | None, now: datetime
) -> Row:
    """Return a row of `links`."""
    return {
        "source_id": source,
        "target_id": target,
        "relation": relation,
        "weight": weight,
        "reason": reason,
        "recorded_at": now,
    }


def write_links(transaction: Transaction, rows: Sequence[Row]) -> int:
    """Append the links that are not there yet and return how many those were."""
    unique = {(r["source_id"], r["target_id"], r["relation"]): r for r in rows}
    known = known_links(transaction, sorted({source for source, _, _ in unique}))
    new = [row for key, row in unique.items() if key not in known]
    if new:
        transaction.append("links", records_to_table(new, tables.links()))
    return len(new)


def known_links(transaction: Transaction, sources: Sequence[str]) -> set[tuple[str, str, str]]:
    """Return (source, target, relation) of the links that start at some memories."""
    columns, step = ["source_id", "target_id", "relation"], 2_000
    found: set[tuple[str, str, str]] = set()
    if not transaction.table("links").count():
        return found
    for i in range(0, len(sources), step):
        where = f"source_id IN ({quoted(sources[i : i + step])})"
        rows = transaction.table("links").read(columns, where)
        found.update(zip(*(rows[name].to_pylist() for name in columns), strict=True))
    return found
