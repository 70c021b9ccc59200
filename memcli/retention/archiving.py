"""
Archive step: which memories `forget` means, and how they are archived at once.

What only they have said goes along, so that it is not found in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.replacing import told_with
from memcli.memory.selection import read_records
from memcli.memory.states import State, set_state
from memcli.memory.step import Step
from store.errors import BadUsage

if TYPE_CHECKING:
    from datetime import datetime

    from store import Snapshot, Store, Transaction

SHOWN: Final = 3


def refuse_pinned(ids: Iterable[str], is_allowed: bool) -> None:
    """Raise BadUsage when something pinned would go and nobody said that it may."""
    pinned = sorted(set(ids))
    if pinned and not is_allowed:
        some = ", ".join(pinned[:SHOWN]) + (", ..." if len(pinned) > SHOWN else "")
        what = "is pinned" if len(pinned) == 1 else "are pinned"
        raise BadUsage(f"{some} {what}; nothing was changed", "memcli unpin, or add --pinned")


class ArchiveStep(Step):
    """What one call of `forget` archives: what was named, and what only that has said."""

    command = "forget"

    def __init__(self, store: Store, now: datetime, snapshot: Snapshot) -> None:
        super().__init__(store, now, snapshot)
        self.named: list[Json] = []
        self.along: list[Json] = []

    def take(self, records: Sequence[Json], pinned: bool = False) -> None:
        """Take memories that are to be archived; BadUsage for pinned ones unless they may."""
        self.named = [record for record in records if not record.get("archived")]
        refuse_pinned((r["id"] for r in self.named if r.get("pinned")), pinned)
        turns = {record["id"] for record in records if record["level"] == 0}
        ids = {record["id"] for record in records}
        said = [row["id"] for row in told_with(self.snapshot, records) if row["id"] not in ids]
        more = read_records(self.snapshot, said, None).values()
        told = {r["id"]: r for r in (*self._said_by(turns), *more) if not r.get("archived")}
        self.along = [r for id_, r in told.items() if id_ not in ids and not r.get("pinned")]

    def _said_by(self, turns: set[str]) -> list[Json]:
        """Return the statements all of whose turns are archived, and one of them now."""
        columns = ["id", "source_ids", "pinned"]
        cited: dict[str, set[str]] = {}
        for row in self.snapshot.rows(columns, "level = 1", ["memories"]) if turns else ():
            sources = set(row["source_ids"] or ())
            if not turns.isdisjoint(sources) and not row["pinned"]:
                cited[row["id"]] = sources
        others = sorted({source for sources in cited.values() for source in sources} - turns)
        archived = set(self.snapshot.read_ids("archive", others, ["id"])["id"].to_pylist())
        ids = [id_ for id_, sources in cited.items() if sources <= turns | archived]
        return list(read_records(self.snapshot, ids, None).values())

    @property
    def records(self) -> list[Json]:
        """All memories that are to be archived."""
        return [*self.named, *self.along]

    @property
    def _is_empty(self) -> bool:
        return not self.records

    def _write(self, transaction: Transaction) -> None:
        set_state(transaction, [r["id"] for r in self.records], State.archived, self.now)
