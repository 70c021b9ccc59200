"""Indexing by workers: the parts of the index over vectors, built where the store is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.compact import Building, VectorTable, build_segment

if TYPE_CHECKING:
    from memcli.memory.workers import Workers
    from store import Snapshot, Store


@dataclass(frozen=True)
class Indexing:
    """The task of building parts of an index; they write into the table, so it has to be shared."""

    wanted: VectorTable

    def open(self, store: Store, snapshot: Snapshot) -> Callable[[list[int]], Any]:
        """Return what builds the part of some fragments."""
        return lambda fragments: build_segment(store.layout, self.wanted, fragments)


def building_by(workers: Workers, store: Store) -> Building:
    """Return what has the parts of a vector index built by workers."""

    def build(wanted: VectorTable, parts: list[list[int]]) -> Iterable[Any]:
        return workers.map(Indexing(wanted), store.snapshot(), parts)

    return build
