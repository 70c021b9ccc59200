"""How a step of `task` gets into the store: worked out without the lock, written as one commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from memcli.memory.arrow import json_text
from memcli.memory.writing import update_columns, write_links
from schemas import tables
from store.errors import CommitConflict

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.context.tasks.changes import Changes
    from memcli.jsonl import Row
    from store import Commit, Snapshot, Store, Transaction

Build = Callable[["Snapshot"], "Changes"]


def carry_out(
    store: Store, build: Build, arguments: dict[str, Any], dry_run: bool = False
) -> tuple[Changes, Commit | None]:
    """
    Write what a step changes; without anything to change, or in a dry run, there is no commit.

    `build` works the step out on a snapshot. Where others wrote meanwhile it does so again under
    the lock, so that two who add tasks at once both succeed. Raises CommitConflict when the store
    moved to another encoder.
    """
    changes = build(store.snapshot())
    if dry_run or changes.is_empty:
        return changes, None
    since = changes.snapshot.commit
    encoded = _encoded(changes)
    with store.transaction("task", arguments) as transaction:
        if transaction.head.encoder != since.encoder:
            raise CommitConflict("the store moved to another encoder", "run it again")
        if transaction.head.number != since.number:
            changes = build(store.snapshot())
            if changes.is_empty:
                return changes, None
            encoded = _encoded(changes)
        _write(transaction, changes, encoded)
        return changes, transaction.publish()


def _encoded(changes: Changes) -> pa.Table | None:
    """Return the new memories as rows of `memories`; None where there are none."""
    if not changes.rows:
        return None
    import pyarrow as pa

    from memcli.memory.encoding import encoded_rows
    from memcli.memory.search_columns import search_columns

    encoder = changes.encoder()
    rows = [{**_as_columns(row), **search_columns(row)} for row in changes.rows]
    batch = encoded_rows(rows, encoder, tables.memories(encoder.dimension))
    return pa.Table.from_batches([batch])


def _write(transaction: Transaction, changes: Changes, encoded: pa.Table | None) -> None:
    if encoded is not None:
        transaction.append("memories", encoded)
    # What ended may have faded since.
    columns = {id_: _as_columns(row) for id_, row in changes.columns.items()}
    update_columns(transaction, columns)
    write_links(transaction, changes.links)


def _as_columns(row: Row) -> Row:
    """Return values with their metadata as its column holds it."""
    return {**row, "metadata": json_text(row["metadata"])} if "metadata" in row else row
