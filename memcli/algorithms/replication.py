"""
Replication: what two copies of a record come to, whichever store was read first.

Each function is the join of a semilattice, so it is commutative, associative and idempotent, and
stores that pull from one another in any order come to the same (state-based replicated data types:
Shapiro, Preguica, Baquero and Zawirski, 2011). What can be changed is a register that the last
writer wins, by a stamp of time and store; what was made once only grows; what was purged wins over
what is there. Values are plain ones, as rows of Arrow give them, times with a zone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

Row = dict[str, Any]
Key = TypeVar("Key")
Item = TypeVar("Item")
# The kind of what was purged, and then allowed again.
LIFTED: Final = "lifted"
NEVER: Final = datetime.min.replace(tzinfo=UTC)
STEP: Final = timedelta(microseconds=1)
LAST: Final = datetime.max.replace(tzinfo=UTC)
_to_json = msgspec.json.Encoder(order="sorted").encode


class Stamp(NamedTuple):
    """When and where a register was written; what a person did wins over what a rule did."""

    by_hand: bool
    time: datetime
    store: str


def later(one: Stamp | None, other: Stamp | None) -> Stamp | None:
    """Return the stamp that wins; none is the least."""
    return max((stamp for stamp in (one, other) if stamp is not None), default=None)


def next_stamp(known: Stamp | None, by_hand: bool, now: datetime, store: str) -> Stamp:
    """
    Return the stamp of a write now, which comes after what it overwrites whatever the clocks say.

    A clock that is behind would let the older write win (Lamport, 1978).
    """
    if known is None or known.by_hand < by_hand:
        return Stamp(by_hand, now, store)
    return Stamp(known.by_hand, max(now, after(known.time)), store)


def after(moment: datetime) -> datetime:
    """Return the next moment; of the last one there is, itself."""
    return moment if moment >= LAST else moment + STEP


def joined_stamps(one: Mapping[Key, Stamp], other: Mapping[Key, Stamp]) -> dict[Key, Stamp]:
    """Return the winning stamp of each register."""
    joined = dict(one)
    for key, stamp in other.items():
        known = joined.get(key)
        joined[key] = stamp if known is None else max(known, stamp)
    return joined


def joined_row(
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    stamps: Mapping[str, Stamp],
    other_stamps: Mapping[str, Stamp],
) -> Row:
    """
    Return what two rows of one memory come to; they have the same columns.

    stamps: by column, those of what was changed since the row was made. What was never changed is
    as the store had it that knew it first.
    """
    joined: Row = {}
    for name in one:
        claims = (
            (_claim(row[name], written.get(name), row["recorded_at"]), row[name])
            for row, written in ((one, stamps), (other, other_stamps))
        )
        joined[name] = max(claims, key=lambda claim: claim[0])[1]
    joined["recorded_at"] = min(one["recorded_at"], other["recorded_at"])
    return joined


def _claim(value: Any, stamp: Stamp | None, born: datetime) -> tuple[Any, ...]:
    """Return by what a value is compared with that of another store."""
    if stamp is None:
        # A store that knows nothing of something says less than one that does.
        return (False, NEVER - born, value is not None, canonical(value))
    # Only a purge takes a value away and leaves its stamp.
    return (True, stamp, value is None, canonical(value))


def canonical(value: Any) -> bytes:
    """Return a value as JSON, by which equals are told from others, and all are in one order."""
    return _to_json(value)


def joined_state(one: Row, other: Row, stamp: Stamp | None, other_stamp: Stamp | None) -> Row:
    """
    Return what two rows of the strength of one memory come to: one of them, as a whole.

    The one wins whose state was set last by hand, and of what was computed since the newer.
    """
    sides = ((one, stamp), (other, other_stamp))
    return max(sides, key=lambda side: _state_claim(*side))[0]


def _state_claim(row: Row, stamp: Stamp | None) -> tuple[Any, ...]:
    # A stamp that was written counts before one that a row implies: the joined row keeps the
    # latest of those written, and of those implied nothing but itself.
    known = stamp or _implied(row)
    return (stamp is not None, known is not None, known or (), row["recorded_at"], canonical(row))


def _implied(row: Row) -> Stamp | None:
    """Return the stamp of a state that was set by hand before there were stamps."""
    is_set = row["retention"] is None and row["stability_days"] is None and row["state"] != "active"
    return Stamp(True, row["recorded_at"], "") if is_set else None


class OwnRow(NamedTuple):
    """
    A row of a table of the user's own as a store knows it.

    row: None where it is not there; stamp: of its last change, or of when it was taken out.
    """

    row: Row | None
    stamp: Stamp | None = None

    @property
    def claim(self) -> tuple[Any, ...]:
        """By what it is compared with that of another store."""
        made = self.row["recorded_at"] if self.row else NEVER
        rest = (self.row is not None, made, canonical(self.row))
        return (self.stamp is not None, self.stamp or (), *rest)


def joined_own_row(one: OwnRow, other: OwnRow) -> OwnRow:
    """
    Return what two copies of one row come to: the one that was changed last.

    One that was never changed is as the store made it that made it last; a store that knows
    nothing of it says less than one that does.
    """
    return max((one, other), key=lambda each: each.claim)


def joined_link(one: Row, other: Row) -> Row:
    """Return what two rows of one link come to: the one that was written last."""
    return max((one, other), key=lambda row: (row["recorded_at"], canonical(row)))


class NameDecision(NamedTuple):
    """
    What a name was decided to mean.

    is_user: whether a person decided it; content: its columns, as JSON.
    """

    is_user: bool
    stamp: Stamp | None
    recorded_at: datetime
    content: str

    @property
    def claim(self) -> tuple[Any, ...]:
        """By what it is compared with that of another store."""
        stamp = self.stamp or (Stamp(True, self.recorded_at, "") if self.is_user else None)
        rest = (self.recorded_at, self.content, self.is_user, self.stamp is not None)
        return (stamp is not None, stamp or (), *rest)


def joined_decision(one: NameDecision, other: NameDecision) -> NameDecision:
    """Return what a name means where two stores decided it: as the last one did."""
    return max((one, other), key=lambda decision: decision.claim)


def least(values: Iterable[Any], unknown: Collection[Any] = (None,)) -> Any:
    """Return the least of some values, those that say nothing last."""
    return min(values, key=lambda value: (value in unknown, canonical(value)))


def joined_latest(
    rows: Iterable[Item],
    key: Callable[[Item], Any],
    rank: Callable[[Item], Any],
    most: int | None = None,
) -> list[Item]:
    """
    Return the highest of some items by rank for each key, in the order of rank.

    most: so many of the highest; what is left out has that many above it, here and anywhere.
    """
    best: dict[Any, Item] = {}
    for item in rows:
        known = best.get(key(item))
        if known is None or rank(item) > rank(known):
            best[key(item)] = item
    found = sorted(best.values(), key=rank)
    return found if most is None else found[-most:]


def joined_tombstones(rows: Iterable[Row]) -> list[Row]:
    """Return what was purged, and what of it was allowed again: of each hash, what was last."""
    return joined_latest(rows, _grave, _burial)


def _grave(row: Row) -> tuple[str, str, str]:
    return row["key"] or "", row["hash"], row["turn"] or ""


def _burial(row: Row) -> tuple[Any, ...]:
    return row["recorded_at"], row["kind"] != LIFTED, row["kind"], *_grave(row)


class TurnPlace(NamedTuple):
    """Where a turn stands: when it was said, and what its place was in the store it came from."""

    happened_at: datetime | None
    place: int | None
    id: str


def places(turns: Sequence[TurnPlace]) -> dict[str, int]:
    """
    Return the place of each turn in its session, from 0: by time, first place and id.

    These are the same in every store, so all give the same turns the same order.
    """
    last = 1 << 31
    ordered = sorted(
        turns,
        key=lambda turn: (
            turn.happened_at or NEVER,
            last if turn.place is None else turn.place,
            turn.id,
        ),
    )
    return {turn.id: number for number, turn in enumerate(ordered)}
