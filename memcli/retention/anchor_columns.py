"""
Anchor columns: what the retention of every memory rests on, as narrow arrays in the order of ids.

Rows are read in batches, of which each leaves numbers and coded names, and what one says of another
is looked up once for all ids: among a million and a half memories that takes half of the memory
that one statement with all its joins took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

import schemas
from memcli.memory.states import State
from store.layout import MEMORY_TABLES
from store.memory import give_back

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from store import Snapshot

# The columns of anchors.sql that are numbers, and what holds them.
NUMBERS: Final = {
    "level": np.int8,
    "archived": np.bool_,
    "made_s": np.float64,
    "importance": np.float64,
    "unstated": np.float64,
    "replaced": np.bool_,
    "claims": np.bool_,
    "length": np.int32,
    "kept": np.bool_,
}
NAMES: Final = ("namespace", "type")
ROWS_A_BATCH: Final = 20_000
# The importance of what is above a turn, and of turns that were not read: these may say much.
ABOVE: Final = 0.1
UNREAD: Final = 0.4
# What is left of it where something came in its place: a statement says what once held, a summary
# that was made anew is of no more use.
REPLACED: Final = 0.5
REPLACED_SUMMARY: Final = 0.1
NEVER: Final = np.iinfo(np.int64).min


class AnchorColumns:
    """
    What is known of n memories, [n] each in the order of their ids, until the end of a day.

    ids: Arrow array of strings; namespaces, types and states: objects; parts: places of wholes and
    of what each was made of, int [k] each; owner and recalled_us: of each recall whose it was and
    when, in microseconds, in the order of both; last_recall, set_at: Arrow arrays of times.
    """

    def __init__(self, snapshot: Snapshot, today: datetime, tonight: datetime) -> None:
        n = sum(snapshot.count(name) for name in MEMORY_TABLES)
        rows = _AnchorRows(n, snapshot.sql_batches(schemas.sql("anchors"), [today], ROWS_A_BATCH))
        ties = snapshot.sql(schemas.sql("ties"))
        asked = snapshot.sql(schemas.sql("recalls"), [tonight])
        known = snapshot.sql(schemas.sql("states"))
        order = rows.order()
        self.ids = rows.ids.take(order)
        owner, cited = rows.parts()
        ids = [cited, *(table["id"].combine_chunks() for table in (ties, asked, known))]
        parts, tied, recalled, strong = _places(ids, self.ids)
        self.parts = _in_order(_inverse(order)[owner], parts)
        self.namespaces, self.types = (rows.name(name, order) for name in NAMES)
        numbers = {name: rows.number(name)[order] for name in NUMBERS}
        self.levels, self.made_s, self.length = (
            numbers[name] for name in ("level", "made_s", "length")
        )
        self.is_claim, self.is_kept = numbers["claims"], numbers["kept"]
        del rows, ids, owner, cited
        give_back()  # of the batches, and of what DuckDB took
        self.importance = _importance(numbers, *self.parts)
        self.links = self._spread(ties["links"], tied, np.int32(0))
        self._take_states(known, strong, numbers["archived"])
        self._take_recalls(asked, recalled)

    def _spread(self, values: pa.ChunkedArray, places: np.ndarray, rest: np.generic) -> np.ndarray:
        """Return values at their places, those of unknown memories left out, and the rest."""
        spread = np.full(len(self.ids), rest)
        there = places >= 0
        spread[places[there]] = values.to_numpy()[there]
        return spread

    def _take_states(self, known: pa.Table, places: np.ndarray, archived: np.ndarray) -> None:
        self.states = np.full(len(archived), State.active.value, dtype=object)
        there = np.flatnonzero(places >= 0)
        self.states[places[there]] = _names(known["state"])[there]
        self.states[archived] = State.archived.value
        self.counted = self._spread(known["counted"], places, np.int32(0))
        # Archived by hand, or elsewhere: then no decay brings it back.
        self.is_by_hand = archived & ~self._spread(known["faded"], places, np.bool_(False))
        set_us = _microseconds(known["set_at"])
        self.set_at = _times(self._spread(set_us, places, np.int64(NEVER)))

    def _take_recalls(self, asked: pa.Table, places: np.ndarray) -> None:
        there = places >= 0
        owner, at_us = places[there], asked["at_us"].to_numpy()[there]
        spreads = asked["spreads"].to_numpy()[there]
        told = _told_of_both(owner[spreads], at_us[spreads], self.levels, *self.parts)
        self.owner, self.recalled_us = _distinct([owner, told[0]], [at_us, told[1]])
        massed = np.zeros(len(self.ids), np.int32)
        np.maximum.at(massed, owner, asked["same_day"].to_numpy()[there])
        self.n_recalls = massed + np.bincount(self.owner, minlength=len(massed)).astype(np.int32)
        last = np.full(len(massed), NEVER)
        last[self.owner] = self.recalled_us  # the last of each owner's comes last
        self.last_recall = _times(last)


class _AnchorRows:
    """Batches of rows as what is kept of them, in the order in which they come."""

    def __init__(self, n: int, batches: Iterable[pa.RecordBatch]) -> None:
        import pyarrow as pa

        self._ids, self._cited = [pa.array([], pa.string())], [pa.array([], pa.string())]
        self._owners = [np.zeros(0, np.int32)]
        self._numbers: dict[str, np.ndarray] = {
            name: np.empty(n, type_) for name, type_ in NUMBERS.items()
        }
        self._codes = {name: np.empty(n, np.int32) for name in NAMES}
        self._texts: dict[str, dict[str, int]] = {name: {} for name in NAMES}
        start = 0
        for batch in batches:
            self._take(batch, start)
            start += batch.num_rows
        self.ids = pa.concat_arrays(self._ids)
        self._ids = []

    def _take(self, batch: pa.RecordBatch, start: int) -> None:
        here = slice(start, start + batch.num_rows)
        self._ids.append(_copied(batch["id"]))
        for name, values in self._numbers.items():
            values[here] = batch[name].to_numpy(zero_copy_only=False)
        for name in NAMES:
            coded, known = batch[name].dictionary_encode(), self._texts[name]
            codes = [known.setdefault(text, len(known)) for text in coded.dictionary.to_pylist()]
            self._codes[name][here] = np.array(codes, np.int32)[coded.indices.to_numpy()]
        counts = batch["parts"].value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        self._owners.append(np.repeat(np.arange(start, here.stop, dtype=np.int32), counts))
        self._cited.append(_copied(batch["parts"].flatten()))

    def order(self) -> np.ndarray:
        """Return the indices of rows in the order of their ids, int [n]."""
        import pyarrow.compute as pc

        order: np.ndarray = pc.array_sort_indices(self.ids).to_numpy().astype(np.int32)
        return order

    def number(self, name: str) -> np.ndarray:
        """Return a column of numbers, which is kept no longer."""
        return self._numbers.pop(name)

    def name(self, name: str, order: np.ndarray) -> np.ndarray:
        """Return a column of few different texts in some order, each text once in memory."""
        texts = np.array([*self._texts[name], None], dtype=object)[:-1]
        named: np.ndarray = texts[self._codes.pop(name)[order]]
        return named

    def parts(self) -> tuple[np.ndarray, pa.Array]:
        """Return which rows were made of something, int [k], and its ids, which go with that."""
        import pyarrow as pa

        cited, self._cited = pa.concat_arrays(self._cited), []
        return np.concatenate(self._owners), cited


def _copied(values: pa.Array) -> pa.Array:
    """Return values of their own, so that the batch that they were of can go."""
    import pyarrow as pa

    return pa.concat_arrays([values, values.slice(0, 0)])


def _names(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column of few different texts as objects, each text once in memory."""
    coded = column.combine_chunks().dictionary_encode()
    texts = np.array([*coded.dictionary.to_pylist(), None], dtype=object)[:-1]
    named: np.ndarray = texts[coded.indices.to_numpy(zero_copy_only=False)]
    return named


