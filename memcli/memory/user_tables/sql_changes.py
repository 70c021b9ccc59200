"""What a statement in SQL changes in tables of the user's own, worked out and then written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memcli.jsonl import Row
from memcli.memory.user_tables.changes import (
    OwnTable,
    append_rows,
    delete_rows,
    new_row,
    open_table,
    replace_rows,
    require_unique,
)
from store.errors import BadUsage, CommitConflict, MemcliError
from store.literals import quoted
from store.user_tables import NAMESPACE, RECORDED_AT, user_tables

if TYPE_CHECKING:
    from store import Commit, Snapshot, Transaction
    from store.sql_writing import ChangedRows


@dataclass(frozen=True)
class SqlChanges:
    """
    What a statement changes, by table.

    versions: of all tables that it may have read of, as they were then.
    """

    changed: Mapping[str, ChangedRows]
    versions: Mapping[str, int]

    def counts(self) -> dict[str, int]:
        """Return how many rows of each table are concerned."""
        return {name: rows.n_rows for name, rows in self.changed.items()}

    def write(self, transaction: Transaction, space: str, now: datetime) -> None:
        """
        Write the changes; new rows go to a namespace.

        Raises CommitConflict when others changed the tables meanwhile, BadUsage for what cannot be.
        """
        if versions_of(transaction.head) != self.versions:
            raise CommitConflict("a table of your own was changed meanwhile", "run it again")
        for name, rows in self.changed.items():
            table = open_table(transaction, transaction.names, name)
            kept = [{**row, RECORDED_AT: now} for row in rows.kept.to_pylist()]
            new = [new_row(row, table.definition, space, now) for row in rows.new.to_pylist()]
            _require_json([*kept, *new], table)
            delete_rows(transaction, table, rows.gone, now)
            replace_rows(transaction, table, kept, now)
            append_rows(transaction, table, new, now)
            require_unique(transaction, table)


def work_out(
    snapshot: Snapshot,
    statement: str,
    namespace: str | None,
    timeout_s: float | None,
    give_up: Callable[[MemcliError], Any],
) -> SqlChanges:
    """
    Work out what a statement changes in the tables of a snapshot; nothing is written.

    namespace: bounds what it sees and changes. Raises BadUsage as `run_write` does.
    """
    from store.sql_writing import run_write

    tables = user_tables(snapshot.commit.tables)
    where = None if namespace is None else f"{NAMESPACE} = {quoted([namespace])}"
    own = {name: snapshot.read(key, None, where) for name, key in tables.items()}
    sources = snapshot.sql_sources(namespace)
    changed = run_write(sources, own, statement, timeout_s, give_up)
    return SqlChanges(changed, versions_of(snapshot.commit))


def versions_of(commit: Commit) -> dict[str, int]:
    """Return the versions of the tables of the user's own, by their keys, that a commit names."""
    return {key: commit.tables[key].version for key in user_tables(commit.tables).values()}


def _require_json(rows: list[Row], table: OwnTable) -> None:
    """Raise BadUsage where a json column would have what is none."""
    columns = [name for name, type_ in table.definition.columns if type_ == "json"]
    for row in rows if columns else ():
        for name in columns:
            try:
                json.loads(row[name] if row[name] is not None else "null")
            except ValueError:
                what = f"column {name!r} of {table.name} would have what is no JSON"
                raise BadUsage(what, "write texts in double quotes inside the quotes") from None
