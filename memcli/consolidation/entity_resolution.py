"""Entity resolution step: which names mean the same, by all that is known by now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from memcli.jsonl import Row
from memcli.memory.entities import resolve_again
from memcli.memory.entity_records import entity_rows
from memcli.memory.step import NightlyStep
from memcli.memory.watermarks import Watermark
from schemas import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from store import Store, Transaction
    from store.reading import TableReader


class EntityResolutionStep(NightlyStep):
    """One call of the step."""

    command = Watermark.ENTITIES

    def __init__(self, store: Store, now: datetime) -> None:
        super().__init__(store, now)
        self.changed: list[Row] = []
        self._mark = names_mark(self.snapshot)

    def is_done(self) -> bool:
        """Say whether no name was used or ruled on since the last time."""
        return self.snapshot.commit.watermarks.get(self.command) == self._mark

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Resolve all names anew; with a namespace, those in it."""
        rows = entity_rows(self.snapshot, namespace)
        for name in sorted({row["namespace"] for row in rows}):
            inside = [row for row in rows if row["namespace"] == name]
            self.changed += resolve_again(inside, self.now)
            progress(len(inside))
        if namespace is not None:
            self._mark = self.mark(Watermark.ENTITIES)

    def counts(self) -> dict[str, int]:
        """Return the counts of a summary record."""
        return {"entities": len(self.changed)}

    @property
    def _is_empty(self) -> bool:
        return self.is_done() and not self.changed

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return {Watermark.ENTITIES: names_mark(transaction)}

    def _write(self, transaction: Transaction) -> None:
        rows = pa.Table.from_pylist(self.changed, schema=tables.entities())
        transaction.upsert("entities", rows, ["id"])


def names_mark(source: TableReader) -> int:
    """Return a number that changes whenever a name is used or ruled on."""
    table = source.table("entities")
    if not table.count():
        return 0
    written = table.read(["recorded_at"])["recorded_at"]
    return table.count() + int(pc.max(written).value)
