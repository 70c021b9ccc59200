"""Statistics of a store: what it holds, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import schemas
from memcli import jsonl
from memcli.jsonl import Json
from memcli.memory.arrow import batch_to_records
from memcli.plugins import installed
from store.layout import PROTOCOL_TABLES, TABLE_NAMES
from store.user_tables import user_tables

if TYPE_CHECKING:
    from store import Snapshot, Store

# Up to so many small files and unindexed rows cost a search too little to speak of.
MANY_SMALL_FRAGMENTS: Final = 10
MANY_UNINDEXED_ROWS: Final = 1_000
TABLE_COLUMNS: Final = ("table", "rows", "bytes", "fragments", "unindexed_rows")


def gather(store: Store, snapshot: Snapshot, namespace: str | None) -> Json:
    """Return the counts of a store: namespaces, tables, commits, encoder, and what would help."""
    tables = {name: _table(store, snapshot, name) for name in TABLE_NAMES if snapshot.has(name)}
    for name, key in user_tables(snapshot.commit.tables).items():
        tables[name] = _table(store, snapshot, key)
    commits = list(store.commits())
    newest = snapshot.commit
    return {
        "store": store.layout.shown if store.layout.remote else str(store.layout.root.resolve()),
        "id": store.id,
        "namespaces": _namespace_rows(snapshot, namespace),
        "tables": tables,
        "bytes": sum(table["bytes"] for table in tables.values()),
        "commits": len(commits),
        "commits_kept": len(store.kept_commits()),
        "last_commit": {
            "number": newest.number,
            "time": jsonl.format_time(newest.time),
            "command": newest.command,
        },
        "encoder": snapshot.encoder.to_json(),
        "vector_index": snapshot.table("memories").has_vector_index(),
        "compact_helps": reasons_to_compact(snapshot),
        **({"plugins": plugins} if (plugins := [str(one) for one in installed()]) else {}),
    }


def _namespace_rows(snapshot: Snapshot, namespace: str | None) -> list[Json]:
    """Return a row for each namespace."""
    rows = snapshot.sql(schemas.sql("stats"), namespace=namespace)
    records = [r for batch in rows.to_batches() for r in batch_to_records(batch, "row")]
    return [{n: r[n] for n in rows.column_names if n in r} for r in records]


def _table(store: Store, snapshot: Snapshot, name: str) -> dict[str, int]:
    """Return the size of one table; its bytes are those of all versions on disk."""
    table = snapshot.table(name)
    return {
        "rows": snapshot.count(name),
        "bytes": _bytes_below(store, name),
        "fragments": table.fragment_count(),
        "unindexed_rows": table.unindexed_rows(),
    }


def _bytes_below(store: Store, name: str) -> int:
    """Return the size of a table's files; those cleaned up meanwhile count nothing."""
    total = 0
    for path in store.layout.table(name).rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def reasons_to_compact(snapshot: Snapshot) -> list[str]:
    """Return what `memcli compact` would make better."""
    from store.compact import MIN_ROWS_FOR_VECTOR_INDEX, ROWS_PER_FRAGMENT

    reasons = []
    for name in filter(snapshot.has, PROTOCOL_TABLES):
        table = snapshot.table(name)
        small, unindexed = table.small_fragments(ROWS_PER_FRAGMENT), table.unindexed_rows()
        if small > MANY_SMALL_FRAGMENTS:
            reasons.append(f"{name} is in {small:,} small files")
        if unindexed > MANY_UNINDEXED_ROWS:
            reasons.append(f"{unindexed:,} rows of {name} are in no index")
    memories = snapshot.table("memories")
    if memories.count() >= MIN_ROWS_FOR_VECTOR_INDEX and not memories.has_vector_index():
        reasons.append("there is no vector index yet")
    return reasons
