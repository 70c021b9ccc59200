"""Sequencing: the places of new turns in their sessions, and the links from each to the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.memory.disk_runs import DiskRuns
from memcli.memory.ids import KEY, content_id
from memcli.memory.sessions import SessionEnd, SessionPlace

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

LoadEnds = Callable[[list[SessionPlace]], dict[SessionPlace, SessionEnd]]
# Sessions whose ends are in memory: half a kilobyte each. Talk keeps to one for some while.
IN_MEMORY: Final = 4_096
END: Final = np.dtype([*KEY.descr, ("next_seq", np.int64), ("last_id", KEY["key"])])


class SessionEnds:
    """Where sessions end: of those met last in memory, of the others in a file without a name."""

    def __init__(self, folder: Path, load: LoadEnds, in_memory: int = IN_MEMORY) -> None:
        """`load` returns the ends of sessions that the store has already."""
        self._ends: OrderedDict[SessionPlace, SessionEnd] = OrderedDict()
        self._others = DiskRuns(folder, END)
        self._load, self._size = load, in_memory

    def __getitem__(self, place: SessionPlace) -> SessionEnd:
        return self._ends[place]

    def __setitem__(self, place: SessionPlace, end: SessionEnd) -> None:
        self._ends[place] = end

    def meet(self, places: Iterable[SessionPlace]) -> None:
        """Have the ends of sessions in memory until the next call."""
        wanted = dict.fromkeys(places)
        new = [place for place in wanted if place not in self._ends]
        for place in wanted.keys() - set(new):
            self._ends.move_to_end(place)
        if new:
            self._make_room(len(new), len(wanted) - len(new))
            self._ends.update(self._ends_of(new))

    def _ends_of(self, places: list[SessionPlace]) -> dict[SessionPlace, SessionEnd]:
        """Return where sessions end by what was put aside, else by the store."""
        is_there, records = self._others.find(_keys(places))
        found = {
            place: SessionEnd(int(record["next_seq"]), record["last_id"].decode() or None)
            for place, record, is_known in zip(places, records, is_there, strict=True)
            if is_known
        }
        unknown = [place for place in places if place not in found]
        loaded = self._load(unknown) if unknown else {}
        return found | {place: loaded.get(place) or SessionEnd() for place in unknown}

    def _make_room(self, n_new: int, n_wanted: int) -> None:
        """Put half of the sessions aside, those met longest ago, where they become too many."""
        spare = min((len(self._ends) + 1) // 2, len(self._ends) - n_wanted)
        if len(self._ends) + n_new <= self._size or not spare:
            return
        some = [self._ends.popitem(last=False) for _ in range(spare)]
        records = np.zeros(len(some), END)
        records["key"] = _keys([place for place, _ in some])
        records["next_seq"] = [end.next_seq for _, end in some]
        records["last_id"] = [(end.last_id or "").encode() for _, end in some]
        self._others.add(np.sort(records, order="key"))


def _keys(places: Sequence[SessionPlace]) -> np.ndarray:
    """Return a key of 16 bytes for each session."""
    return np.array([content_id(*place) for place in places], KEY["key"])


class Sequencer:
    """Gives turns their places in their sessions and links each to the next."""

    def __init__(self, ends: SessionEnds) -> None:
        self._ends = ends
        # The sessions of turns that came with a place.
        self.stated: set[SessionPlace] = set()

    def place(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[tuple[str, str]]]:
        """Return the batch with `seq` filled in, and pairs (turn, next turn) of ids."""
        import pyarrow as pa

        keys = list(
            zip(batch["namespace"].to_pylist(), batch["session_id"].to_pylist(), strict=True)
        )
        self._ends.meet(key for key in keys if key[1] is not None)
        ids, stated = batch["id"].to_pylist(), batch["seq"].to_pylist()
        seqs: list[int | None] = []
        pairs: list[tuple[str, str]] = []
        for key, id_, seq, level in zip(keys, ids, stated, batch["level"].to_pylist(), strict=True):
            if level != 0 or key[1] is None:
                seqs.append(seq)
                continue
            end = self._ends[key]
            if seq is None and end.last_id is not None:
                pairs.append((end.last_id, id_))
            place = end.next_seq if seq is None else seq
            if seq is not None:
                self.stated.add(key)
            seqs.append(place)
            if place >= end.next_seq:
                self._ends[key] = SessionEnd(place + 1, id_)
        column = batch.schema.get_field_index("seq")
        placed = batch.set_column(column, batch.schema.field(column), pa.array(seqs, pa.int32()))
        return placed, pairs


def next_links(
    pairs: Sequence[tuple[str, str]], schema: pa.Schema, recorded_at: datetime
) -> pa.RecordBatch:
    """Return rows of `links` that lead from each turn to the next."""
    import pyarrow as pa

    n = len(pairs)
    values: dict[str, Any] = {
        "source_id": [source for source, _ in pairs],
        "target_id": [target for _, target in pairs],
        "relation": ["next"] * n,
        "weight": [1.0] * n,
        "recorded_at": [recorded_at] * n,
    }
    arrays = [
        pa.array(values[f.name], f.type) if f.name in values else pa.nulls(n, f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
