"""
Anchor columns: what the retention of some memories rests on, as arrays.

Rows are read in batches, turns before what was made of them, and what other rows say of them is
taken from the index: among a million and a half memories, all at once took half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import schemas
from memcli.memory.states import State
from memcli.retention.anchor_index import NEVER, ROWS_A_BATCH, STATES, AnchorIndex, Told, times_of

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from store import Snapshot

# The lowest and the highest level of what is read first, and then.
TURNS: Final = (0, 0)
ABOVE_TURNS: Final = (1, 127)
# The importance of what is above a turn, and of turns that were not read: these may say much.
ABOVE: Final = 0.1
UNREAD: Final = 0.4
# What is left of it where something came in its place: a statement says what once held, a summary
# that was made anew is of no more use.
REPLACED: Final = 0.5
REPLACED_SUMMARY: Final = 0.1
# The columns that are one array each, and what holds them.
COLUMNS: Final = {
    **dict.fromkeys(("namespaces", "types", "states"), object),
    **dict.fromkeys(("made_s", "importance"), np.float64),
    **dict.fromkeys(("links", "length", "counted"), np.int32),
    **dict.fromkeys(("is_by_hand", "is_claim", "is_kept"), np.bool_),
    "levels": np.int8,
    "set_us": np.int64,
}
_NAMES: Final = np.array([str(state) for state in STATES], dtype=object)


@dataclass(frozen=True)
class AnchorColumns:
    """
    What is known of n memories, [n] each in the order of their rows.

    ids: Arrow array of strings; places: in the index; namespaces, types and states: objects; parts:
    rows of wholes and the places of what each was made of, int [k] each; last_recall, set_at: Arrow
    arrays of times.
    """

    ids: pa.Array
    places: np.ndarray
    namespaces: np.ndarray
    types: np.ndarray
    levels: np.ndarray
    made_s: np.ndarray
    importance: np.ndarray
    links: np.ndarray
    length: np.ndarray
    states: np.ndarray
    counted: np.ndarray
    is_by_hand: np.ndarray
    is_claim: np.ndarray
    is_kept: np.ndarray
    set_us: np.ndarray
    parts: tuple[np.ndarray, np.ndarray]
    recalls: Told

    @classmethod
    def of(cls, batch: pa.RecordBatch, index: AnchorIndex) -> AnchorColumns:
        """Return what rows of anchors.sql and the index say."""
        places = index.ids.places(batch["id"])
        kept, archived = index.states_of(places), _flags(batch["archived"])
        states = _NAMES[kept.codes]
        states[archived] = State.archived.value
        return cls(
            ids=batch["id"],
            places=places,
            namespaces=_names(batch["namespace"]),
            types=_names(batch["type"]),
            levels=batch["level"].to_numpy(),
            made_s=batch["made_s"].to_numpy(),
            importance=_importance(batch, index.stated[places], index.was_read[places]),
            links=index.links[places],
            length=batch["length"].to_numpy(),
            states=states,
            counted=kept.counted,
            # Archived by hand, or elsewhere: then no decay brings it back.
            is_by_hand=archived & ~kept.has_faded,
            is_claim=_flags(batch["claims"]),
            is_kept=_flags(batch["kept"]),
            set_us=kept.set_us,
            parts=index.parts_of(batch["parts"]),
            recalls=index.recalls_of(places),
        )

    @property
    def set_at(self) -> pa.Array:
        """When somebody set the state of each, Arrow times."""
        return times_of(self.set_us)

    @property
    def last_recall(self) -> pa.Array:
        """When each was recalled last, Arrow times."""
        last = np.full(len(self.places), NEVER)
        last[self.recalls.owner] = self.recalls.at_us  # the last of each owner's comes last
        return times_of(last)


def anchor_batches(
    snapshot: Snapshot, index: AnchorIndex, today: datetime
) -> Iterator[AnchorColumns]:
    """Yield all memories of a snapshot, some at a time, turns first; until `today` things hold."""
    for levels in (TURNS, ABOVE_TURNS):
        parameters = [today, *levels]
        for batch in snapshot.sql_batches(schemas.sql("anchors"), parameters, ROWS_A_BATCH):
            yield AnchorColumns.of(batch, index)


def together(some: Sequence[AnchorColumns], n: int) -> AnchorColumns:
    """
    Return all n memories of an index at once, in the order of their ids.

    Their places are those of their rows then. It takes three hundred bytes a memory.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.concat_arrays([pa.array([], pa.string()), *(each.ids for each in some)])
    order = pc.array_sort_indices(ids).to_numpy().astype(np.int64)
    row_of, row_at = np.empty(n, np.int64), np.empty(n, np.int64)
    row_of[order] = np.arange(n)
    row_at[_joined([each.places for each in some], np.int64)] = row_of
    starts = np.cumsum([0, *(len(each.places) for each in some)]).tolist()
    wholes = [each.parts[0] + start for each, start in zip(some, starts, strict=False)]
    owners = [each.recalls.owner + start for each, start in zip(some, starts, strict=False)]
    columns = {
        name: _joined([getattr(each, name) for each in some], type_)[order]
        for name, type_ in COLUMNS.items()
    }
    return AnchorColumns(
        ids=ids.take(pa.array(order)),
        places=np.arange(n),
        parts=_in_order(
            row_of[_joined(wholes, np.int64)],
            row_at[_joined([each.parts[1] for each in some], np.int64)],
        ),
        recalls=Told(
            *_in_order(
                row_of[_joined(owners, np.int64)],
                _joined([each.recalls.at_us for each in some], np.int64),
            ),
            _joined([each.recalls.times for each in some], np.int32)[order],
        ),
        **columns,
    )


def _joined(some: Sequence[np.ndarray], type_: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0, type_), *some])


def _in_order(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs in the order of both."""
    order = np.lexsort((second, first))
    return first[order], second[order]


def _flags(column: pa.Array) -> np.ndarray:
    flags: np.ndarray = column.to_numpy(zero_copy_only=False)
    return flags


def _names(column: pa.Array) -> np.ndarray:
    """Return a column of few different texts as objects, each text once in memory."""
    coded = column.dictionary_encode()
    texts = np.array([*coded.dictionary.to_pylist(), None], dtype=object)[:-1]
    named: np.ndarray = texts[coded.indices.to_numpy()]
    return named


def _importance(batch: pa.RecordBatch, stated: np.ndarray, was_read: np.ndarray) -> np.ndarray:
    """
    Return the importance of each memory in [0, 1]: its own, or of a turn what was made of it.

    A turn matters as the statement in it that matters most and still holds.
    """
    own = batch["importance"].to_numpy(zero_copy_only=False).astype(np.float64)
    levels, replaced = batch["level"].to_numpy(), _flags(batch["replaced"])
    rest = np.where(levels > 0, ABOVE, np.where(was_read, batch["unstated"].to_numpy(), UNREAD))
    said = np.where(np.isfinite(stated), stated.astype(np.float64), rest)
    found = np.where(np.isfinite(own), own, said)
    found[replaced] *= np.where(levels[replaced] > 1, REPLACED_SUMMARY, REPLACED)
    return found
