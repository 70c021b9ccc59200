"""Known ids: which memories and links a store has, and where its sessions end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.memory.ids import IdSet, content_id
from memcli.memory.sessions import SessionEnd, SessionPlace
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from store.reading import TableReader

# Up to this many ids are looked up in the index; above, reading all ids once is faster.
MAX_LOOKUPS: Final = 4_000


class KnownIds:
    """Which ids a store has."""

    def __init__(self, source: TableReader) -> None:
        self._source = source
        self._asked = 0
        self._all: IdSet | None = None

    def contains(self, ids: Sequence[str]) -> np.ndarray:
        """Return a bool for each id: whether the store has it."""
        self._asked += len(ids)
        if self._all is None and self._asked > MAX_LOOKUPS:
            self._all = self._load_all()
        known = self._look_up(ids) if self._all is None else self._all
        return known.contains(ids)

    def without(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows of a batch whose ids the store does not have."""
        import pyarrow as pa

        known = self.contains(batch["id"].to_pylist())
        return batch.filter(pa.array(~known)) if known.any() else batch

    def _load_all(self) -> IdSet:
        ids = IdSet()
        for table in MEMORY_TABLES:
            for batch in self._source.scan(table, ["id"]):
                ids.add(batch["id"].to_pylist())
        return ids

    def _look_up(self, ids: Sequence[str]) -> IdSet:
        known = IdSet()
        known.add([row["id"] for row in self._source.rows_of(ids, ["id"])])
        return known


def link_id(row: dict[str, Any]) -> str:
    """Return what tells one link from another: its ends and its relation."""
    return content_id(row["source_id"], row["target_id"], row["relation"])


def link_ids(source: TableReader) -> IdSet:
    """Return the ids of all links that a store has."""
    ids = IdSet()
    for batch in source.scan("links", ["source_id", "target_id", "relation"]):
        ids.add([link_id(row) for row in batch.to_pylist()])
    return ids


def session_ends(
    source: TableReader, keys: Sequence[SessionPlace]
) -> dict[SessionPlace, SessionEnd]:
    """Return where the sessions that the store has already end."""
    ends: dict[SessionPlace, SessionEnd] = {}
    sessions = sorted({session for _, session in keys})
    columns = ["namespace", "session_id", "seq", "id"]
    for row in source.rows_of(sessions, columns, on="session_id", where="level = 0"):
        end = ends.setdefault((row["namespace"], row["session_id"]), SessionEnd())
        if row["seq"] is not None and row["seq"] >= end.next_seq:
            end.next_seq, end.last_id = row["seq"] + 1, row["id"]
    return ends
