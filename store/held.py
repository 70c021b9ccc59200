"""
Held columns: what of `memories` a process that answers many questions keeps in memory.

Lance reads a thousand rows that lie apart in a third of the time that it takes for these columns of
all rows of a million and a half. They are read once, and after a commit only those of fragments
that are new: a fragment never changes. Lists of ids are not held, but which rows have any; texts
are where there are not many of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from store._lance import Table
    from store.upkeep import Fragment

    UintArray = np.ndarray[tuple[int], np.dtype[np.uint64]]

Place = tuple[str, str, int]
# Few values in many rows.
REPEATED: Final = ("namespace", "session_id", "speaker", "type")
FILLED: Final = ("id", "level", "seq", "n_words", "happened_at")
# Columns that most rows have nothing in.
SPARSE: Final = ("superseded_by", "valid_from", "valid_to", "context", "extra")
# Of these only is held which rows have any.
LISTS: Final = ("source_ids",)
TEXT: Final = "text"
COLUMNS: Final = (*REPEATED, *FILLED, *SPARSE, *LISTS)
# More texts than that, or longer ones, are not held.
MAX_TEXT_ROWS: Final = 250_000
MAX_TEXT_BYTES: Final = 64 << 20
# What takes more is not held; a million and a half rows take a third.
MAX_BYTES: Final = 256 << 20
# Any odd number tells seqs apart; this one spreads them over all 64 bits.
STEP: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1


@dataclass(frozen=True)
class Column:
    """
    One column of all rows.

    at: the rows that have a value, ascending, None where `values` has all, nulls too; values: None
    where they are not held.
    """

    at: np.ndarray | None
    values: pa.Array | None

    @classmethod
    def of(cls, name: str, values: pa.Array) -> Column:
        """Return a column as it is held."""
        if name in REPEATED:
            return cls(None, values.dictionary_encode())
        if name not in LISTS and values.null_count * 2 < len(values):
            return cls(None, values)
        at = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False)).astype(np.int32)
        return cls(at, None if name in LISTS else values.drop_null())

    def slice(self, start: int, stop: int) -> Column:
        """Return the column of some rows that follow one another."""
        if self.at is None:
            return self if self.values is None else Column(None, self.values[start:stop])
        first, last = np.searchsorted(self.at, (start, stop)).tolist()
        return Column(
            self.at[first:last] - np.int32(start), self.values and self.values[first:last]
        )

    def rows_to_read(self, at: np.ndarray) -> np.ndarray | None:
        """Return which of some rows, as indices into them, have values; None if these are held."""
        if self.values is not None:
            return None
        return np.arange(len(at)) if self.at is None else np.flatnonzero(self._found(at)[1])

    def take(self, at: np.ndarray) -> pa.Array:
        """Return the values of some rows, which are held."""
        assert self.values is not None
        if self.at is None:
            taken = self.values.take(pa.array(at))
        else:
            index, has = self._found(at)
            taken = self.values.take(pa.array(index, mask=~has))
        return taken.dictionary_decode() if pa.types.is_dictionary(taken.type) else taken

    def _found(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where the values of some rows are, and which of them have any."""
        assert self.at is not None
        if not len(self.at):
            return np.zeros(len(at), np.int64), np.zeros(len(at), bool)
        # Of the same type: NumPy would copy all of what is searched to make it so.
        index = np.searchsorted(self.at, at.astype(self.at.dtype)).clip(max=len(self.at) - 1)
        return index, self.at[index] == at

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        own = 0 if self.at is None else self.at.nbytes
        return own + (0 if self.values is None else int(self.values.nbytes))


class Part(NamedTuple):
    """
    The rows of one fragment, which are those from `start` to `stop`.

    keys: of their places, ascending, see `place_key`; order: the row of each, counted from `start`.
    """

    fragment: Fragment
    start: int
    stop: int
    keys: UintArray
    order: np.ndarray


