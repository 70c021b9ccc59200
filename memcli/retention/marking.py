"""The work of `pin`, `unpin`, `hide` and `restore`: what each changes, written as one commit."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from memcli.memory.step import PlannedStep

if TYPE_CHECKING:
    from datetime import datetime

    from store import Store, Transaction


class Mark(StrEnum):
    """What can be done to memories by hand."""

    PIN = "pin"
    UNPIN = "unpin"
    HIDE = "hide"
    RESTORE = "restore"


class MarkStep(PlannedStep):
    """One call of such a command; `changes` is what becomes of the memories."""

    def __init__(
        self,
        store: Store,
        now: datetime,
        kind: Mark,
        names: Sequence[str],
        namespace: str | None = None,
    ) -> None:
        """`names` are ids, the beginnings of ids or refs of the memories that are meant."""
        self.kind = self.command = kind
        self.names, self.namespace = names, namespace
        super().__init__(store, now)

    def plan(self) -> None:
        """Work out what changes."""
        from memcli.memory.selection import select
        from memcli.retention.hiding import hide, restore
        from memcli.retention.pinning import pin_or_unpin, states_of

        records = select(self.snapshot, self.names, self.namespace)
        states = states_of(self.snapshot, records)
        if self.kind in (Mark.PIN, Mark.UNPIN):
            self.changes = pin_or_unpin(records, states, self.kind is Mark.PIN)
        else:
            work = hide if self.kind is Mark.HIDE else restore
            self.changes = work(self.snapshot, records, states)

    @property
    def _is_empty(self) -> bool:
        return not self.changes.records

    def _write(self, transaction: Transaction) -> None:
        self.changes.write(transaction, self.now)
