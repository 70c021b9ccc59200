"""
Deduplication step: what is said twice anywhere in a store becomes one statement.

`link` merges what is new with what is near to it; here all that holds is looked at together, so
that nothing depends on which night a statement came in (TiM merges the same way, Liu et al. 2023).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.consolidation.evolution import Evolution
from memcli.consolidation.similar import COLUMNS, Duplicates, merge_groups
from memcli.jsonl import Row
from memcli.memory.arrow import with_metadata
from memcli.memory.step import NightlyStep
from memcli.memory.watermarks import Watermark
from memcli.memory.writing import write_links
from store.literals import quoted, time_literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from memcli.models.encoder import Encoder
    from store import Store, Transaction

# All are looked at together again once a twentieth has come in; `link` sees to the rest.
GROWTH: Final = 0.05
# Facts are merged by what they say, where they are extracted; what is to come, once it is over.
CURRENT: Final = "level = 1 AND attribute IS NULL AND superseded_by IS NULL AND type != 'vault'"
OVER: Final = "(valid_to IS NULL OR valid_to <= {})"


class DeduplicationStep(NightlyStep):
    """One call of the step."""

    command = Watermark.MERGE

    def __init__(self, store: Store, encoder: Encoder, now: datetime) -> None:
        super().__init__(store, now)
        self.found = Duplicates()
        self._evolution = Evolution(encoder, now)
        self._mark = self.snapshot.total("level = 1")

    def is_done(self) -> bool:
        """Say whether hardly a statement has come in, and none has gone, since the last time."""
        before = self.mark(Watermark.MERGE)
        return before <= self._mark <= before * (1.0 + GROWTH)

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Find what is said twice; with a namespace, in it only."""
        for name in self._namespaces(namespace):
            rows = self._read(name)
            found = merge_groups(rows, self.now)
            self.found.merged.update(found.merged)
            self.found.sources.update(found.sources)
            self.found.links += found.links
            progress(len(rows))
        if namespace is not None:
            self._mark = self.mark(Watermark.MERGE)

    def _namespaces(self, namespace: str | None) -> list[str]:
        if namespace is not None:
            return [namespace]
        rows = self.snapshot.sql("SELECT DISTINCT namespace FROM statements ORDER BY namespace")
        names: list[str] = rows["namespace"].to_pylist()
        return names

    def _read(self, namespace: str) -> list[Row]:
        over = OVER.format(time_literal(self.now))
        where = f"{CURRENT} AND {over} AND namespace = {quoted([namespace])}"
        columns = [name for name in COLUMNS if name != "vector"]
        return with_metadata(self.snapshot.rows(columns, where, ["memories"]))

    def counts(self) -> dict[str, int]:
        """Return the counts of a summary record."""
        return {"merged": len(self.found.merged)}

    @property
    def _is_empty(self) -> bool:
        return not self.found.merged and self.is_done()

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return {Watermark.MERGE: self._mark}

    def _write(self, transaction: Transaction) -> None:
        self._evolution.take_sources(self.found.sources)
        self._evolution.write(transaction, self.found.merged)
        write_links(transaction, self.found.links)
