"""Contents of an export, in order: memories, the archive, links, entities, strengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.memory.arrow import wire_columns

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot


class Part(NamedTuple):
    """One table of an export: its records' kind, and whether they say that they are archived."""

    table: str
    kind: str
    archived: bool


PARTS: Final = (
    Part("memories", "memory", False),
    Part("archive", "memory", True),
    Part("links", "link", False),
    Part("entities", "entity", False),
    Part("strengths", "strength", False),
)


@dataclass
class Contents:
    """The rows of a snapshot, or of one namespace of it, counted as they are read."""

    snapshot: Snapshot
    namespace: str | None = None
    on_rows: Callable[[int], None] = lambda n: None
    counts: Counter[str] = field(default_factory=Counter)

    def batches(self) -> Iterator[tuple[Part, pa.RecordBatch]]:
        """Yield the columns on the wire of every part, in the order in which they were written."""
        for part in PARTS:
            for batch in self._part(part):
                self.counts[part.table] += batch.num_rows
                self.on_rows(batch.num_rows)
                yield part, batch

    def _part(self, part: Part) -> Iterator[pa.RecordBatch]:
        columns = wire_columns(self.snapshot.table(part.table).schema)
        if self.namespace is None:
            return self.snapshot.scan(part.table, columns)
        from store.namespaces import scan_namespace

        return scan_namespace(self.snapshot, part.table, columns, self.namespace)

    def summary(self) -> str:
        """Say in words what was read."""
        if "pairs" in self.counts:
            return f"{self.counts['pairs']:,} pairs"
        if "chats" in self.counts:
            return f"{self.counts['chats']:,} conversations"
        if "graph" in self.counts:
            return f"{self.counts['graph']:,} entities and relations"
        if "page" in self.counts:
            return f"a page of {self.counts['page']:,} turns and statements"
        archived = self.counts["archive"]
        memories = f"{self.counts['memories'] + archived:,} memories"
        aside = f" ({archived:,} of them archived)" if archived else ""
        entities = self.counts["entities"]
        names = f" and {entities:,} entities" if entities else ""
        rows = self.counts["table_rows"]
        own = f", {rows:,} rows of tables of your own" if rows else ""
        links = f"{self.counts['links']:,} links"
        return f"{memories}{aside}{',' if names else ' and'} {links}{names}{own}"
