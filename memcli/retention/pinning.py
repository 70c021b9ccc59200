"""
Pinning, and the state changes that a user makes by hand.

What puts memories out of sight, and back, is in hiding.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.states import State, read_strengths, set_state
from memcli.memory.writing import update_columns

if TYPE_CHECKING:
    from store import Snapshot, Transaction


# A pinned memory is active, as it may not fade; one that is out of sight stays so.
FADED: Final = frozenset({State.dormant, State.archived})
UNSEEN: Final = frozenset({State.hidden, State.archived})


@dataclass
class MemoryChanges:
    """
    What a mark changes in a snapshot; nothing is written yet.

    records: the memories that change, as they will be; pinned: what becomes of the pin, by id;
    states: ids by the state that they come to; along: how many went along with what was named;
    still_visible: turns in sight whose statements were hidden.
    """

    records: list[Json] = field(default_factory=list)
    pinned: dict[str, bool] = field(default_factory=dict)
    states: dict[State, list[str]] = field(default_factory=dict)
    along: int = 0
    still_visible: list[str] = field(default_factory=list)

    def write(self, transaction: Transaction, now: datetime) -> None:
        """Write the changes."""
        for state, ids in self.states.items():
            set_state(transaction, ids, state, now)
        # What was never pinned has no value there.
        pins = {id_: {"pinned": is_pinned or None} for id_, is_pinned in self.pinned.items()}
        update_columns(transaction, pins, now=now, by_hand=True)


def states_of(snapshot: Snapshot, records: Iterable[Json]) -> dict[str, State]:
    """Return the state of each memory record, by id."""
    archived = {record["id"]: bool(record.get("archived")) for record in records}
    rows = read_strengths(snapshot, list(archived))
    stated = {id_: State(row["state"]) for id_, row in rows.items()}
    return {
        id_: State.archived if is_archived else stated.get(id_, State.active)
        for id_, is_archived in archived.items()
    }


def pin_or_unpin(records: Sequence[Json], states: Mapping[str, State], pin: bool) -> MemoryChanges:
    """Return what pins or unpins memories; a pin also brings back what has faded."""
    changes = MemoryChanges()
    for record in records:
        id_ = record["id"]
        fades = pin and states[id_] in FADED
        if bool(record.get("pinned")) != pin:
            changes.pinned[id_] = pin
        elif not fades:
            continue
        if fades:
            changes.states.setdefault(State.active, []).append(id_)
            record = without(record, "archived")
        changes.records.append(record | {"pinned": True} if pin else without(record, "pinned"))
    return changes


def without(record: Json, *names: str) -> Json:
    """Return a record without some of its fields."""
    return {name: value for name, value in record.items() if name not in names}
