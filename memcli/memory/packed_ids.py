"""
Packed ids: the ids of a store with their days, sorted within each namespace, out of sorted runs.

Few are held in memory, of more the runs lie in a file without a name: of a million and a half they
took 30 megabytes, and to put them in their order and into a file four times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.memory.disk_runs import RunFile, merged
from memcli.memory.value_ids import DAY_LENGTH, ID_LENGTH, NO_DAY, WIDTH
from store.errors import StoreIOError

# Ids that are kept with their days alone, the newest: forty megabytes, read in a tenth of a second.
IDS_IN_ALL: Final = 2_000_000
IDS_A_RUN: Final = 1 << 16
# Runs that may lie in memory, of a megabyte and a half each.
RUNS_IN_MEMORY: Final = 4
# Ids of each run that are read at once to put all in their order.
IDS_A_PART: Final = 2_048
# The number of a namespace, by which its ids stand together, and an id with its day.
FIELDS: Final = np.dtype([("space", ">i4"), ("text", f"S{WIDTH}")])
ROW: Final = np.dtype(f"S{FIELDS.itemsize}")


class PackedIds:
    """The newest ids of a store with their days; `folder` is where they may lie."""

    def __init__(self, folder: Path) -> None:
        self._spaces: dict[str, int] = {}
        self._new: list[np.ndarray] = []
        self._n_new = 0
        self._file = RunFile(folder, ROW)
        self._may_write = True
        # Each lies in memory, or begins there in the file.
        self._runs: list[np.ndarray | int] = []

    def add(self, rows: pa.Table) -> None:
        """Take rows of id, namespace, happened_at, in the order in which they were written."""
        rows = rows.filter(pc.equal(pc.utf8_length(rows["id"]), ID_LENGTH))
        days = pc.cast(pc.cast(rows["happened_at"], pa.date32()), pa.int32())
        days = pc.if_else(pc.greater_equal(days, 0), days, None)
        padded = pc.fill_null(pc.utf8_lpad(pc.cast(days, pa.string()), DAY_LENGTH, "0"), NO_DAY)
        packed = pc.binary_join_element_wise(rows["id"], padded, "")
        self._new.append(_joined(self._numbers(rows["namespace"]), packed.to_pylist()))
        self._n_new += rows.num_rows
        while self._n_new >= IDS_A_RUN:
            waiting = np.concatenate(self._new)
            self._put_aside(np.sort(waiting[:IDS_A_RUN]))
            self._new, self._n_new = [waiting[IDS_A_RUN:]], self._n_new - IDS_A_RUN

    def _numbers(self, names: pa.ChunkedArray) -> np.ndarray:
        """Return the number of each namespace, new ones for new names, [n]."""
        spaces = names.combine_chunks().dictionary_encode()
        named = spaces.dictionary.to_pylist()
        known = [self._spaces.setdefault(name, len(self._spaces)) for name in named]
        numbers: np.ndarray = np.array(known, np.int64)[spaces.indices.to_numpy()]
        return numbers

    def _put_aside(self, run: np.ndarray) -> None:
        """Keep a run, in the file where there are many and it can be written."""
        if not self._may_write or len(self._runs) < RUNS_IN_MEMORY:
            self._runs.append(run)
            return
        try:
            self._runs.append(self._file.append(run))
        except StoreIOError:  # as long as there is memory, TAB needs no disk
            self._may_write = False
            self._runs.append(run)

    def pieces(self) -> Iterator[tuple[str, str]]:
        """Yield each namespace with parts of its packed text, one after the other."""
        names = list(self._spaces)
        most = max(0, IDS_IN_ALL // IDS_A_RUN - bool(self._n_new))
        runs = [self._parts(run) for run in self._runs[max(0, len(self._runs) - most) :]]
        if self._n_new:
            runs.append(iter([np.sort(np.concatenate(self._new))]))
        for part in merged(runs):
            rows = part.view(FIELDS)
            bounds = np.flatnonzero(np.diff(rows["space"], prepend=-1, append=-1))
            for start, end in pairwise(bounds.tolist()):
                text = np.ascontiguousarray(rows["text"][start:end]).view(np.uint8).data
                yield names[int(rows["space"][start])], str(text, "ascii")

    def _parts(self, run: np.ndarray | int) -> Iterator[np.ndarray]:
        """Yield the ids of a run in its order."""
        for start in range(0, IDS_A_RUN, IDS_A_PART):
            if isinstance(run, int):
                yield self._file.read(run + start, min(IDS_A_PART, IDS_A_RUN - start))
            else:
                yield run[start : start + IDS_A_PART]


def _joined(numbers: np.ndarray, texts: list[str]) -> np.ndarray:
    """Return rows of ROW: ordered by their bytes, those of a namespace stand together."""
    rows = np.zeros(len(texts), FIELDS)
    rows["space"], rows["text"] = numbers, np.array(texts, f"S{WIDTH}")
    return rows.view(ROW)
