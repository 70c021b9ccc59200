"""
Indexes of a Lance table: which there are, and how rows come into them.

What is looked up in them, and how, is in store/_lance.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from store.errors import MemcliError
from store.lance_errors import lance_errors

# Name of the index, column and kind, for each table that has any.
INDEXES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "memories": (
        ("keys", "INVERTED"),
        ("derived_keys", "INVERTED"),
        ("id", "BTREE"),
        ("session_id", "BTREE"),
        ("happened_at", "BTREE"),
        ("namespace", "BITMAP"),
    ),
    "archive": (("keys", "INVERTED"), ("derived_keys", "INVERTED"), ("id", "BTREE")),
    # Links are followed from their targets by people only, who can wait for a scan.
    "links": (("source_id", "BTREE"),),
    "strengths": (("id", "BTREE"),),
    "windows": (("keys", "INVERTED"), ("id", "BTREE")),
}
FULL_TEXT: Final = {
    "with_position": False,
    "stem": True,
    "remove_stop_words": True,
    "language": "English",
    "base_tokenizer": "simple",
}
VECTOR_INDEX: Final = "vector_idx"
# Exact search of half-precision vectors costs 0.6 us a row, so an index gains above this.
MIN_ROWS_FOR_VECTOR_INDEX: Final = 20_000
ROWS_PER_PARTITION: Final = 1_500
# What is added to a larger segment of an index becomes one of its own: to merge the two takes time
# and memory that grow with the table. A search asks each, which costs it a millisecond; `compact`
# makes one of all.
ROWS_PER_SEGMENT: Final = 262_144
# To merge words takes 25 MB for each 65,536 rows, four times what other columns take; a search of
# words takes a quarter of a millisecond for each segment.
ROWS_PER_TEXT_SEGMENT: Final = ROWS_PER_SEGMENT // 2
# Of the 50 nearest among the first 200 found: 0.94 with one bit, 0.96 with two, 0.96 with four.
BITS_PER_COMPONENT: Final = 2
SEGMENTS: Final = "_indices"


class VectorModel(NamedTuple):
    """
    What the parts of one vector index share, however many processes build them.

    centroids: of its partitions, an Arrow stream; rotation: of its codes, as Lance has it.
    """

    partitions: int
    centroids: bytes
    rotation: str


class Indexes:
    """The indexes of one version of one Lance table; moves on to the newest with each change."""

    name: str
    _dataset: Any

    def count(self, where: str | None = None) -> int:
        """Return the number of rows."""
        with lance_errors(f"count {self.name}"):
            return int(self._dataset.count_rows(where))

    def _refresh(self) -> None:
        """Move on to the newest version."""
        raise NotImplementedError

    def create_indexes(self, names: Collection[str] | None = None) -> None:
        """Build the indexes of this table but the vector index: all, or those of some names."""
        with lance_errors(f"index {self.name}"):
            for column, kind in INDEXES.get(self.name, ()):
                if names is not None and f"{column}_idx" not in names:
                    continue
                options = FULL_TEXT if kind == "INVERTED" else {}
                self._dataset.create_scalar_index(column, kind, replace=True, **options)
            self._refresh()

    def rebuild_indexes(self, names: Iterable[str]) -> None:
        """Build some indexes anew from the rows, without a look at what is there of them."""
        wanted = set(names)
        with lance_errors(f"index {self.name}"):
            for name in wanted - {f"{column}_idx" for column, _ in INDEXES.get(self.name, ())}:
                self._dataset.drop_index(name)
            self._refresh()
        self.create_indexes(wanted)

    def missing_indexes(self) -> set[str]:
        """Return the columns that a table of an earlier program has no index on."""
        with lance_errors(f"read the indexes of {self.name}"):
            present = {
                name for index in self._dataset.describe_indices() for name in index.field_names
            }
        return {column for column, _ in INDEXES.get(self.name, ())} - present

    def unindexed_rows(self) -> int:
        """Return how many rows a search has to scan because no index has them yet."""
        if self.name not in INDEXES:
            return 0
        with lance_errors(f"read {self.name}"):
            indexed = [int(index.num_rows_indexed) for index in self._dataset.describe_indices()]
        return self.count() - min(indexed, default=0)

    def unindexed_bytes(self) -> int:
        """Return the bytes of the files with rows that an index lacks: long texts are few rows."""
        if self.name not in INDEXES:
            return 0
        with lance_errors(f"read {self.name}"):
            fragments = {each.fragment_id: each for each in self._dataset.get_fragments()}
            indexes = self._dataset.describe_indices()
        indexed = [{n for part in each.segments for n in part.fragment_ids} for each in indexes]
        lacking = fragments.keys() - (set.intersection(*indexed) if indexed else set())
        files = (file for number in lacking for file in fragments[number].data_files())
        return sum(file.file_size_bytes or 0 for file in files)

    def extend_indexes(self, merge: bool = False) -> None:
        """
        Bring all rows into the newest segment of each index, or into a new one if that is full.

        merge: make one segment of each, whatever that takes.
        """
        with lance_errors(f"index {self.name}"):
            if merge:
                self._dataset.optimize.optimize_indices(num_indices_to_merge=1_000)
            else:
                self._extend_newest()
            self._refresh()

    def _extend_newest(self) -> None:
        rows = {f.fragment_id: f.metadata.physical_rows for f in self._dataset.get_fragments()}
        full: list[str] = []
        others: list[str] = []
        for index in self._dataset.describe_indices():
            newest = sum(rows.get(number, 0) for number in index.segments[-1].fragment_ids)
            new = sum(rows.values()) - int(index.num_rows_indexed)
            most = _most_rows(self.name, index.name)
            (full if newest + new > most else others).append(index.name)
        if full:
            self._dataset.optimize.optimize_indices(index_names=full, num_indices_to_merge=0)
        if others:
            self._dataset.optimize.optimize_indices(index_names=others)

    def has_vector_index(self) -> bool:
        """Say whether there is an index over the vectors."""
        with lance_errors(f"read {self.name}"):
            return any(index.name == VECTOR_INDEX for index in self._dataset.describe_indices())

    def create_vector_index(self) -> None:
        """Build the approximate index over the vectors (IVF with RaBitQ codes)."""
        with lance_errors(f"index the vectors of {self.name}"):
            self._dataset.create_index(
                "vector",
                "IVF_RQ",
                name=VECTOR_INDEX,
                metric="dot",
                num_partitions=max(1, self.count() // ROWS_PER_PARTITION),
                num_bits=BITS_PER_COMPONENT,
                replace=True,
            )
            self._refresh()

    def build_vector_segment(self, model: VectorModel, fragments: Sequence[int]) -> Any:
        """Build the part of a vector index that has some fragments; it is in no version yet."""
        import pyarrow as pa

        centroids = pa.ipc.open_stream(model.centroids).read_all()["centroids"]
        with lance_errors(f"index the vectors of {self.name}"):
            return self._dataset.create_index_uncommitted(
                "vector",
                "IVF_RQ",
                name=VECTOR_INDEX,
                metric="dot",
                num_partitions=model.partitions,
                num_bits=BITS_PER_COMPONENT,
                ivf_centroids=centroids.combine_chunks(),
                rabitq_model=model.rotation,
                replace=True,
                fragment_ids=list(fragments),
            )

    def take_vector_segments(self, segments: Sequence[Any]) -> None:
        """Make one vector index of its parts, as a new version; the parts themselves go."""
        with lance_errors(f"index the vectors of {self.name}"):
            merged = self._dataset.merge_existing_index_segments(list(segments))
            if self.has_vector_index():
                self._dataset.drop_index(VECTOR_INDEX)
                self._refresh()
            self._dataset.commit_existing_index_segments(VECTOR_INDEX, "vector", [merged])
            self._refresh()
            for part in (each for each in segments if each.uuid != merged.uuid):
                shutil.rmtree(Path(self._dataset.uri) / SEGMENTS / str(part.uuid))

    def index_segments_to_merge(self) -> bool:
        """Say whether an index is in more than one piece."""
        with lance_errors(f"read {self.name}"):
            return any(len(index.segments) > 1 for index in self._dataset.describe_indices())

    def rows_at_training(self) -> int:
        """Return for how many rows the vector index was made; 0 when there is none."""
        if not self.has_vector_index():
            return 0
        with lance_errors(f"read {self.name}"):
            statistics = self._dataset.stats.index_stats(VECTOR_INDEX)
        return int(statistics["indices"][0]["num_partitions"]) * ROWS_PER_PARTITION

    def index_sizes(self) -> dict[str, int | None]:
        """Return the bytes of each segment of an index by its folder, as this version states."""
        with lance_errors(f"read the indexes of {self.name}"):
            indexes = self._dataset.describe_indices()
            return {str(part.uuid): part.size_bytes for index in indexes for part in index.segments}

    def index_opens(self, name: str, wholly: bool) -> bool:
        """Say whether an index can be opened, and, if that is wanted, all of it be read."""
        try:
            with lance_errors(f"open the index {name} of {self.name}"):
                if wholly:
                    self._dataset.prewarm_index(name)
                self._dataset.stats.index_stats(name)
        except MemcliError:
            return False
        return True


def _most_rows(table: str, index: str) -> int:
    """Return how many rows the newest segment of an index of a table may have."""
    texts = (f"{column}_idx" for column, kind in INDEXES[table] if kind == "INVERTED")
    return ROWS_PER_TEXT_SEGMENT if index in texts else ROWS_PER_SEGMENT
