"""The work of the entity step: which names mean the same, by all that is known of them by now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from memcli.jsonl import Row
from memcli.memory.conflicts import refuse_conflicts
from memcli.memory.entities import resolve_again
from memcli.memory.entity_records import entity_rows
from schemas import tables

if TYPE_CHECKING:
    from store import Commit, Snapshot, Store, Transaction

WATERMARK: Final = "entities"


class EntityResolutionStep:
    """One call of the step."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now
        self.snapshot = store.snapshot()
        self.changed: list[Row] = []
        self._mark = names_mark(self.snapshot)

    def is_done(self) -> bool:
        """Say whether no name was used or ruled on since the last time."""
        return self.snapshot.commit.watermarks.get(WATERMARK) == self._mark

    def run(self, namespace: str | None) -> None:
        """Resolve all names anew; with a namespace, those in it."""
        rows = entity_rows(self.snapshot, namespace)
        for name in sorted({row["namespace"] for row in rows}):
            inside = [row for row in rows if row["namespace"] == name]
            self.changed += resolve_again(inside, self.now)
        if namespace is not None:
            self._mark = self.snapshot.commit.watermarks.get(WATERMARK, 0)

    def counts(self) -> dict[str, int]:
        """Return the counts of a summary record."""
        return {"entities": len(self.changed)}

    def commit(self, arguments: dict[str, Any]) -> Commit | None:
        """Write what changed; None when the names were all resolved before."""
        if self.is_done() and not self.changed:
            return None
        with self.store.transaction("entities", arguments) as transaction:
            refuse_conflicts(self.store, self.snapshot.commit, transaction.head)
            rows = pa.Table.from_pylist(self.changed, schema=tables.entities())
            transaction.upsert("entities", rows, ["id"])
            transaction.watermarks[WATERMARK] = names_mark(transaction)
            return transaction.publish()


def names_mark(source: Snapshot | Transaction) -> int:
    """Return a number that changes whenever a name is used or ruled on."""
    table = source.table("entities")
    if not table.count():
        return 0
    written = table.read(["recorded_at"])["recorded_at"]
    return table.count() + int(pc.max(written).value)
