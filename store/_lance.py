"""
One Lance table, and the only module that imports lance.

Arrow goes in and comes out; no Lance object leaves store/, and Lance's exceptions leave it as
ours. Lance commits one table at a time and never fsyncs; store/transaction.py makes of that a
durable transaction over several tables.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pyarrow as pa

# Lance warns on stderr about its own deprecations; stderr is for our users.
os.environ.setdefault("LANCE_LOG", "error")

import lance
from lance.file import LanceFileReader
from lance.query import MatchQuery

from schemas import DERIVED_COLUMNS
from schemas.tables import LATER_COLUMNS
from store.errors import BadUsage, StoreCorrupt
from store.lance_errors import lance_errors, short
from store.memory import limit_arenas

if TYPE_CHECKING:
    import numpy as np

Rows = TypeVar("Rows", pa.Table, pa.RecordBatch)

limit_arenas()  # before Lance starts its threads, at the first table
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
# Share of the partitions that a search reads: 0.96 of the 50 nearest are found at one half.
PROBED_SHARE: Final = 0.5
MIN_PROBES: Final = 8
MAX_PROBES: Final = 64
# Of the 50 nearest among the first 200 found: 0.94 with one bit, 0.96 with two, 0.96 with four.
BITS_PER_COMPONENT: Final = 2
ROW_ID: Final = pa.field("_rowid", pa.uint64())
# Where Lance keeps them inside a table.
TAGS: Final = "_refs/tags"


class Table:
    """One version of one Lance table."""

    def __init__(self, name: str, dataset: Any) -> None:
        self.name = name
        self._dataset = dataset

    @classmethod
    def create(cls, name: str, path: Path, schema: pa.Schema) -> Table:
        """Make an empty table with its indexes."""
        with lance_errors(f"create table {name}"):
            table = cls(name, lance.write_dataset(schema.empty_table(), str(path)))
            table.create_indexes()
        return table

    @classmethod
    def open(cls, name: str, path: Path, version: int | None = None) -> Table:
        """Open one version of a table, the newest by default."""
        with lance_errors(f"open table {name}"):
            return cls(name, lance.dataset(str(path), version=version))

    @property
    def version(self) -> int:
        """The Lance version that is open."""
        return int(self._dataset.version)

    @property
    def newest_version(self) -> int:
        """The newest Lance version on disk."""
        with lance_errors(f"read table {self.name}"):
            return int(self._dataset.latest_version)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the columns at its end that an earlier program did not write."""
        return pa.schema([*self._dataset.schema, *self.absent])

    @cached_property
    def absent(self) -> tuple[pa.Field, ...]:
        """The columns that a table of an earlier program lacks; they read as nulls."""
        own = self._dataset.schema.names
        return tuple(f for f in LATER_COLUMNS.get(self.name, ()) if f.name not in own)

    def _own(self, columns: Sequence[str] | None) -> list[str] | None:
        """Return those of some columns that the table has; one at least, for the count of rows."""
        lacked = {field.name for field in self.absent}
        if columns is None or lacked.isdisjoint(columns):
            return None if columns is None else list(columns)
        return [name for name in columns if name not in lacked] or ["id"]

    def _filled(self, rows: Rows, columns: Sequence[str] | None) -> Rows:
        """Return rows with nulls in those of the columns that the table lacks."""
        lacked = [f for f in self.absent if columns is None or f.name in columns]
        for field in lacked:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
        return rows.select(list(columns)) if lacked and columns else rows

    def add_absent(self) -> None:
        """Add the columns that an earlier program did not write, as a new version."""
        if self.absent:
            with lance_errors(f"write {self.name}"):
                self._dataset.add_columns(pa.schema(self.absent))
                self._refresh()

    def count(self, where: str | None = None) -> int:
        """Return the number of rows."""
        with lance_errors(f"count {self.name}"):
            return int(self._dataset.count_rows(where))

    # ---------------------------------------------------------------- reading

    def batches(
        self,
        columns: list[str] | None = None,
        where: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Stream rows in the order in which they were written."""
        with lance_errors(f"read {self.name}"):
            scanner = self._dataset.scanner(
                columns=self._own(columns),
                filter=where,
                limit=limit,
                offset=offset,
                scan_in_order=True,
                disable_scoring_autoprojection=True,
            )
            yield from (self._filled(batch, columns) for batch in scanner.to_batches())

    def read(
        self, columns: list[str] | None = None, where: str | None = None, limit: int | None = None
    ) -> pa.Table:
        """Return rows as one Arrow table."""
        schema = self.schema
        if columns is not None:
            schema = pa.schema([ROW_ID if c == "_rowid" else schema.field(c) for c in columns])
        return pa.Table.from_batches(self.batches(columns, where, limit), schema)

    def require_condition(self, where: str) -> None:
        """Raise BadUsage unless a text alone is a condition, whatever it is put between."""
        try:
            self._dataset.scanner(filter=where, limit=1).explain_plan()
        except (OSError, ValueError, RuntimeError) as error:
            reason = short(str(error)).split("(sql parser error: ")[-1].rstrip(")")
            raise BadUsage(f"--where: {reason}", "give one condition in SQL") from error

    def take(self, row_ids: Sequence[int], columns: list[str]) -> pa.Table:
        """Return the rows with those Lance row ids, in that order."""
        with lance_errors(f"read {self.name}"):
            # Lance has no public way to take by row id; a filter on _rowid costs half again.
            rows = self._dataset._take_rows(list(row_ids), columns=self._own(columns))
            return self._filled(rows, columns)

    def nearest(
        self, vector: np.ndarray, top_k: int, columns: list[str], where: str | None = None
    ) -> pa.Table:
        """
        Return the rows whose vectors have the greatest dot product with `vector`.

        Exact where there is no vector index; rows not indexed yet are always searched exactly.
        The extra column `cosine` holds the dot product of what are unit vectors.
        """
        target = {
            "column": "vector",
            "q": vector.astype("float16"),
            "k": top_k,
            "metric": "dot",
            "nprobes": self._probes(),
            "refine_factor": 1,
        }
        with lance_errors(f"search {self.name}"):
            found = self._dataset.to_table(
                columns=[*(self._own(columns) or ()), "_distance"],
                nearest=target,
                filter=where,
                prefilter=True,
            )
        cosines = pa.array(1.0 - found["_distance"].to_numpy())
        found = self._filled(found.drop_columns(["_distance"]), columns)
        return found.append_column("cosine", cosines)

    def _probes(self) -> int:
        """Return how many partitions of the vector index a search reads."""
        return int(
            min(MAX_PROBES, max(MIN_PROBES, self.count() / ROWS_PER_PARTITION * PROBED_SHARE))
        )

    def match(
        self,
        text: str,
        top_k: int,
        columns: list[str],
        where: str | None = None,
        on: str = "keys",
    ) -> pa.Table:
        """
        Return the rows that match the words of `text` best by BM25, in one indexed column.

        The extra column `bm25` holds the score.
        """
        query = MatchQuery(text, on)
        with lance_errors(f"search {self.name}"):
            found = self._dataset.to_table(
                columns=[*(self._own(columns) or ()), "_score"],
                full_text_query=query,
                filter=where,
                prefilter=True,
                limit=top_k,
            )
        return self._filled(found, [*columns, "_score"]).rename_columns([*columns, "bm25"])

    def sql_source(self) -> Any:
        """
        Return what DuckDB can scan with push-down: this version without its vectors.

        Its `absent` are columns that it lacks.
        """
        source = lance.dataset(self._dataset.uri, version=self.version)
        source.__class__ = WithoutVectors
        source.absent = self.absent
        return source

    # ---------------------------------------------------------------- writing

    def append(self, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Add rows as a new version."""
        with lance_errors(f"write {self.name}"):
            lance.write_dataset(rows, self._dataset, mode="append")
            self._refresh()

    def overwrite(self, rows: pa.RecordBatchReader) -> None:
        """Replace all rows, and the schema, as a new version without indexes."""
        with lance_errors(f"write {self.name}"):
            lance.write_dataset(rows, self._dataset.uri, mode="overwrite")
            self._refresh()

    def upsert(self, rows: pa.Table, on: list[str]) -> None:
        """Replace the rows that equal these in `on`, add the others, as a new version."""
        with lance_errors(f"write {self.name}"):
            merge = self._dataset.merge_insert(on)
            merge.when_matched_update_all().when_not_matched_insert_all().execute(rows)
            self._refresh()

    def delete(self, where: str) -> None:
        """Take rows out, as a new version; older versions keep them."""
        with lance_errors(f"write {self.name}"):
            self._dataset.delete(where)
            self._refresh()

    def restore(self, version: int) -> None:
        """Make a new version with the content and indexes of an older one."""
        with lance_errors(f"restore {self.name} to version {version}"):
            self._dataset = self._dataset.checkout_version(version)
            self._dataset.restore()
            self._refresh()

    def _refresh(self) -> None:
        """Move on to the newest version."""
        self._dataset = lance.dataset(self._dataset.uri)
        vars(self).pop("absent", None)

    # ---------------------------------------------------------------- indexes and upkeep

    def create_indexes(self) -> None:
        """Build all indexes of this table but the vector index."""
        with lance_errors(f"index {self.name}"):
            for column, kind in INDEXES.get(self.name, ()):
                options = FULL_TEXT if kind == "INVERTED" else {}
                self._dataset.create_scalar_index(column, kind, replace=True, **options)
            self._refresh()

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
        """Bring all rows into the indexes; `merge` also makes one segment of each."""
        with lance_errors(f"index {self.name}"):
            options: dict[str, Any] = {"num_indices_to_merge": 1_000} if merge else {}
            self._dataset.optimize.optimize_indices(**options)
            self._refresh()

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

    def merge_fragments(self, rows_per_fragment: int) -> None:
        """Rewrite fragments smaller than that into larger ones, in order."""
        with lance_errors(f"compact {self.name}"):
            self._dataset.optimize.compact_files(target_rows_per_fragment=rows_per_fragment)
            self._refresh()

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

    def tag(self, name: str) -> None:
        """Protect this version from cleaning up."""
        with lance_errors(f"tag {self.name}"):
            self._dataset.tags.create(name, self.version)

    def tags(self) -> dict[str, int]:
        """Return the protected versions by tag name."""
        with lance_errors(f"read tags of {self.name}"):
            return {name: int(tag["version"]) for name, tag in self._dataset.tags.list().items()}

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
        writers may go too.
        """
        with lance_errors(f"clean up {self.name}"):
            removed = self._dataset.cleanup_old_versions(
                older_than=timedelta(seconds=older_than_s),
                delete_unverified=only_writer,
                error_if_tagged_old_versions=False,
            )
        return int(removed.bytes_removed)

    def validate(self) -> None:
        """Raise StoreCorrupt when the version's files do not fit together."""
        try:
            self._dataset.validate()
        except (OSError, ValueError, RuntimeError) as error:
            raise StoreCorrupt(f"table {self.name}: {short(str(error))}") from error


class WithoutVectors(lance.LanceDataset):  # type: ignore[misc]
    """A dataset as DuckDB may see it: DuckDB knows no half-precision numbers."""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([field for field in super().schema if field.name not in DERIVED_COLUMNS])

    def scanner(self, columns: list[str] | None = None, **options: Any) -> Any:
        return super().scanner(columns=columns or self.schema.names, **options)


def file_batches(path: Path, is_wanted: Callable[[pa.DataType], bool]) -> Iterator[pa.RecordBatch]:
    """
    Stream the columns of some types of one file of data or of an index, whatever refers to it.

    Rows that a table has marked as deleted are among them.
    """
    with lance_errors(f"read {path.name}"):
        schema = LanceFileReader(str(path)).metadata().schema
        columns = [field.name for field in schema if is_wanted(field.type)]
        if columns:
            yield from LanceFileReader(str(path), columns=columns).read_all().to_batches()
