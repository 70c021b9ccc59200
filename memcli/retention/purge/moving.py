"""
Move of what was said to the vault: it is kept there and purged everywhere else, in one commit.

The words go as `forget --purge` takes them, with all that was made of them and all history; only
the sealed row, which is written with the same commit, has them from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.memory.vault.words import ids_that_say
from memcli.retention.purge.purging import MIN_PROVEN_BYTES, PurgeStep

if TYPE_CHECKING:
    from memcli.retention.purge.plan import Plan
    from store import Snapshot, Store, Transaction

Keep = Callable[["Transaction"], object]


class MoveToVault(PurgeStep):
    """
    One call of `vault add --from`.

    value: what is not to be found any more, beside the words of the plan; keep: writes the row.
    """

    def __init__(
        self,
        store: Store,
        snapshot: Snapshot,
        plan: Plan,
        now: datetime,
        value: str,
        keep: Keep,
    ) -> None:
        if len(value.encode()) >= MIN_PROVEN_BYTES:
            plan.texts = sorted({*plan.texts, value})
        super().__init__(store, snapshot, plan, now)
        self._value = value
        self._keep = keep

    def _write(self, transaction: Transaction) -> None:
        self._keep(transaction)  # refuses before anything is gone
        super()._write(transaction)

    def left(self) -> list[str]:
        """Return the memories that say the value still."""
        return ids_that_say(self.store.snapshot(), self._value)
