"""
Salvage of a table: the rows that can still be read where files of it are damaged or gone.

A version is read fragment by fragment. What is damaged is read column by column, and only the live
rows of it: a column that cannot be read is null; where it may not be, something stands in for it
that means the same or says what it is, and the rows are lost where nothing can. If a compact made
the fragment, the rows are taken from those that it merged, where these are still there: it keeps
their order, so that each row is known. Rows are never taken from an earlier version because they
lack here, for what was forgotten lacks too. Where the version itself is gone, the data files are
read that the commits name which are newer than the newest version that is there.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from store import _lance, lance_versions
from store.errors import MemcliError
from store.files import io_errors
from store.salvaged_columns import readable_columns, shaped
from store.user_tables import ROW_ID, is_user_table

if TYPE_CHECKING:
    from store.upkeep import Fragment

# What tells one row of a table from another; all other tables have ids.
KEYS: Final = {
    "links": ("source_id", "target_id", "relation"),
    "tombstones": ("hash", "turn"),
    "stamps": ("id", "register"),
    "windows": ("id", "start"),
}
# What is in one of them is not in the other.
TWINS: Final = {"memories": "archive", "archive": "memories"}
COMPACT: Final = "compact"


# A command, and the version of the table that it left.
Step = tuple[str, int]


@dataclass
class Salvaged:
    """
    What was saved of a table.

    expected: rows that it had; saved: rows of it now, of them from_older out of what was merged,
    and from_damaged files; emptied: columns of these that could not be read.
    """

    table: str
    expected: int
    saved: int = 0
    from_older: int = 0
    from_damaged: int = 0
    emptied: set[str] = field(default_factory=set)

    @property
    def lost(self) -> int:
        """How many rows could not be saved."""
        return max(0, self.expected - self.saved)


@dataclass
class Rescue:
    """
    The salvage of one table: `run` reads, `batches` gives the rows that were saved.

    asked: the version of the head; version: that, or the newest there is where it is gone; steps:
    how the state of the head came about, newest first; files: data files that are newer than
    `version`, newest first, where that is not the one that was asked for; damaged: paths below the
    table; whole: versions that commits name and that are as they were written; kept_out: keys of
    rows that are in another table; stand_ins: by column, what stands in for what cannot be read.
    """

    name: str
    folder: Path
    schema: pa.Schema
    expected: int
    version: int | None
    asked: int
    steps: Sequence[Step] = ()
    files: Sequence[Path] = ()
    damaged: Collection[str] = ()
    whole: Collection[int] = ()
    kept_out: Collection[tuple[Any, ...]] = ()
    stand_ins: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys: set[tuple[Any, ...]] = set()
        self.done = Salvaged(self.name, self.expected)
        own = (ROW_ID,) if is_user_table(self.name) else ("id",)
        self._key_columns = KEYS.get(self.name, own)

    def run(self) -> Salvaged:
        """Read what can be read, into a file without a name."""
        with io_errors(f"keep what is read of {self.name}"):
            self._file = tempfile.TemporaryFile(dir=self.folder.parent.parent)  # noqa: SIM115
            weakref.finalize(self, self._file.close)
            with pa.ipc.new_stream(self._file, self.schema) as writer:
                for path in self.files:
                    self._take(writer, _file_batches(path, self._note), is_sure=False)
                if self.version is not None:
                    self._take_version(writer, self.version, self.version == self.asked)
        return self.done

    def batches(self) -> pa.RecordBatchReader:
        """Return the rows that were saved."""
        self._file.seek(0)
        return pa.ipc.open_stream(self._file)

    def _take_version(self, writer: Any, version: int, is_asked: bool) -> None:
        """Take the rows of a version: first those that surely are what was asked for."""
        with suppress(MemcliError):
            table = _lance.Table.open(self.name, self.folder, version)
            unsure = []
            for piece in table.fragments():
                if piece.deletion in self.damaged or _is_gone(self.folder, piece.deletion):
                    unsure.append(piece)
                else:
                    self._take_piece(writer, table, piece, is_asked)
            for piece in unsure:
                self._take_piece(writer, table, piece, is_sure=False, knows_live=False)

    def _take_piece(
        self,
        writer: Any,
        table: _lance.Table,
        piece: Fragment,
        is_sure: bool,
        knows_live: bool = True,
    ) -> None:
        """Take the rows of a fragment, all of them where it is not known which are live."""
        taken = self._take(writer, self._piece_batches(table, piece, knows_live), is_sure)
        if self._is_whole(piece):
            return
        self.done.from_damaged += taken
        if knows_live:
            with suppress(MemcliError):
                live = table.live_offsets(piece.number)
                if taken < len(live) and (rows := self._merged_rows(piece)) is not None:
                    batches = rows.take(pa.array(live)).to_batches()
                    self.done.from_older += self._take(writer, batches, is_sure)

    def _is_whole(self, piece: Fragment) -> bool:
        """Say whether no data file of a fragment is damaged or gone."""
        return not any(file in self.damaged or _is_gone(self.folder, file) for file in piece.files)

    def _piece_batches(
        self, table: _lance.Table, piece: Fragment, knows_live: bool
    ) -> Iterator[pa.RecordBatch]:
        """Yield the live rows of a fragment; where one of its files is damaged, what is left."""
        if self._is_whole(piece) and knows_live:
            try:
                yield from list(table.fragment_batches(piece.number))
            except MemcliError:
                pass  # an earlier program took no digest of it
            else:
                return
        live = table.live_offsets(piece.number) if knows_live else np.arange(piece.rows)
        found: dict[str, Any] = {}
        for file in piece.files:
            found |= readable_columns(self.folder / file, self._note)
        if found:
            rows = pa.table({name: values.take(pa.array(live)) for name, values in found.items()})
            yield from rows.to_batches()

    def _merged_rows(self, piece: Fragment) -> pa.Table | None:
        """Return the rows of a fragment out of those that a compact merged into it, if it did."""
        for (command, after), (_, before) in pairwise(self.steps):
            old, new = (_lance.Table.open(self.name, self.folder, v) for v in (before, after))
            was, now = old.fragments(), new.fragments()
            if piece.files in {each.files for each in was}:
                continue  # it is older
            if command != COMPACT:
                return None
            made = _not_in(now, was)
            merged = [rows for each in _not_in(was, now) for rows in self._whole_rows(old, each)]
            rows = pa.Table.from_batches(merged) if merged else None
            if rows is None or rows.num_rows != sum(each.rows for each in made):
                return None
            place = [each.files for each in made].index(piece.files)
            return rows.slice(sum(each.rows for each in made[:place]), piece.rows)
        return None

    def _whole_rows(self, table: _lance.Table, piece: Fragment) -> Iterator[pa.RecordBatch]:
        """Yield the live rows of a fragment, none if some of it is damaged."""
        if self._is_whole(piece) and piece.deletion not in self.damaged:
            yield from table.fragment_batches(piece.number)

    def _take(self, writer: Any, batches: Iterable[pa.RecordBatch], is_sure: bool) -> int:
        """Keep the rows that were not saved yet, and return how many they are."""
        taken = 0
        for batch in batches:
            for rows in self._wanted(batch, is_sure):
                self.keys.update(self._keys(rows))
                writer.write_batch(rows)
                taken += rows.num_rows
        self.done.saved += taken
        return taken

    def _wanted(self, batch: pa.RecordBatch, is_sure: bool) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a batch, in the shape of the table, that were not saved yet."""
        rows = shaped(batch, self.schema, self._note, self.stand_ins)
        if rows is None:
            return
        seen = set[tuple[Any, ...]]()
        places = []
        for place, key in enumerate(self._keys(rows)):
            if key in self.keys or key in seen or (not is_sure and key in self.kept_out):
                continue
            seen.add(key)
            places.append(place)
        if places:
            yield rows.take(pa.array(places))

    def _keys(self, batch: pa.RecordBatch) -> list[tuple[Any, ...]]:
        columns = (batch[name].to_pylist() for name in self._key_columns)
        return list(zip(*columns, strict=True))

    def _note(self, column: str) -> None:
        self.done.emptied.add(column)


def _not_in(some: Sequence[Fragment], others: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments whose files are not those of others."""
    known = {each.files for each in others}
    return [each for each in some if each.files not in known]


def _is_gone(folder: Path, name: str | None) -> bool:
    return name is not None and not (folder / name).is_file()


def _file_batches(path: Path, note: Callable[[str], None]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a data file, deleted ones too."""
    found = readable_columns(path, note) if path.is_file() else {}
    if found:
        yield from pa.table(found).to_batches()


def newest_version(folder: Path, name: str, known: Collection[int]) -> int | None:
    """Return the newest of some versions of a table that is there and opens, None if none does."""
    there = (number for number in sorted(known, reverse=True))
    return next((n for n in there if lance_versions.opens(name, folder, n)), None)
