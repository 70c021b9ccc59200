"""
Upkeep of a Lance table: its indexes, fragments, tags and old versions.

What is done to the files of a table and changes no row of it; store/_lance.py has the rows.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
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
# All indexes look up where each row that moves has gone: of a million and a half at once they took
# 200 MB more than so.
ROWS_MOVED_AT_ONCE: Final = 400_000
# Of the 50 nearest among the first 200 found: 0.94 with one bit, 0.96 with two, 0.96 with four.
BITS_PER_COMPONENT: Final = 2
# Where Lance keeps them inside a table.
TAGS: Final = "_refs/tags"
DATA: Final = "data"
# A disk that fails once is not asked for ever.
MOST_CLEANINGS: Final = 4
SEGMENTS: Final = "_indices"


class TablePart(NamedTuple):
    """
    A file that a version is read from, or the folder of one of its indexes.

    path: below the table; loses: what is lost with it; of: the index; size: the bytes, if stated.
    """

    kind: str
    path: str
    loses: str
    of: str = ""
    size: int | None = None


class VectorModel(NamedTuple):
    """
    What the parts of one vector index share, however many processes build them.

    centroids: of its partitions, an Arrow stream; rotation: of its codes, as Lance has it.
    """

    partitions: int
    centroids: bytes
    rotation: str


class Fragment(NamedTuple):
    """A fragment of a version: its number, physical rows and files, below the table."""

    number: int
    rows: int
    files: tuple[str, ...]
    deletion: str | None


def _first_tasks(tasks: Sequence[Any]) -> list[Any]:
    """Return the first of some tasks of a compaction, one at least, that move few rows together."""
    some: list[Any] = []
    rows = 0
    for task in tasks:
        rows += sum(fragment.physical_rows for fragment in task.fragments)
        if some and rows > ROWS_MOVED_AT_ONCE:
            break
        some.append(task)
    return some


class Upkeep:
    """One version of one Lance table, as far as its files go; moves on to the newest with each."""

    name: str
    _dataset: Any

    @property
    def version(self) -> int:
        """The Lance version that is open."""
        return int(self._dataset.version)

    def count(self, where: str | None = None) -> int:
        """Return the number of rows."""
        with lance_errors(f"count {self.name}"):
            return int(self._dataset.count_rows(where))

    def _refresh(self) -> None:
        """Move on to the newest version."""
        raise NotImplementedError

    def compaction(self) -> Any:
        """Return what plans and commits the rewriting of fragments."""
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
            (full if newest + new > ROWS_PER_SEGMENT else others).append(index.name)
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

    def merge_fragments(self, rows_per_fragment: int) -> None:
        """Rewrite fragments smaller than that into larger ones, in order, so many rows at once."""
        compaction, target = self.compaction(), {"target_rows_per_fragment": rows_per_fragment}
        with lance_errors(f"compact {self.name}"):
            while True:
                tasks = list(compaction.plan(self._dataset, target).tasks)
                some = _first_tasks(tasks)
                if len(some) == len(tasks):
                    self._dataset.optimize.compact_files(**target)
                else:
                    done = [task.execute(self._dataset) for task in some]
                    compaction.commit(self._dataset, done)
                self._refresh()
                if len(some) == len(tasks):
                    return

    def small_fragments(self, rows: int) -> int:
        """Return how many fragments have fewer rows than that, deleted ones not counted."""
        return len(self._small_counts(rows))

    def spare_fragments(self, rows: int) -> int:
        """Return how many fragments fewer there could be, with so many rows in each at most."""
        small = self._small_counts(rows)
        return len(small) - math.ceil(sum(small) / rows)

    def _small_counts(self, rows: int) -> list[int]:
        with lance_errors(f"read {self.name}"):
            counts = [int(fragment.count_rows()) for fragment in self._dataset.get_fragments()]
        return [count for count in counts if count < rows]

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

    def fragment_count(self) -> int:
        """Return how many fragments the table has."""
        return len(self._dataset.get_fragments())

    def data_files(self) -> set[str]:
        """Return the names of the data files that this version has rows in."""
        with lance_errors(f"read {self.name}"):
            fragments = self._dataset.get_fragments()
            return {file.path for fragment in fragments for file in fragment.data_files()}

    def data_sizes(self) -> dict[str, int | None]:
        """Return the bytes of each data file by name, as this version states them if it does."""
        with lance_errors(f"read {self.name}"):
            fragments = self._dataset.get_fragments()
            files = (file for fragment in fragments for file in fragment.data_files())
            return {str(file.path): file.file_size_bytes for file in files}

    def index_sizes(self) -> dict[str, int | None]:
        """Return the bytes of each segment of an index by its folder, as this version states."""
        with lance_errors(f"read the indexes of {self.name}"):
            indexes = self._dataset.describe_indices()
            return {str(part.uuid): part.size_bytes for index in indexes for part in index.segments}

    def fragments(self) -> list[Fragment]:
        """Return the fragments of this version, in the order in which they were written."""
        with lance_errors(f"read {self.name}"):
            return [
                Fragment(
                    fragment.fragment_id,
                    fragment.metadata.physical_rows,
                    tuple(f"{DATA}/{file.path}" for file in fragment.data_files()),
                    fragment.deletion_file(),
                )
                for fragment in self._dataset.get_fragments()
            ]

    def parts(self) -> Iterator[TablePart]:
        """Yield the files that this version is read from, and the folders of its indexes."""
        with lance_errors(f"read {self.name}"):
            for fragment in self._dataset.get_fragments():
                gone = fragment.metadata.deletion_file
                deleted = gone.num_deleted_rows or 0 if gone else 0
                rows = f"rows of {self.name}: {fragment.metadata.physical_rows - deleted:,}"
                for file in fragment.data_files():
                    path = f"{DATA}/{file.path}"
                    yield TablePart("data", path, rows, size=file.file_size_bytes)
                if gone:
                    lost = f"which rows of {self.name} are deleted: {deleted:,}"
                    yield TablePart("deletion", str(fragment.deletion_file()), lost)
            for index in self._dataset.describe_indices():
                lost = f"the index on {', '.join(index.field_names)} of {self.name}"
                for part in index.segments:
                    yield TablePart("index", f"{SEGMENTS}/{part.uuid}", lost, index.name)

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

    def tag(self, name: str) -> None:
        """Protect this version from cleaning up."""
        with lance_errors(f"tag {self.name}"):
            self._dataset.tags.create(name, self.version)

    def tag_version(self, name: str, version: int) -> None:
        """Protect an older version, in the place of what has the name."""
        with lance_errors(f"tag {self.name}"):
            (Path(self._dataset.uri) / TAGS / f"{name}.json").unlink(missing_ok=True)
            self._dataset.tags.create(name, version)

    def tags(self) -> dict[str, int]:
        """Return the protected versions by tag name."""
        with lance_errors(f"read tags of {self.name}"):
            return {name: int(tag["version"]) for name, tag in self._dataset.tags.list().items()}

    def remove_unreadable_tags(self) -> None:
        """Remove all tags where one of them is none, for then Lance can list none of them."""
        try:
            self.tags()
        except MemcliError:
            with lance_errors(f"mend the tags of {self.name}"):
                for path in (Path(self._dataset.uri) / TAGS).glob("*.json"):
                    path.unlink()

    def tag_names(self) -> list[str]:
        """Return the names of all tags, of those too that a power loss left unreadable."""
        with lance_errors(f"read tags of {self.name}"):
            return sorted(tag.stem for tag in (Path(self._dataset.uri) / TAGS).glob("*.json"))

    def untag(self, names: Iterable[str]) -> None:
        """Lift the protection of versions."""
        with lance_errors(f"untag {self.name}"):
            for name in names:
                self._dataset.tags.delete(name)

    def clean_up(self, older_than_s: float = 0.0, only_writer: bool = False) -> int:
        """
        Remove the untagged versions older than that and return the bytes freed.

        `only_writer` promises that nothing else is writing this table, so that files of crashed
        writers may go too. Lance does not tell of a file that it could not remove, and finds it
        the next time: it is asked again until there is nothing left that it can remove.
        """
        freed = 0
        with lance_errors(f"clean up {self.name}"):
            for _ in range(MOST_CLEANINGS):
                removed = self._dataset.cleanup_old_versions(
                    older_than=timedelta(seconds=older_than_s),
                    delete_unverified=only_writer,
                    error_if_tagged_old_versions=False,
                )
                freed += int(removed.bytes_removed)
                if not removed.bytes_removed:
                    break
        return freed

    def validate(self) -> None:
        """Raise StoreCorrupt when the version's files do not fit together."""
        with lance_errors(f"read table {self.name}"):
            self._dataset.validate()
