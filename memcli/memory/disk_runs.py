"""
Records by key in sorted runs on disk: what a call has to know of more than fits into memory.

A log-structured merge tree that never merges (O'Neil and others, 1996), as it lives for one call.
Of each run the memory has the first key of every block and a Bloom filter (1970), so that a key
that is in no run costs no reading but once in a hundred: 1.3 bytes a record, whatever that holds.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from memcli.memory.scratch import close, scratch_file, write_errors

if TYPE_CHECKING:
    from pathlib import Path

# Records that are read at once to find one of them.
BLOCK: Final = 256
# Ten bits a key and four hashes: one key of 85 that are not there is looked for in vain.
BITS_A_KEY: Final = 10
HASHES: Final = 4
# Odd numbers that spread the bits of a word, of SplitMix64 (Steele, Lea and Flood, 2014).
MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class RunFile:
    """Records of one dtype, one run after another, in a file of `folder` without a name."""

    def __init__(self, folder: Path, dtype: np.dtype[Any]) -> None:
        self.rows = 0
        self.dtype = dtype
        self._folder = folder
        self._file: IO[bytes] | None = None

    def append(self, records: np.ndarray) -> int:
        """Write records and return where they begin; StoreIOError when the disk is full."""
        with write_errors(self._folder):
            if self._file is None:
                self._file = scratch_file(self._folder)
                weakref.finalize(self, close, self._file)
            self._file.write(records.tobytes())
            self._file.flush()
        start, self.rows = self.rows, self.rows + len(records)
        return start

    def read(self, start: int, rows: int) -> np.ndarray:
        """Return records from a place in the file."""
        size = self.dtype.itemsize
        with write_errors(self._folder):
            data = os.pread(self._file.fileno(), rows * size, start * size) if self._file else b""
        return np.frombuffer(data, self.dtype)


def merged(runs: Sequence[Iterator[np.ndarray]]) -> Iterator[np.ndarray]:
    """
    Yield what sorted runs hold in the order of all, a part at a time (Knuth 5.4.1).

    runs: each yields its records in parts that are not empty; of each a part or two are in memory.
    """
    waiting = [(part, run) for run in runs if (part := next(run, None)) is not None]
    while waiting:
        # Up to here no run has anything that is still to be read.
        bound = min(part[-1] for part, _ in waiting)
        ends = [int(np.searchsorted(part, bound, side="right")) for part, _ in waiting]
        some = [part[:end] for (part, _), end in zip(waiting, ends, strict=True)]
        yield np.sort(np.concatenate(some))
        rest = [(part[end:], run) for (part, run), end in zip(waiting, ends, strict=True)]
        filled = ((part if len(part) else next(run, part), run) for part, run in rest)
        waiting = [(part, run) for part, run in filled if len(part)]


class _Run(NamedTuple):
    """Where a run stands in the file, what its blocks begin with, and the bits of its filter."""

    start: int
    rows: int
    firsts: np.ndarray
    bits: np.ndarray


class DiskRuns:
    """
    Records of one dtype with a field `key` of 16 bytes, in a file of `folder` without a name.

    Of two records of one key the one that was added later holds.
    """

    def __init__(self, folder: Path, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._runs: list[_Run] = []
        self._file = RunFile(folder, dtype)

    @property
    def rows(self) -> int:
        """How many records there are."""
        return self._file.rows

    def add(self, records: np.ndarray) -> None:
        """Write records, sorted by keys that differ; StoreIOError when the disk is full."""
        start, keys = self._file.append(records), records["key"]
        filter_ = _filter_of(hashes(keys))
        self._runs.append(_Run(start, len(records), keys[::BLOCK].copy(), filter_))

    def find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return a bool for each key, whether it is there, and the record of each that is."""
        found = np.zeros(len(keys), bool)
        records = np.zeros(len(keys), self._dtype)
        if not self._runs:
            return found, records
        hashed = hashes(keys)
        for run in reversed(self._runs):
            places = np.flatnonzero(~found & _may_hold(run.bits, hashed))
            if len(places):
                self._look_up(run, keys, places, found, records)
        return found, records

    def _look_up(
        self,
        run: _Run,
        keys: np.ndarray,
        places: np.ndarray,
        found: np.ndarray,
        records: np.ndarray,
    ) -> None:
        """Fill in what a run has of the keys at some places, reading the blocks of those."""
        blocks = np.searchsorted(run.firsts, keys[places], side="right") - 1
        for block in np.unique(blocks[blocks >= 0]):
            there = places[blocks == block]
            begin = int(block) * BLOCK
            some = self._file.read(run.start + begin, min(BLOCK, run.rows - begin))
            at = np.minimum(np.searchsorted(some["key"], keys[there]), len(some) - 1)
            same = some["key"][at] == keys[there]
            found[there[same]] = True
            records[there[same]] = some[at[same]]

    def portions(self, rows: int) -> Iterator[np.ndarray]:
        """Yield all records, so many at most at a time."""
        for start in range(0, self.rows, rows):
            yield self._file.read(start, min(rows, self.rows - start))


def hashes(keys: np.ndarray) -> np.ndarray:
    """Return HASHES numbers for each key of 16 bytes, uint64 [HASHES, n]."""
    words = np.ascontiguousarray(keys).view(np.uint64).reshape(len(keys), 2)
    one, other = (_mixed(words[:, i] ^ MIX[i]) for i in (0, 1))
    # Kirsch and Mitzenmacher (2006): two hashes make any number.
    step = one * MIX[0] + other | np.uint64(1)
    base = one + other * MIX[1]
    return np.stack([base + np.uint64(i) * step for i in range(HASHES)]) >> np.uint64(20)


def _mixed(words: np.ndarray) -> np.ndarray:
    for shift, factor in ((30, MIX[0]), (27, MIX[1])):
        words = (words ^ (words >> np.uint64(shift))) * factor
    mixed: np.ndarray = words ^ (words >> np.uint64(31))
    return mixed


def _filter_of(hashed: np.ndarray) -> np.ndarray:
    """Return the bits of a Bloom filter, uint8 [n / 8]."""
    bits = np.zeros(max(1, hashed.shape[1] * BITS_A_KEY // 8), np.uint8)
    places = (hashed % np.uint64(len(bits) * 8)).ravel()
    np.bitwise_or.at(bits, places >> np.uint64(3), _bit(places))
    return bits


def _may_hold(bits: np.ndarray, hashed: np.ndarray) -> np.ndarray:
    """Return a bool for each key: whether all of its bits are in a filter."""
    places = hashed % np.uint64(len(bits) * 8)
    held: np.ndarray = ((bits[places >> np.uint64(3)] & _bit(places)) != 0).all(axis=0)
    return held


def _bit(places: np.ndarray) -> np.ndarray:
    bits: np.ndarray = np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))
    return bits
