"""
Rows of a store as the values for TAB are made of them, read a batch at a time.

What is held grows with the names in the store; all ids of memories are put aside.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from memcli.jsonl import Row
from memcli.memory.packed_ids import PackedIds

# Ids that are kept with their words: of one namespace, and of all, each then as many as the others.
IDS_EACH: Final = 500
IDS_TOLD: Final = 25_000
# Groups that wait until they are put together: each such step costs as much as all of them.
WAITING: Final = 1 << 16
COUNT: Final = "n"
LAST: Final = "last"
SESSION: Final = ["namespace", "session_id"]


class Counts:
    """How often values of columns are there together, and when last, in an Arrow table."""

    def __init__(self, columns: Sequence[str], moment: str | None = None) -> None:
        """`moment`: the column that says when."""
        self._columns, self._moment = list(columns), moment
        self._parts: list[pa.Table] = []
        self._waiting = 0

    def add(self, rows: pa.Table) -> None:
        """Count rows; those in which a value is missing are none."""
        moments = {LAST: rows[self._moment]} if self._moment else {}
        named = pa.table({**{name: rows[name] for name in self._columns}, **moments})
        for name in self._columns:
            named = named.filter(pc.is_valid(named[name]))
        one_each = pa.repeat(pa.scalar(1, pa.int64()), named.num_rows)
        self._parts.append(self._grouped(named.append_column(COUNT, one_each)))
        self._waiting += self._parts[-1].num_rows
        if self._waiting > WAITING:
            self._parts, self._waiting = [self._together()], 0

    def _grouped(self, rows: pa.Table) -> pa.Table:
        sums = [(COUNT, "sum"), *([(LAST, "max")] if self._moment else [])]
        groups = rows.group_by(self._columns, use_threads=False).aggregate(sums)
        return groups.rename_columns([*self._columns, *(name for name, _ in sums)])

    def total(self) -> pa.Table | None:
        """Return the columns with `n`, and `last` where that is asked for; None without rows."""
        return self._together() if self._parts else None

    def _together(self) -> pa.Table:
        return self._grouped(pa.concat_tables(self._parts))

    def most(self) -> list[list[Any]]:
        """Return the values and how often they are there, most first."""
        order = [(COUNT, "descending"), (self._columns[-1], "ascending")]
        total = self.total()
        rows = [] if total is None else total.sort_by(order).to_pylist()
        return [list(row.values()) for row in rows]


class SeenRows:
    """What there is to tell of the rows that may be seen, but for their words."""

    def __init__(self, hidden: Collection[str], ids: PackedIds | None = None) -> None:
        """`hidden`: ids of what may not be seen; `ids`: what is given all ids, if they are told."""
        self._hidden = pa.array(sorted(hidden), pa.string())
        self.namespaces = Counts(["namespace"])
        self.speakers = Counts(["namespace", "speaker"])
        self.sessions = Counts(SESSION, "happened_at")
        self.entities = Counts(["namespace", "entity"])
        self._chosen: list[pa.Table] = []
        self._n_waiting = 0
        self._ids = ids

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows, in the order in which they were written."""
        rows = pa.Table.from_batches([batch])
        rows = rows.filter(pc.invert(pc.is_in(rows["id"], value_set=self._hidden)))
        if not rows.num_rows:
            return
        for counts in (self.namespaces, self.speakers, self.sessions):
            counts.add(rows)
        spaces = rows["namespace"].take(pc.list_parent_indices(rows["entities"]))
        names = pc.list_flatten(rows["entities"])
        self.entities.add(pa.table({"namespace": spaces, "entity": names}))
        self._choose(rows.drop_columns(["entities"]))
        if self._ids is not None:
            self._ids.add(rows)

    def _choose(self, rows: pa.Table) -> None:
        """Keep the rows that were written last of each namespace, pinned ones and tasks."""
        self._chosen.append(_likely(rows))
        self._n_waiting += self._chosen[-1].num_rows
        # To choose among all of them for each batch took half of the time among a million.
        if self._n_waiting > IDS_TOLD:
            self._chosen, self._n_waiting = [_likely(pa.concat_tables(self._chosen))], 0

    def chosen(self) -> list[Row]:
        """Return them, the newest first."""
        return _likely(pa.concat_tables(self._chosen)).to_pylist()[::-1] if self._chosen else []


def _likely(rows: pa.Table) -> pa.Table:
    """Return the rows that were written last of each namespace, pinned ones and tasks."""
    places = {*_newest_places(rows), *_places(rows["pinned"]), *_task_places(rows)}
    return rows.take(sorted(places)).combine_chunks()


def _newest_places(rows: pa.Table) -> list[int]:
    """Return the places of the rows that were written last of each namespace."""
    spaces = rows["namespace"].combine_chunks().dictionary_encode()
    codes = spaces.indices.to_numpy()
    each = min(IDS_EACH, max(1, IDS_TOLD // max(1, len(spaces.dictionary))))
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], codes[order], side="right")
    return [int(place) for place in order[ends - np.arange(len(order)) <= each]]


def _places(flags: pa.ChunkedArray) -> set[int]:
    """Return where a column says yes."""
    return set(pc.indices_nonzero(flags.fill_null(False)).to_pylist())


def _task_places(rows: pa.Table) -> set[int]:
    """Return the places of the tasks among rows."""
    likely = pc.and_(pc.equal(rows["level"], 4), pc.equal(rows["attribute"], "status"))
    tags = rows["tags"]
    return {place for place in _places(likely) if "task" in (tags[place].as_py() or ())}


def is_task(row: Row) -> bool:
    """Say whether a row is that of a task."""
    is_likely = row["level"] == 4 and row["attribute"] == "status"
    return is_likely and "task" in (row["tags"] or ())
