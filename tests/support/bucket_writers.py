"""Writers of stores in a bucket in memory, and what a check finds in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import accesses
from store import Store, Transaction
from store.check import check
from store.purge import remove_history, rewrite


def written(store: Store, memories, *texts: str) -> int:
    """Write memories as one commit, again where another was faster, and return its number."""

    def write(transaction: Transaction) -> int:
        transaction.append("memories", memories(*texts))
        return transaction.publish().number

    return store.write("write", write)


def errors(store: Store) -> list[str]:
    """Return what a check finds but for warnings."""
    return [one.what for one in check(store) if one.severity == "error"]


def purged(store: Store, text: str) -> None:
    """Purge a memory."""
    arguments = {"purge": True}
    with store.transaction("forget", arguments, may_shrink=True) as transaction:
        rewrite(transaction, lambda table, batch: without(batch, text))
        remove_history(store)


def without(batch: pa.RecordBatch, text: str) -> pa.RecordBatch:
    """Return rows without those of a text."""
    if "text" not in batch.schema.names:
        return batch
    return batch.filter(pc.not_equal(batch["text"], text))


def recall_rows(*ids: str) -> pa.Table:
    """Return recalls of memories."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return pa.Table.from_pylist(
        [{"id": id_, "accessed_at": now, "query": "q", "rank": 1} for id_ in ids],
        schema=accesses(),
    )
