"""The end that `table` and `vault` share: a change that is published and told, or only tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memcli.cli.with_store import Call

if TYPE_CHECKING:
    from store import Transaction

# What was done, and what would be.
Verbs = tuple[str, str]


def publish(
    call: Call, transaction: Transaction, verbs: Verbs, what: str, purge: bool = False
) -> None:
    """Make a change the head, unless it is a trial, and say what was done."""
    done, do = verbs
    if call.dry_run:
        call.say(f"dry run: would {do} {what}; nothing was written")
    elif purge:
        from memcli.retention.purge.table_history import publish_purge

        commit = publish_purge(call.store, transaction, call.now)
        call.say(f"{done} {what}; history begins with commit {commit.number}")
    elif transaction.changed:
        commit = transaction.publish(call.now)
        call.say(f"{done} {what}; commit {commit.number} (undo takes it back)")
    else:
        call.say(f"{done} {what}; nothing was written")
