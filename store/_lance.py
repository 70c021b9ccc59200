"""
One Lance table, and the only module that imports lance.

Arrow goes in and comes out; no Lance object leaves store/, and Lance's exceptions leave it as
ours. Lance commits one table at a time and never fsyncs; store/transaction.py makes of that a
durable transaction over several tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
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
from store.cores import share_with_lance, usable_cores
from store.errors import BadUsage, MemcliError, StoreCorrupt
from store.indexes import BITS_PER_COMPONENT, ROWS_PER_PARTITION, VectorModel
from store.lance_errors import lance_errors, short
from store.memory import limit_heap
from store.upkeep import Upkeep
from store.user_tables import ROW_COLUMNS, is_user_table

if TYPE_CHECKING:
    import numpy as np

Rows = TypeVar("Rows", pa.Table, pa.RecordBatch)

# Before Lance starts its threads, at the first table.
limit_heap()
share_with_lance(os.environ, usable_cores())
# Share of the partitions that a search reads: 0.96 of the 50 nearest are found at one half.
PROBED_SHARE: Final = 0.5
MIN_PROBES: Final = 8
MAX_PROBES: Final = 64
# Lance would read up to 2 GB ahead of who takes the rows, and gains no time by it here; nor by
# reading four fragments at once in batches of 8,192 rows, which takes 65 MB more.
READING: Final = {"io_buffer_size": 16 << 20, "batch_size": 2_048, "fragment_readahead": 1}
READING_FOR_SQL: Final = {**READING, "batch_size": 8_192}
# Vectors that the partitions are learned from, which lie in memory at once: Lance's own number of
# each, of many fewer.
SAMPLE_A_PARTITION: Final = 256
LARGEST_SAMPLE: Final = 100_000
ROW_ID: Final = pa.field("_rowid", pa.uint64())


class Table(Upkeep):
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
    def newest_version(self) -> int:
        """The newest Lance version on disk."""
        with lance_errors(f"read table {self.name}"):
            return int(self._dataset.latest_version)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the columns at its end that an earlier program did not write."""
        own = self._dataset.schema
        return pa.schema([*own, *self.absent], own.metadata)

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
        """Add the columns that an earlier program did not write, with their indexes."""
        if absent := self.absent:
            with lance_errors(f"write {self.name}"):
                self._dataset.add_columns(pa.schema(absent))
                self._refresh()
            self.create_indexes({f"{field.name}_idx" for field in absent})

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
                **READING,
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

    def fragment_batches(self, number: int) -> Iterator[pa.RecordBatch]:
        """Stream the rows of one fragment."""
        with lance_errors(f"read {self.name}"):
            yield from self._dataset.get_fragment(number).to_batches()

    def fragment_rows(self, number: int, columns: Sequence[str]) -> pa.Table:
        """Return some columns of the rows of one fragment, which may have `_rowid` among them."""
        with lance_errors(f"read {self.name}"):
            fragment = self._dataset.get_fragment(number)
            scanner = self._dataset.scanner(columns=self._own(columns), fragments=[fragment])
            return self._filled(scanner.to_table(), columns)

    def live_offsets(self, number: int) -> np.ndarray:
        """Return where in a fragment the rows are that are not deleted; no data file is read."""
        with lance_errors(f"read {self.name}"):
            fragment = self._dataset.get_fragment(number)
            found = self._dataset.scanner(columns=["_rowaddr"], fragments=[fragment]).to_table()
        # The upper half of an address is the number of the fragment.
        offsets: np.ndarray = found["_rowaddr"].to_numpy() & 0xFFFFFFFF
        return offsets

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
            "q": _as_arrow(vector.astype("float16").astype("float32"), pa.float32()),
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
        cosines = _as_arrow(1.0 - found["_distance"].to_numpy(), pa.float32())
        found = self._filled(found.drop_columns(["_distance"]), columns)
        return found.append_column("cosine", cosines)

    def _probes(self) -> int:
        """Return how many partitions of the vector index a search reads."""
        return int(
            min(MAX_PROBES, max(MIN_PROBES, self.count() / ROWS_PER_PARTITION * PROBED_SHARE))
        )

    def train_vectors(self) -> VectorModel:
        """Return what the parts of a vector index share, learned from a sample of the rows."""
        from lance.indices import IndicesBuilder
        from lance.lance import indices

        partitions = max(1, self.count() // ROWS_PER_PARTITION)
        sample = min(SAMPLE_A_PARTITION, max(1, LARGEST_SAMPLE // partitions))
        with lance_errors(f"index the vectors of {self.name}"):
            trained = IndicesBuilder(self._dataset, "vector").train_ivf(
                partitions, distance_type="dot", sample_rate=sample
            )
            dimension = self._dataset.schema.field("vector").type.list_size
            rotation = indices.build_rq_model(dimension, BITS_PER_COMPONENT)
        sink = pa.BufferOutputStream()
        table = pa.table({"centroids": trained.centroids})
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return VectorModel(partitions, sink.getvalue().to_pybytes(), rotation)

    def compaction(self) -> Any:
        """Return what plans and commits the rewriting of fragments."""
        from lance.optimize import Compaction

        return Compaction

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
        source = copy(self._dataset)  # it opens no file again, on a bucket none is asked for
        source.__class__ = WithoutVectors
        source.absent = self.absent
        if is_user_table(self.name):
            source.hidden = ROW_COLUMNS
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

    def replace_rows(self, rows: pa.Table, where: str) -> None:
        """
        Put rows in the place of those that meet a condition, as one new version.

        No row may have a `query`: by that column, which they lack, no row is met as the same.
        """
        with lance_errors(f"write {self.name}"):
            merge = self._dataset.merge_insert(["query"]).when_not_matched_insert_all()
            merge.when_not_matched_by_source_delete(where).execute(rows)
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


class WithoutVectors(lance.LanceDataset):  # type: ignore[misc]
    """A dataset as DuckDB may see it: DuckDB knows no half-precision numbers."""

    hidden: Collection[str] = DERIVED_COLUMNS

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([field for field in super().schema if field.name not in self.hidden])

    def scanner(self, columns: list[str] | None = None, **options: Any) -> Any:
        options = READING_FOR_SQL | options
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


def can_be_read(path: Path) -> bool:
    """Say whether all of one file of data can be read."""
    try:
        for _ in file_batches(path, lambda type_: True):
            pass
    except MemcliError:
        return False
    return True


def file_schema(path: Path) -> pa.Schema:
    """Return the schema of one file of data."""
    with lance_errors(f"read {path.name}"):
        return LanceFileReader(str(path)).metadata().schema


def file_columns(path: Path) -> tuple[list[str], int]:
    """Return the names of the columns of one file of data, and how many rows it has."""
    with lance_errors(f"read {path.name}"):
        metadata = LanceFileReader(str(path)).metadata()
        return [str(field.name) for field in metadata.schema], int(metadata.num_rows)


def file_column(path: Path, name: str, start: int, rows: int) -> pa.Array:
    """Return some rows of a column of one file of data, deleted ones too, if they are possible."""
    with lance_errors(f"read {path.name}"):
        reader = LanceFileReader(str(path), columns=[name])
        values = reader.read_range(start, rows).to_table()[name].combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks)
        values.validate(full=True)
        if len(values) != rows:
            raise StoreCorrupt(f"{path.name} has not the rows that it states")
        return values


def _as_arrow(values: np.ndarray, type_: pa.DataType) -> pa.Array:
    """
    Return an array of numbers of a type as Arrow has them.

    pa.array asks whether one is masked, and imports numpy.ma for that: a fiftieth of a query.
    """
    return pa.Array.from_buffers(type_, len(values), [None, pa.py_buffer(values.tobytes())])
