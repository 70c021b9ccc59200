"""Writing of tasks: worked out without the lock, written as one commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from memcli.memory.arrow import json_text
from memcli.memory.states import State, set_state
from memcli.memory.step import PlannedStep
from memcli.memory.writing import update_columns, write_links
from schemas import tables
from store.errors import BadUsage, CommitConflict

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from memcli.context.tasks.changes import TaskChanges
    from memcli.jsonl import Row
    from store import Commit, Snapshot, Store, Transaction

Build = Callable[["Snapshot"], "TaskChanges"]


class TaskStep(PlannedStep):
    """One call of `task`; `build` works out on a snapshot what it changes."""

    command = "task"

    def __init__(self, store: Store, now: datetime, build: Build) -> None:
        self._build = build
        super().__init__(store, now)

    def plan(self) -> None:
        """Work out what changes."""
        self.changes = self._build(self.snapshot)

    @property
    def _is_empty(self) -> bool:
        return self.changes.is_empty

    def commit(self, arguments: dict[str, Any]) -> Commit | None:
        """
        Encode what is new before the lock is taken, then write it.

        BadUsage for what was purged before, which no task brings back either.
        """
        if len(self.admitted(self.changes.rows)) < len(self.changes.rows):
            what = "what it says was purged before and stays gone"
            raise BadUsage(what, "say it otherwise, or take it again with memcli add --allow")
        self._rows = _encoded_memories(self.changes)
        return super().commit(arguments)

    def _catch_up(self, transaction: Transaction) -> None:
        if transaction.head.encoder != self.snapshot.encoder:
            raise CommitConflict("the store moved to another encoder", "run it again")
        has_moved = self.has_moved(transaction)
        super()._catch_up(transaction)
        if has_moved:
            self._rows = _encoded_memories(self.changes)

    def _write(self, transaction: Transaction) -> None:
        transaction.append_batches("memories", self._rows)
        columns = {id_: _as_columns(row) for id_, row in self.changes.columns.items()}
        update_columns(transaction, columns, now=self.now, by_hand=True)
        write_links(transaction, self.changes.links)
        if self.changes.hidden:
            set_state(transaction, self.changes.hidden, State.hidden, self.now)


def _encoded_memories(changes: TaskChanges) -> list[pa.RecordBatch]:
    """Return the new memories as rows of `memories`."""
    if not changes.rows:
        return []
    from memcli.memory.encoding import encoded_rows
    from memcli.memory.search_columns import search_columns

    encoder = changes.encoder()
    rows = [{**_as_columns(row), **search_columns(row)} for row in changes.rows]
    return [encoded_rows(rows, encoder, tables.memories(encoder.dimension))]


def _as_columns(row: Row) -> Row:
    """Return values with their metadata as its column holds it."""
    return {**row, "metadata": json_text(row["metadata"])} if "metadata" in row else row