def _microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return times as microseconds since 1970, NEVER for null."""
    import pyarrow as pa

    return column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).fill_null(int(NEVER))


def _times(at_us: np.ndarray) -> pa.Array:
    """Return microseconds since 1970 as times, null for NEVER."""
    import pyarrow as pa

    return pa.array(at_us, pa.int64(), mask=at_us == NEVER).cast(pa.timestamp("us", "UTC"))


def _places(columns: Sequence[pa.Array], known: pa.Array) -> list[np.ndarray]:
    """Return where the ids of each column stand among those that are known, else -1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # One look-up for all, since each makes a table of all ids first.
    ids = pa.concat_arrays([each.cast(pa.string()) for each in columns])
    found = pc.index_in(ids, value_set=known).fill_null(-1).to_numpy()
    return np.split(found, np.cumsum([len(each) for each in columns])[:-1])


def _inverse(order: np.ndarray) -> np.ndarray:
    """Return at which place each row comes in an order of rows."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=order.dtype)
    return place


def _in_order(wholes: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs whose part is known, in the order of both."""
    there = parts >= 0
    wholes, parts = wholes[there], parts[there]
    order = np.lexsort((parts, wholes))
    return wholes[order], parts[order]


def _importance(
    numbers: Mapping[str, np.ndarray], wholes: np.ndarray, parts: np.ndarray
) -> np.ndarray:
    """
    Return the importance of each memory in [0, 1]: its own, or of a turn what was made of it.

    A turn matters as the statement in it that matters most and still holds.
    """
    levels, replaced, own = numbers["level"], numbers["replaced"], numbers["importance"]
    states = (levels[wholes] == 1) & ~replaced[wholes] & np.isfinite(own[wholes])
    stated = np.full(len(own), -np.inf)
    np.maximum.at(stated, parts[states], own[wholes[states]])
    was_read = np.zeros(len(own), bool)
    was_read[parts[levels[wholes] == 2]] = True
    rest = np.where(levels > 0, ABOVE, np.where(was_read, numbers["unstated"], UNREAD))
    found = np.where(np.isfinite(own), own, np.where(np.isfinite(stated), stated, rest))
    found[replaced] *= np.where(levels[replaced] > 1, REPLACED_SUMMARY, REPLACED)
    return found


def _told_of_both(
    owner: np.ndarray, at_us: np.ndarray, levels: np.ndarray, wholes: np.ndarray, parts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the recalls of statements as of their turns, and of turns as of their statements.

    A statement and the turn that it was made in are one memory to whoever recalls either.
    """
    is_statement = levels[wholes] == 1
    statements, turns = wholes[is_statement], parts[is_statement]
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
