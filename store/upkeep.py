"""
Upkeep of a Lance table: its fragments, tags and old versions.

What is done to the files of a table and changes no row of it; store/_lance.py has the rows, and
store/indexes.py what finds them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from store.errors import MemcliError
from store.indexes import SEGMENTS, Indexes
from store.lance_errors import lance_errors

# All indexes look up where each row that moves has gone: of a million and a half at once they took
# 200 MB more than so.
ROWS_MOVED_AT_ONCE: Final = 400_000
# Where Lance keeps them inside a table.
TAGS: Final = "_refs/tags"
DATA: Final = "data"
# A disk that fails once is not asked for ever.
MOST_CLEANINGS: Final = 4


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


class Upkeep(Indexes):
    """One version of one Lance table, as far as its files go; moves on to the newest with each."""

    @property
    def version(self) -> int:
        """The Lance version that is open."""
        return int(self._dataset.version)

    def compaction(self) -> Any:
        """Return what plans and commits the rewriting of fragments."""
        raise NotImplementedError

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
