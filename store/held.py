"""
Held columns: what of `memories` a process that answers many questions keeps in memory.

Lance reads a thousand rows that lie apart in a third of the time that it takes for these columns of
all rows of a million and a half. They are read once, and after a commit only those of fragments
that are new: a fragment never changes. What is long is held where there is not much of it; of
lists else only which rows have any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.held_column import HeldColumn, joined, one_array

if TYPE_CHECKING:
    from store._lance import Table
    from store.upkeep import Fragment

    UintArray = np.ndarray[tuple[int], np.dtype[np.uint64]]

# Where a turn stands: a namespace, a session and a seq.
Place = tuple[str, str, int]
# Few values in many rows.
REPEATED: Final = ("namespace", "session_id", "speaker", "type")
FILLED: Final = ("id", "level", "seq", "n_words", "happened_at")
# Columns that most rows have nothing in.
SPARSE: Final = ("superseded_by", "valid_from", "valid_to", "context", "extra")
LISTS: Final = ("source_ids",)
COLUMNS: Final = (*REPEATED, *FILLED, *SPARSE, *LISTS)
# What is long, as lists are: 100,000 turns and what is made of them have 24 MB.
LONG: Final = ("text", "ref", "metadata")
MAX_LONG_ROWS: Final = 250_000
MAX_LONG_BYTES: Final = 64 << 20
# Of more rows, or of more bytes, nothing is held: a million and a half rows have 130 MB.
MAX_ROWS: Final = 3_000_000
MAX_BYTES: Final = 256 << 20
# Any odd number tells seqs apart; this one spreads them over all 64 bits.
STEP: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1


class HeldPart(NamedTuple):
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
        self, parts: Sequence[HeldPart], row_ids: UintArray, columns: dict[str, HeldColumn]
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
        if table.count() > MAX_ROWS:
            return None
        fragments = sorted(table.fragments())
        is_long = table.count() <= MAX_LONG_ROWS and (before is None or before.has_long)
        names = (*COLUMNS, *LONG) if is_long else COLUMNS
        pieces = [
            (before and before._piece(fragment, names)) or _read_piece(table, fragment, names)
            for fragment in fragments
        ]
        if is_long and sum(map(_long_bytes, pieces)) > MAX_LONG_BYTES:
            names = COLUMNS
        for piece in pieces if names is COLUMNS else ():
            piece.columns.update((n, piece.columns[n].without_values()) for n in LISTS)
        if not pieces or sum(piece.nbytes for piece in pieces) > MAX_BYTES:
            return None
        starts = np.cumsum([0, *(len(piece.row_ids) for piece in pieces)]).tolist()
        return cls(
            [
                HeldPart(fragment, start, start + len(piece.row_ids), *piece.places)
                for fragment, start, piece in zip(fragments, starts, pieces, strict=False)
            ],
            np.concatenate([piece.row_ids for piece in pieces]),
            # One after the other, for those of the parts are not held beside the whole.
            {n: joined([piece.columns.pop(n) for piece in pieces], starts) for n in names},
        )

    @property
    def has_long(self) -> bool:
        """Whether texts and lists are held."""
        return LONG[0] in self._columns

    def _piece(self, fragment: Fragment, names: Sequence[str]) -> _HeldPiece | None:
        """Return what is held of a fragment, if anything is."""
        part = self._parts.get(fragment)
        if part is None:
            return None
        start, stop = part.start, part.stop
        columns = {name: self._columns[name].slice(start, stop) for name in names}
        return _HeldPiece(self._row_ids[start:stop], columns, (part.keys, part.order))

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


class _HeldPiece(NamedTuple):
    """What is held of one fragment: its row ids, its columns, and its places (see `HeldPart`)."""

    row_ids: UintArray
    columns: dict[str, HeldColumn]
    places: tuple[UintArray, np.ndarray]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, without what is long."""
        columns = sum(column.nbytes for column in self.columns.values()) - _long_bytes(self)
        return columns + sum(array.nbytes for array in (self.row_ids, *self.places))


def place_key(namespace: str, session: str, seq: int) -> int:
    """Return a number for a place, the same for the same, of 64 bits; in this process alone."""
    return (hash((namespace, session)) + seq * STEP) & _MASK


def _long_bytes(piece: _HeldPiece) -> int:
    return sum(piece.columns[name].nbytes for name in (*LONG, *LISTS) if name in piece.columns)


def _read_piece(table: Table, fragment: Fragment, names: Sequence[str]) -> _HeldPiece:
    """Return the columns of one fragment, read of its table."""
    read = table.fragment_rows(fragment.number, ["_rowid", *names])
    arrays = {name: one_array(read[name]) for name in read.column_names}
    columns = {name: HeldColumn.of(arrays[name], name in REPEATED) for name in names}
    if LONG[0] not in names:  # not at the end, for many fragments have many lists
        columns.update((name, columns[name].without_values()) for name in LISTS)
    seqs = arrays["seq"]
    return _HeldPiece(
        arrays["_rowid"].to_numpy(),
        columns,
        _places(columns["namespace"], columns["session_id"], seqs),
    )


def _places(
    spaces: HeldColumn, sessions: HeldColumn, seqs: pa.Array
) -> tuple[UintArray, np.ndarray]:
    """Return the keys of the places of rows, ascending, and the row of each."""
    space, session = spaces.values, sessions.values
    assert isinstance(space, pa.DictionaryArray)
    assert isinstance(session, pa.DictionaryArray)
    stands = pc.and_(session.is_valid(), seqs.is_valid())
    rows = np.flatnonzero(stands.to_numpy(zero_copy_only=False)).astype(np.int32)
    codes = [array.indices.take(pa.array(rows)).to_numpy() for array in (space, session)]
    # Turns of a session mostly follow one another: each such run is looked at once.
    begins = np.flatnonzero(np.any([np.diff(code, prepend=-1) != 0 for code in codes], axis=0))
    names = (
        one.dictionary.take(pa.array(code[begins]))
        for one, code in zip((space, session), codes, strict=True)
    )
    pairs = zip(*(name.to_pylist() for name in names), strict=True)
    hashes = np.array([place_key(name, part, 0) for name, part in pairs], np.uint64)
    lengths = np.diff(begins, append=len(rows))
    steps = seqs.take(pa.array(rows)).to_numpy().astype(np.int64).view(np.uint64) * np.uint64(STEP)
    keys = np.repeat(hashes, lengths) + steps
    order = np.argsort(keys)
    return keys[order], rows[order]


def _to_read(
    columns: Sequence[str], held: Mapping[str, HeldColumn], at: np.ndarray
) -> Iterator[tuple[np.ndarray, list[str]]]:
    """Yield which of some rows, as indices into them, have what is not held, and its columns."""
    groups: dict[bytes, tuple[np.ndarray, list[str]]] = {}
    for name in columns:
        rows = held[name].rows_to_read(at) if name in held else np.arange(len(at))
        if rows is not None:
            groups.setdefault(rows.tobytes(), (rows, []))[1].append(name)
    yield from groups.values()
