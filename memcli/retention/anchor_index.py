"""
Anchor index: what other rows say of each memory that its retention rests on.

Rows are weighed in batches, and what stands in others is looked up here: so of a memory there are
some thirty bytes at once, and not its row. Its importance may be that of a statement made of it,
its recalls those of its turn, and whether it can be archived rests on what becomes of its turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

import schemas
from memcli.memory.ids import ID_LENGTH
from memcli.memory.states import State
from store.errors import StoreCorrupt
from store.layout import MEMORY_TABLES
from store.memory import give_back

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from store import Snapshot

ROWS_A_BATCH: Final = 20_000
# Microseconds since 1970 of what never was.
NEVER: Final = np.iinfo(np.int64).min
TIES: Final = "similar supports contradicts causes depends_on co_recalled".split()
STATES: Final = (State.active, State.dormant, State.promoted, State.hidden)
# What spreads ids over all numbers, whatever they begin with: the golden ratio.
_MIXING: Final = np.uint64(0x9E3779B97F4A7C15)


class Ids:
    """Ids of 1 to 16 ASCII characters as pairs of numbers, which are found by binary search."""

    def __init__(self, batches: Iterator[pa.Array], n: int) -> None:
        self._mixed, self._low = np.empty(n, np.uint64), np.empty(n, np.uint64)
        start = 0
        for ids in batches:
            here = slice(start, start + len(ids))
            self._mixed[here], self._low[here] = _numbers(ids)
            start += len(ids)
        order = np.argsort(self._mixed)
        self._mixed, self._low = self._mixed[order], self._low[order]

    def __len__(self) -> int:
        return len(self._mixed)

    def places(self, ids: pa.Array) -> np.ndarray:
        """Return where each id has its place, -1 for what is none of these, int [len(ids)]."""
        if not len(self):
            return np.full(len(ids), -1)
        mixed, low = _numbers(ids)
        # In their order: among a million and a half, each of its own goes to memory afresh.
        order, at = np.argsort(mixed), np.empty(len(ids), np.int64)
        at[order] = np.searchsorted(self._mixed, mixed[order])
        # Of several with one first number, which is a matter of chance, the next is looked at.
        while True:
            here = np.minimum(at, len(self) - 1)
            same = (at < len(self)) & (self._mixed[here] == mixed)
            if not (other := same & (self._low[here] != low)).any():
                return np.where(same, at, -1)
            at[other] += 1


def _numbers(ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return two numbers of each id that together are no other's, uint64 [n] each."""
    import pyarrow.compute as pc

    if not len(ids):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    if pc.max(pc.binary_length(ids)).as_py() > ID_LENGTH:
        raise StoreCorrupt("an id is longer than 16 characters", "ids are made by memcli ingest")
    padded = pc.ascii_rpad(ids.fill_null(""), ID_LENGTH, padding="\0")
    start, text = padded.offset * ID_LENGTH, padded.buffers()[2]
    halves = np.frombuffer(text, ">u8", 2 * len(ids), start).reshape(-1, 2).astype(np.uint64)
    return halves[:, 0] + halves[:, 1] * _MIXING, halves[:, 1]


class States(NamedTuple):
    """
    What is kept of the states of memories, [n] each.

    codes: of STATES; has_faded: whether decay had a say in it; set_us: when somebody set it.
    """

    codes: np.ndarray
    counted: np.ndarray
    has_faded: np.ndarray
    set_us: np.ndarray


class Told(NamedTuple):
    """
    When memories were recalled: owner int [m], as indices of what was asked for, at_us int [m].

    times: how often, int [n]: more than that where one time stands for all of a day.
    """

    owner: np.ndarray
    at_us: np.ndarray
    times: np.ndarray