class HeldColumns:
    """Some columns of one version of `memories`, row by row in the order of their row ids."""

    def __init__(
        self, parts: Sequence[Part], row_ids: UintArray, columns: dict[str, Column]
    ) -> None:
        self._parts = {part.fragment: part for part in parts}
        self._row_ids = row_ids
        self._columns = columns

    @classmethod
    def read(cls, table: Table, before: HeldColumns | None = None) -> HeldColumns | None:
        """
        Return the columns of a table, None where they take too much memory.

        before: those of another version, of which the same fragments are not read again.
        """
        fragments = sorted(table.fragments())
        has_text = table.count() <= MAX_TEXT_ROWS and (before is None or before.has_text)
        names = (*COLUMNS, TEXT) if has_text else COLUMNS
        pieces = [
            (before and before._piece(fragment, names)) or _read_piece(table, fragment, names)
            for fragment in fragments
        ]
        if has_text and sum(piece.columns[TEXT].nbytes for piece in pieces) > MAX_TEXT_BYTES:
            names = COLUMNS
        if not pieces or sum(piece.nbytes for piece in pieces) > MAX_BYTES:
            return None
        starts = np.cumsum([0, *(len(piece.row_ids) for piece in pieces)]).tolist()
        return cls(
            [
                Part(fragment, start, start + len(piece.row_ids), *piece.places)
                for fragment, start, piece in zip(fragments, starts, pieces, strict=False)
            ],
            np.concatenate([piece.row_ids for piece in pieces]),
            # One after the other, for those of the parts are not held beside the whole.
            {n: _joined([piece.columns.pop(n) for piece in pieces], starts) for n in names},
        )

    @property
    def has_text(self) -> bool:
        """Whether texts are held."""
        return TEXT in self._columns

    def _piece(self, fragment: Fragment, names: Sequence[str]) -> _Piece | None:
        """Return what is held of a fragment, if anything is."""
        part = self._parts.get(fragment)
        if part is None:
            return None
        start, stop = part.start, part.stop
        columns = {name: self._columns[name].slice(start, stop) for name in names}
        return _Piece(self._row_ids[start:stop], columns, (part.keys, part.order))

    def take(self, table: Table, row_ids: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Return rows by their row ids, in that order; what is not held is read of the table."""
        wanted = np.array(row_ids, np.uint64)
        at = np.searchsorted(self._row_ids, wanted)
        held = {name: self._columns[name] for name in columns if name in self._columns}
        if not held or not np.array_equal(self._row_ids[at[at < len(self._row_ids)]], wanted):
            return table.take(row_ids, list(columns))
        found = {n: column.take(at) for n, column in held.items() if column.values is not None}
        for rows, names in _to_read(columns, held, at):
            read = table.take(wanted[rows].tolist(), names)
            index = np.full(len(wanted), -1)
            index[rows] = np.arange(len(rows))
            spread = pa.array(index, mask=index < 0)
            found.update((name, one_array(read[name]).take(spread)) for name in names)
        schema = table.schema
        fields = [schema.field(name) for name in columns]
        return pa.table([found[name] for name in columns], pa.schema(fields))

    def at(self, places: Collection[Place]) -> list[int]:
        """Return the row ids of what stands at some places, ascending."""
        asked = np.sort(np.array([place_key(*place) for place in places], np.uint64))
        rows = np.concatenate([np.empty(0, np.int64), *self._rows_with(asked)])
        rows.sort()
        names = ("namespace", "session_id", "seq")
        placed = zip(*(self._columns[n].take(rows).to_pylist() for n in names), strict=True)
        meant = [place in places for place in placed]
        found: list[int] = self._row_ids[rows[meant]].tolist()
        return found

    def _rows_with(self, keys: UintArray) -> Iterator[np.ndarray]:
        """Yield the rows with some keys of places, part by part."""
        for part in self._parts.values():
            first = np.searchsorted(part.keys, keys, "left")
            counts = np.searchsorted(part.keys, keys, "right") - first
            ends = np.cumsum(counts)
            if len(ends) and ends[-1]:
                index = np.repeat(first - ends + counts, counts) + np.arange(ends[-1])
                yield part.start + part.order[index].astype(np.int64)


class _Piece(NamedTuple):
    """What is held of one fragment: its row ids, its columns, and its places (see `Part`)."""

    row_ids: UintArray
    columns: dict[str, Column]
    places: tuple[UintArray, np.ndarray]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, without texts."""
        columns = (column.nbytes for name, column in self.columns.items() if name != TEXT)
        return sum(columns) + sum(array.nbytes for array in (self.row_ids, *self.places))


def place_key(namespace: str, session: str, seq: int) -> int:
    """Return a number for a place, the same for the same, of 64 bits; in this process alone."""
    return (hash((namespace, session)) + seq * STEP) & _MASK


def _read_piece(table: Table, fragment: Fragment, names: Sequence[str]) -> _Piece:
    """Return the columns of one fragment, read of its table."""
    read = table.fragment_rows(fragment.number, ["_rowid", *names])
    arrays = {name: one_array(read[name]) for name in read.column_names}
    columns = {name: Column.of(name, arrays[name]) for name in names}
    seqs = arrays["seq"]
    return _Piece(
        arrays["_rowid"].to_numpy(),
        columns,
        _places(columns["namespace"], columns["session_id"], seqs),
    )


def _places(spaces: Column, sessions: Column, seqs: pa.Array) -> tuple[UintArray, np.ndarray]:
    """Return the keys of the places of rows, ascending, and the row of each."""
    space, session = spaces.values, sessions.values
    assert space is not None and session is not None
    stands = pc.and_(session.is_valid(), seqs.is_valid())
    rows = np.flatnonzero(stands.to_numpy(zero_copy_only=False)).astype(np.int32)
    codes = [array.indices.take(pa.array(rows)).to_numpy() for array in (space, session)]
    # Turns of a session mostly follow one another: each such run is looked at once.
    begins = np.flatnonzero(np.any([np.diff(code, prepend=-1) != 0 for code in codes], axis=0))
    names = (one.dictionary.take(pa.array(code[begins])) for one, code in zip((space, session), codes, strict=True))
    pairs = zip(*(name.to_pylist() for name in names), strict=True)
    hashes = np.array([place_key(*pair, 0) for pair in pairs], np.uint64)
    lengths = np.diff(begins, append=len(rows))
    steps = seqs.take(pa.array(rows)).to_numpy().astype(np.int64).view(np.uint64) * np.uint64(STEP)
    keys = np.repeat(hashes, lengths) + steps
    order = np.argsort(keys)
    return keys[order], rows[order]


def _joined(columns: Sequence[Column], starts: Sequence[int]) -> Column:
    """Return the columns of parts, which begin at some rows, as one."""
    sparse = any(column.at is not None for column in columns)
    at = [
        (np.arange(stop - start, dtype=np.int32) if column.at is None else column.at)
        + np.int32(start)
        for column, (start, stop) in zip(columns, pairwise(starts), strict=True)
        if sparse
    ]
    values = [column.values for column in columns if column.values is not None]
    joined = one_array(pa.chunked_array(values).unify_dictionaries()) if values else None
    return Column(np.concatenate(at) if sparse else None, joined)


def _to_read(
    columns: Sequence[str], held: Mapping[str, Column], at: np.ndarray
) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield which of some rows, as indices into them, have what is not held, and its columns."""
    groups: dict[bytes, tuple[np.ndarray, list[str]]] = {}
    for name in columns:
        rows = held[name].rows_to_read(at) if name in held else np.arange(len(at))
        if rows is not None:
            groups.setdefault(rows.tobytes(), (rows, []))[1].append(name)
    yield from groups.values()


def one_array(values: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; `combine_chunks` copies one that is in one piece already."""
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
