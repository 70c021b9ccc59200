"""Dangling references: what leads to rows that a repair could not save is taken back, or ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.layout import MEMORY_TABLES
from store.literals import quoted
from store.reading import portions

if TYPE_CHECKING:
    import pyarrow as pa

    from store.transaction import Transaction


def mend_dangling(transaction: Transaction, now: datetime) -> dict[str, int]:
    """
    Take back links and strengths of rows that are gone, and end what they had replaced.

    What was replaced by a row that is gone does not become current again: it is told to have ended
    now. Sources that are gone are no longer named. Returns how many rows each concerned, by table.
    """
    memories = {id_ for name in MEMORY_TABLES for id_ in _ids(transaction, name)}
    ends = memories | set(_ids(transaction, "entities"))
    counts = {"links": _drop_links(transaction, ends)}
    counts["strengths"] = _drop(transaction, "strengths", "id", memories)
    for name in MEMORY_TABLES:
        counts[name] = _mend_memories(transaction, name, memories, now)
    return {name: count for name, count in counts.items() if count}


def _ids(transaction: Transaction, name: str, column: str = "id") -> Iterator[str]:
    for batch in transaction.scan(name, [column]):
        yield from batch[column].to_pylist()


def _drop(transaction: Transaction, name: str, column: str, known: set[str]) -> int:
    """Take out the rows of which a column names nothing that is known."""
    gone = sorted({id_ for id_ in _ids(transaction, name, column) if id_ not in known})
    for some in portions(gone):
        transaction.delete(name, f"{column} IN ({some})")
    return len(gone)


def _drop_links(transaction: Transaction, known: set[str]) -> int:
    before = transaction.count("links")
    for column in ("source_id", "target_id"):
        _drop(transaction, "links", column, known)
    return before - transaction.count("links")


def _mend_memories(transaction: Transaction, name: str, known: set[str], now: datetime) -> int:
    """Take what is gone out of the sources of memories, and out of what they were replaced by."""
    named = ["id", "source_ids", "superseded_by"]
    wrong = [
        row["id"]
        for batch in transaction.scan(name, named)
        for row in batch.to_pylist()
        if not known.issuperset(row["source_ids"] or ())
        or (row["superseded_by"] is not None and row["superseded_by"] not in known)
    ]
    for start in range(0, len(wrong), 1_000):
        condition = f"id IN ({quoted(wrong[start : start + 1_000])})"
        rows = transaction.read(name, None, condition)
        transaction.upsert(name, _mended(rows, known, now), ["id"])
    return len(wrong)


def _mended(rows: pa.Table, known: set[str], now: datetime) -> pa.Table:
    import pyarrow as pa

    def mend(row: dict[str, Any]) -> dict[str, Any]:
        sources = row["source_ids"]
        row["source_ids"] = sources and [source for source in sources if source in known]
        if row["superseded_by"] is not None and row["superseded_by"] not in known:
            row |= {"superseded_by": None, "valid_to": row["valid_to"] or now}
        return row

    return pa.Table.from_pylist([mend(row) for row in rows.to_pylist()], schema=rows.schema)
