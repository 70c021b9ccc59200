"""The work of `pin`, `unpin`, `hide` and `restore`: what each changes, written as one commit."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from memcli.memory.fragments import is_fragment
from memcli.memory.step import PlannedStep

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.retention.fragments import FragmentChanges
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
        from memcli.memory.fragment_names import parted
        from memcli.memory.selection import select
        from memcli.retention.fragments import names_of
        from memcli.retention.hiding import hide, restore
        from memcli.retention.pinning import pin_or_unpin, states_of

        hides = self.kind in (Mark.HIDE, Mark.RESTORE)
        pieces = parted(self.snapshot, self.names, self.namespace) if hides else []
        named = [name for name in self.names if name not in pieces]
        records = select(self.snapshot, named, self.namespace)
        if hides:
            pieces += names_of(records)
            records = [record for record in records if not is_fragment(record)]
        self.fragments = self._of_fragments(pieces)
        states = states_of(self.snapshot, records)
        if self.kind in (Mark.PIN, Mark.UNPIN):
            self.changes = pin_or_unpin(records, states, self.kind is Mark.PIN)
        else:
            work = hide if self.kind is Mark.HIDE else restore
            self.changes = work(self.snapshot, records, states)

        self.changes.along += len(self.fragments.records) - len(pieces) if pieces else 0
        self.changes.records += self.fragments.records

    def _of_fragments(self, names: Sequence[str]) -> FragmentChanges:
        """Return what becomes of fragments of turns."""
        from memcli.retention.fragments import FragmentChanges, hide_fragments, restore_fragments

        if not names:
            return FragmentChanges()
        if self.kind is Mark.HIDE:
            return hide_fragments(self.snapshot, names, self.namespace, self.now)
        return restore_fragments(self.snapshot, names, self.namespace)

    @property
    def _is_empty(self) -> bool:
        return not self.changes.records

    def _write(self, transaction: Transaction) -> None:
        from memcli.memory.encoders import store_encoder

        self.changes.write(transaction, self.now)
        stamp, layout = self.snapshot.encoder, self.store.layout
        self.fragments.write(transaction, lambda: store_encoder(stamp, layout), self.now)