class AnchorIndex:
    """
    What rows of a snapshot say of other memories, n in all, until the end of a day.

    stated: the importance of the statement of each that matters most and holds, float [n], -inf
    where there is none; was_read: whether it is in a segment; links: how many lead to or from it;
    goes: what does not stay for those that were made of it, which whoever weighs it puts there.
    """

    def __init__(self, snapshot: Snapshot, tonight: datetime) -> None:
        n = sum(snapshot.count(name) for name in MEMORY_TABLES)
        self.ids = Ids(_columns(snapshot, "id"), n)
        self.goes = np.zeros(n, bool)
        self.was_read = np.zeros(n, bool)
        self.stated = np.full(n, -np.inf, np.float32)
        self.links = self._read_links(snapshot)
        self._states_at, self._states = self._read_states(snapshot)
        owner, at_us, spreads = self._read_recalls(snapshot, tonight)
        told = _told_of_both(
            owner[spreads], at_us[spreads], *self._read_wholes(snapshot, owner[spreads])
        )
        self._owner, self._at_us = _distinct([owner, told[0]], [at_us, told[1]])
        give_back()  # of the batches, and of what DuckDB took

    def __len__(self) -> int:
        return len(self.ids)

    def states_of(self, places: np.ndarray) -> States:
        """Return the states of memories; those of which nothing is kept are active."""
        at = np.searchsorted(self._states_at, places)
        here = np.minimum(at, max(0, len(self._states_at) - 1))
        known = np.zeros(len(places), bool)
        if len(self._states_at):
            known = self._states_at[here] == places
        rest = (0, 0, False, NEVER)
        found = []
        for values, other in zip(self._states, rest, strict=True):
            spread = np.full(len(places), other, values.dtype)
            spread[known] = values[here[known]]
            found.append(spread)
        return States(*found)

    def recalls_of(self, places: np.ndarray) -> Told:
        """Return the recalls of memories, in the order of these and of their times."""
        first, after = (np.searchsorted(self._owner, places, side) for side in ("left", "right"))
        counts = after - first
        mine = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        massed = np.zeros(len(places), np.int32)
        if len(self._massed_at):
            at = np.minimum(np.searchsorted(self._massed_at, places), len(self._massed_at) - 1)
            there = self._massed_at[at] == places
            massed[there] = self._massed[at[there]]
        owner = np.repeat(np.arange(len(places)), counts)
        return Told(owner, self._at_us[mine], massed + counts.astype(np.int32))

    def _read_links(self, snapshot: Snapshot) -> np.ndarray:
        links = np.zeros(len(self), np.int32)
        named = ", ".join(f"'{name}'" for name in TIES)
        columns = ("source_id", "target_id")
        for batch in snapshot.scan("links", columns, f"relation IN ({named})"):
            for column in columns:
                places = self.ids.places(batch[column])
                np.add.at(links, places[places >= 0], 1)
        return links

    def _read_states(self, snapshot: Snapshot) -> tuple[np.ndarray, States]:
        """Return the places of memories of which a state is kept, sorted, and their states."""
        found: list[list[np.ndarray]] = [[] for _ in range(5)]
        for batch in snapshot.sql_batches(schemas.sql("states"), [], ROWS_A_BATCH):
            places = self.ids.places(batch["id"])
            there = places >= 0
            columns = (
                _coded(batch["state"]),
                batch["counted"].to_numpy(zero_copy_only=False).astype(np.int32),
                batch["faded"].to_numpy(zero_copy_only=False),
                _microseconds(batch["set_at"]),
            )
            for part, values in zip(found, (places, *columns), strict=True):
                part.append(values[there])
        types = (np.int64, np.uint8, np.int32, np.bool_, np.int64)
        joined = [
            np.concatenate([np.zeros(0, type_), *parts])
            for parts, type_ in zip(found, types, strict=True)
        ]
        order = np.argsort(joined[0])
        return joined[0][order], States(*(values[order] for values in joined[1:]))

    def _read_recalls(
        self, snapshot: Snapshot, tonight: datetime
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return whose each recall is, when, and whether what was recalled with it was, too."""
        owners, times, spreads, massed = (
            [np.zeros(0, t)] for t in (np.int64,) * 2 + (bool, np.int64)
        )
        for batch in snapshot.sql_batches(schemas.sql("recalls"), [tonight], ROWS_A_BATCH):
            places = self.ids.places(batch["id"])
            there = places >= 0
            owners.append(places[there])
            times.append(batch["at_us"].to_numpy()[there])
            spreads.append(batch["spreads"].to_numpy(zero_copy_only=False)[there])
            massed.append(batch["same_day"].to_numpy()[there])
        owner, same_day = np.concatenate(owners), np.concatenate(massed)
        some = same_day > 0
        self._massed_at, inverse = np.unique(owner[some], return_inverse=True)
        self._massed = np.zeros(len(self._massed_at), np.int32)
        np.maximum.at(self._massed, inverse, same_day[some])
        return owner, np.concatenate(times), np.concatenate(spreads)

    def _read_wholes(self, snapshot: Snapshot, recalled: np.ndarray) -> tuple[np.ndarray, ...]:
        """
        Take in what statements and segments say of their turns.

        Returns the places of the statements, and of the turns of each, where either was recalled.
        """
        asked = np.zeros(len(self), bool)
        asked[recalled] = True
        statements, turns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for batch in _wholes(snapshot):
            whole, part = self.parts_of(batch["source_ids"])
            own = batch["importance"].to_numpy(zero_copy_only=False)[whole]
            level = batch["level"].to_numpy()[whole]
            holds = batch["superseded_by"].is_null().to_numpy(zero_copy_only=False)[whole]
            says = (level == 1) & holds & np.isfinite(own)
            np.maximum.at(self.stated, part[says], own[says])
            self.was_read[part[level == 2]] = True
            whole = self.ids.places(batch["id"])[whole]
            both = (level == 1) & (asked[whole] | asked[part])
            statements.append(whole[both])
            turns.append(part[both])
        return np.concatenate(statements), np.concatenate(turns)

    def parts_of(self, cited: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Return which rows cite a known memory, and its place, int [k] each, row by row."""
        counts = cited.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        rows, places = np.repeat(np.arange(len(cited)), counts), self.ids.places(cited.flatten())
        there = places >= 0
        return rows[there], places[there]


def _columns(snapshot: Snapshot, name: str) -> Iterator[pa.Array]:
    for table in MEMORY_TABLES:
        for batch in snapshot.scan(table, [name]):
            yield batch[name]


def _wholes(snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
    """Yield the rows of statements and segments, which say something of their turns."""
    columns = ("id", "level", "importance", "superseded_by", "source_ids")
    for table in MEMORY_TABLES:
        yield from snapshot.scan(table, columns, "level IN (1, 2)")


def _coded(states: pa.Array) -> np.ndarray:
    """Return states as indices of STATES, uint8 [n]."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array([str(state) for state in STATES])
    codes: np.ndarray = pc.index_in(states, value_set=known).to_numpy().astype(np.uint8)
    return codes


def _microseconds(times: pa.Array) -> np.ndarray:
    """Return times as microseconds since 1970, NEVER for null, int [n]."""
    import pyarrow as pa

    numbers = times.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).fill_null(int(NEVER))
    found: np.ndarray = numbers.to_numpy()
    return found


def times_of(at_us: np.ndarray) -> Any:
    """Return microseconds since 1970 as an Arrow array of times, null for NEVER."""
    import pyarrow as pa

    return pa.array(at_us, pa.int64(), mask=at_us == NEVER).cast(pa.timestamp("us", "UTC"))


def _told_of_both(
    owner: np.ndarray, at_us: np.ndarray, statements: np.ndarray, turns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the recalls of statements as of their turns, and of turns as of their statements.

    A statement and the turn that it was made in are one memory to whoever recalls either.
    """
    pairs = ((statements, turns), (turns, statements))
    found = [_matched(owner, at_us, *pair) for pair in pairs]
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _matched(
    owner: np.ndarray, at_us: np.ndarray, this: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for recalls of each of `this` the same of those of `other` beside it."""
    order = np.argsort(this, kind="stable")
    this, other = this[order], other[order]
    first, after = (np.searchsorted(this, owner, side) for side in ("left", "right"))
    counts = after - first
    starts = np.repeat(first - np.cumsum(counts) + counts, counts)
    return other[starts + np.arange(len(starts))], np.repeat(at_us, counts)


def _distinct(
    owners: Sequence[np.ndarray], times: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return recalls once each, in the order of their owners and times."""
    owner, at_us = np.concatenate(owners).astype(np.int64), np.concatenate(times)
    order = np.lexsort((at_us, owner))
    owner, at_us = owner[order], at_us[order]
    is_new = np.ones(len(owner), bool)
    is_new[1:] = (owner[1:] != owner[:-1]) | (at_us[1:] != at_us[:-1])
    return owner[is_new], at_us[is_new]
