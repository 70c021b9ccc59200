"""
Ids of memories from their content, and a compact set of ids.

The id of a turn is a hash of what the caller said of it, so the same input line twice is one
memory and every command can be run again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.memory.disk_runs import DiskRuns
from store.errors import StoreCorrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

ID_BYTES: Final = 10  # 80 bits: among a million memories two collide with odds of 4e-13
ID_LENGTH: Final = 16
BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"
# Two digits at a time: the standard library takes five times as long, once for every turn.
PAIRS: Final = [first + second for first in BASE32 for second in BASE32]
AT_ONCE: Final = 1 << 16
# Four megabytes of ids.
IN_MEMORY: Final = 1 << 18
KEY: Final = np.dtype([("key", f"S{ID_LENGTH}")])


def content_id(*parts: str | None) -> str:
    """Return a lower-case base32 id of the parts; absent and empty parts differ."""
    # With its length in front, no part can pass for two others.
    text = "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES)
    number = int.from_bytes(digest.digest())
    return "".join([PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])


class IdSet:
    """
    A growing set of ids that costs 16 bytes each: sorted runs, each at least twice the next one.

    (A Python set costs about 120; an input of a gigabyte holds millions of turns.)
    So an id is copied as often as the set doubles: the logarithmic method of Bentley and Saxe
    (1980), as in a log-structured merge tree. With a `folder` what is more than IN_MEMORY ids goes
    to a file without a name there, and an id costs little more than a byte.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._runs: list[np.ndarray] = []
        self._on_disk = DiskRuns(folder, KEY) if folder else None

    def __len__(self) -> int:
        on_disk = self._on_disk.rows if self._on_disk else 0
        return on_disk + sum(len(run) for run in self._runs)

    def contains(self, ids: Sequence[str]) -> np.ndarray:
        """Return a bool for each id: whether it is in the set."""
        return self._held(as_array(ids))

    def _held(self, wanted: np.ndarray) -> np.ndarray:
        found = np.zeros(len(wanted), bool)
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, wanted), len(run) - 1)
            found |= run[places] == wanted
        if self._on_disk:
            found |= self._on_disk.find(wanted)[0]
        return found

    def outside(self, *others: Callable[[Sequence[str]], np.ndarray]) -> list[str]:
        """Return the ids that none of others holds; each tells of ids whether it has them."""
        found: list[str] = []
        for some in self._portions():
            ids = some.astype(str).tolist()
            held = np.any([has(ids) for has in others], axis=0)
            found += [ids[int(i)] for i in np.flatnonzero(~held)]
        return found

    def _portions(self) -> Iterator[np.ndarray]:
        """Yield all ids, so many at a time that they may be Python strings."""
        for run in self._runs:
            for start in range(0, len(run), AT_ONCE):
                yield run[start : start + AT_ONCE]
        if self._on_disk:
            yield from (some["key"] for some in self._on_disk.portions(AT_ONCE))

    def add(self, ids: Sequence[str]) -> None:
        """Put ids into the set."""
        self.add_new(ids)

    def add_new(self, ids: Sequence[str]) -> np.ndarray:
        """Put ids into the set and return a bool for each: whether it was not there before."""
        values, first = np.unique(as_array(ids), return_index=True)
        unknown = ~self._held(values)
        if unknown.any():
            self._add_run(values[unknown])
        new = np.zeros(len(ids), bool)
        new[first[unknown]] = True
        return new

    def _add_run(self, run: np.ndarray) -> None:
        """Add a sorted array of ids of which none is in the set."""
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            larger = self._runs.pop()
            run = np.insert(larger, np.searchsorted(larger, run), run)
        self._runs.append(run)
        if self._on_disk and len(self._runs[0]) >= IN_MEMORY:
            self._on_disk.add(self._runs.pop(0).view(KEY))


def as_array(ids: Sequence[str]) -> np.ndarray:
    """Return ids as an array of 16-byte strings; StoreCorrupt for one of another length."""
    array = np.array(ids, dtype=bytes) if len(ids) else np.zeros(0, f"S{ID_LENGTH}")
    if array.itemsize > ID_LENGTH:
        raise StoreCorrupt("an id is longer than 16 characters", "ids are made by memcli ingest")
    return array.astype(f"S{ID_LENGTH}")
