"""Columns of a table in memory: what repeats is there once, and nulls are not where most are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class HeldColumn:
    """
    One column of all rows.

    at: the rows that have a value, ascending, None where `values` has all, nulls too; values: None
    where they are not held.
    """

    at: np.ndarray | None
    values: pa.Array | None

    @classmethod
    def of(cls, values: pa.Array, repeats: bool) -> HeldColumn:
        """Return a column as it is held; repeats: it has few values in many rows."""
        if repeats:
            return cls(None, values.dictionary_encode())
        if values.null_count * 2 < len(values):
            return cls(None, values)
        return cls(None, values)._sparse()

    def _sparse(self) -> HeldColumn:
        """Return the same with the rows that have a value."""
        if self.at is not None or self.values is None:
            return self
        at = np.flatnonzero(self.values.is_valid().to_numpy(zero_copy_only=False))
        return HeldColumn(at.astype(np.int32), self.values.drop_null())

    def without_values(self) -> HeldColumn:
        """Return which rows have a value, without these."""
        return HeldColumn(self._sparse().at, None)

    def slice(self, start: int, stop: int) -> HeldColumn:
        """Return the column of some rows that follow one another."""
        if self.at is None:
            return self if self.values is None else HeldColumn(None, self.values[start:stop])
        first, last = np.searchsorted(self.at, (start, stop)).tolist()
        values = None if self.values is None else self.values[first:last]
        return HeldColumn(self.at[first:last] - np.int32(start), values)

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


def joined(columns: Sequence[HeldColumn], starts: Sequence[int]) -> HeldColumn:
    """Return the columns of parts, which begin at some rows, as one."""
    is_sparse = any(column.at is not None for column in columns)
    parts = [column._sparse() for column in columns] if is_sparse else columns
    at = [
        c.at + np.int32(start) for c, start in zip(parts, starts, strict=False) if c.at is not None
    ]
    values = [column.values for column in parts if column.values is not None]
    whole = one_array(pa.chunked_array(values).unify_dictionaries()) if values else None
    return HeldColumn(np.concatenate(at) if is_sparse else None, whole)


def one_array(values: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; `combine_chunks` copies one that is in one piece already."""
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
