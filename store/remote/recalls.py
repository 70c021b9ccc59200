"""
Recalls on object storage: `accesses`, which no transaction covers, as one log a writer.

    accesses/WRITER/00000001-00000001.arrow   an Arrow stream: one batch for each number

Who recalls something keeps it beside the copy first, and writes some of it at a time as one new
object. Each copy takes over what it has not seen, by writer and number; objects that were joined
say which numbers they have. A purge puts one object in the place of all.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from store.errors import MemcliError, StoreIOError
from store.files import io_errors, write_whole
from store.remote.objects import side_by_side

if TYPE_CHECKING:
    import pyarrow as pa

    from store.layout import Layout
    from store.remote.local_copy import CopyState, LocalCopy
    from store.remote.objects import Objects

FOLDER: Final = "accesses"
NAME: Final = re.compile(rf"{FOLDER}/([0-9a-f]{{16}})/(\d{{8}})-(\d{{8}})\.arrow")
# Recalls wait so long, or until they are so many, to be written together.
KEPT_S: Final = 600.0
MOST_KEPT: Final = 64
# More objects of a writer are joined by a compact.
MOST_OBJECTS: Final = 16


class RecallLog(NamedTuple):
    """An object with the recalls of a writer, and the numbers it has."""

    name: str
    writer: str
    first: int
    last: int


def log_of(name: str) -> RecallLog | None:
    """Log of recalls that an object is, None for another."""
    match = NAME.fullmatch(name)
    return RecallLog(name, match[1], int(match[2]), int(match[3])) if match else None


def log_name(writer: str, first: int, last: int) -> str:
    """Return the name of an object."""
    return f"{FOLDER}/{writer}/{first:08d}-{last:08d}.arrow"


def as_stream(tables: Iterable[pa.Table], schema: pa.Schema) -> bytes:
    """Return tables as an Arrow stream that has one batch for each."""
    import pyarrow as pa

    out = BytesIO()
    with pa.ipc.new_stream(out, schema) as writer:
        for table in tables:
            batches = fitted(table, schema).combine_chunks().to_batches()
            writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema))
    return out.getvalue()


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return rows with the columns of a schema; what an earlier program did not write is null."""
    import pyarrow as pa

    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def batches_of(data: bytes, name: str) -> list[pa.RecordBatch]:
    """Return the batches of a stream; StoreIOError for what is none."""
    import pyarrow as pa

    try:
        return list(pa.ipc.open_stream(data))
    except (pa.ArrowException, OSError) as error:
        raise StoreIOError(f"{name} is damaged", "delete it: recalls alone are lost") from error


def _as_recalls(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """Return batches, of any program so far, as one table of recalls."""
    import pyarrow as pa

    from schemas.tables import accesses

    tables = (fitted(pa.Table.from_batches([batch]), accesses()) for batch in batches)
    return pa.concat_tables(tables)


class RecallLogs:
    """What brings recalls from a copy to the bucket, and those of others into the copy."""

    def __init__(self, objects: Objects, copy: LocalCopy) -> None:
        self.objects = objects
        self.copy = copy

    # ---------------------------------------------------------------- to the bucket

    def keep(self, rows: pa.Table) -> None:
        """Keep recalls beside the copy, until they are written to the bucket."""
        path = self.copy.recalls / f"{time.time_ns():020d}-{os.getpid()}.arrow"
        with io_errors(f"write {path}"):
            write_whole(path, as_stream([rows], rows.schema), mode=0o600)

    def kept(self) -> list[Path]:
        """Return the files of recalls that are not in the bucket, oldest first."""
        return sorted(self.copy.recalls.glob("*.arrow"))

    def are_due(self) -> bool:
        """Say whether what is kept ought to be written by now."""
        kept = self.kept()
        if not kept:
            return False
        return len(kept) >= MOST_KEPT or time.time() - int(kept[0].name[:20]) / 1e9 > KEPT_S

    def write_kept(self, state: CopyState) -> None:
        """Write what is kept as one object, whose numbers the state knows then."""
        kept = self.kept()
        if not kept:
            return
        batches = [batch for path in kept for batch in batches_of(path.read_bytes(), path.name)]
        self._write_next(_as_recalls(batches), state)
        for path in kept:
            path.unlink(missing_ok=True)

    def _write_next(self, rows: pa.Table, state: CopyState) -> str:
        """Write rows as the next object of this copy, and return its name."""
        data = as_stream([rows], rows.schema)
        number = state.merged.get(state.writer, 0) + 1
        while True:
            name = log_name(state.writer, number, number)
            try:
                self.objects.put_new(name, data)
            except FileExistsError:
                found = self.objects.get(name)
                if found is None or found.data != data:
                    number += 1  # of this copy, before it knew less
                    continue
            state.merged[state.writer] = number
            return name

    # ---------------------------------------------------------------- into the copy

    def take_over(self, layout: Layout, state: CopyState) -> None:
        """Append to the copy's `accesses` what others, or an earlier copy, wrote since."""
        new = [log for log in self._logs() if log.last > state.merged.get(log.writer, 0)]
        found = side_by_side(lambda log: self.objects.get(log.name), new)
        batches: list[pa.RecordBatch] = []
        for log, fetched in zip(new, found, strict=True):
            if fetched is None:
                continue  # joined with others meanwhile
            some = batches_of(fetched.data, log.name)
            batches += some[max(state.merged.get(log.writer, 0) + 1 - log.first, 0) :]
            state.merged[log.writer] = max(log.last, state.merged.get(log.writer, 0))
        self._append(layout, batches)

    def _logs(self) -> Iterator[RecallLog]:
        """Yield what is in the bucket, each writer's from its first to its last."""
        found = [log for stat in self.objects.listing(FOLDER) if (log := log_of(stat.name))]
        yield from sorted(found, key=lambda log: (log.writer, log.first, -log.last))

    def has_table(self, layout: Layout) -> bool:
        """Say whether the copy has a table of recalls."""
        return (layout.table("accesses") / "_versions").is_dir()

    def _append(self, layout: Layout, batches: list[pa.RecordBatch]) -> None:

        from schemas.tables import accesses
        from store import lance_versions

        path = layout.table("accesses")
        if not self.has_table(layout):
            lance_versions.make("accesses", path, accesses())
        some = [batch for batch in batches if batch.num_rows]
        if some:
            table = lance_versions.open_mended("accesses", path)
            table.add_absent()
            table.append(_as_recalls(some))

    # ---------------------------------------------------------------- joining and replacing

    def join(self, schema: pa.Schema) -> None:
        """Put one object in the place of the many of a writer; failing that costs nothing."""
        by_writer: dict[str, list[RecallLog]] = {}
        for log in self._logs():
            by_writer.setdefault(log.writer, []).append(log)
        for writer, logs in by_writer.items():
            if len(logs) > MOST_OBJECTS:
                self._join(writer, logs, schema)

    def _join(self, writer: str, logs: list[RecallLog], schema: pa.Schema) -> None:
        import pyarrow as pa

        found = side_by_side(lambda log: self.objects.get(log.name), logs)
        numbered: dict[int, pa.RecordBatch] = {}
        for log, fetched in zip(logs, found, strict=True):
            some = batches_of(fetched.data, log.name) if fetched else []
            numbered |= {log.first + n: batch for n, batch in enumerate(some)}
        first, last = min(numbered), max(numbered)
        if set(numbered) != set(range(first, last + 1)):
            return  # another joins them
        tables = [pa.Table.from_batches([numbered[n]]) for n in range(first, last + 1)]
        name = log_name(writer, first, last)
        try:
            self.objects.put_new(name, as_stream(tables, schema))
        except FileExistsError:
            return
        self.objects.delete(log.name for log in logs if log.name != name)

    def replace(self, rows: pa.Table, state: CopyState) -> None:
        """Put rows in the place of all that any copy wrote, as a purge does."""
        old = [log.name for log in self._logs()]
        for path in self.kept():
            path.unlink(missing_ok=True)
        new = self._write_next(rows, state)
        self.objects.delete(name for name in old if name != new)

    def forget(self, state: CopyState) -> None:
        """Drop what is kept, and what was taken over, as a purge elsewhere asks."""
        for path in self.kept():
            path.unlink(missing_ok=True)
        # Its own numbers go on: others may have seen the last of them.
        state.merged = {n: last for n, last in state.merged.items() if n == state.writer}

    def write_kept_if_due(self, state: CopyState) -> bool:
        """Write what is kept if that is due; say whether it was written; failing costs nothing."""
        try:
            if self.are_due():
                self.write_kept(state)
                return True
        except MemcliError:
            return False
        return False
