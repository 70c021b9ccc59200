"""The body that the commands `pin`, `unpin`, `hide` and `restore` share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from memcli.cli.stdin import are_piped, read_names
from memcli.cli.with_store import Call
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.retention.pinning import MemoryChanges
    from store import Commit, Snapshot, Store

COLUMNS: Final = ("id", "level", "speaker", "happened_at", "text")
# The options that they take.
OPTIONS: Final = "store namespace now dry_run quiet format"
SHOWN: Final = 5


Mark = Literal["pin", "unpin", "hide", "restore"]
DONE: Final = {
    "pin": "pinned",
    "unpin": "unpinned",
    "hide": "hidden",
    "restore": "brought back",
}


def run_mark(call: Call, kind: Mark, ids: Sequence[str] | None) -> None:
    """Set a mark on the memories that are named, or come on stdin, and write those that change."""
    names, bound = read_names(ids), call.namespace
    named = {"stdin": len(names)} if are_piped(ids) else {"ids": ids}
    arguments = given_options(**named, namespace=bound)
    changes, commit = mark(call.store, kind, names, bound, call.now, arguments, call.dry_run)
    _report(call, kind, changes, commit)
    call.show(changes.records, COLUMNS)


def mark(
    store: Store,
    kind: Mark,
    names: Sequence[str],
    namespace: str | None,
    now: datetime,
    arguments: dict[str, Any] | None = None,
    dry_run: bool = False,
) -> tuple[MemoryChanges, Commit | None]:
    """Do to memories what a mark says, in one transaction; no commit where it is so already."""
    snapshot = store.snapshot()
    changes = plan(snapshot, kind, names, namespace)
    if dry_run or not changes.records:
        return changes, None
    with store.transaction(kind, arguments) as transaction:
        if transaction.head.number != snapshot.commit.number:
            from store import Snapshot

            changes = plan(Snapshot(store.layout, transaction.head), kind, names, namespace)
        changes.write(transaction, now)
        return changes, transaction.publish() if transaction.changed else None


def plan(
    snapshot: Snapshot, kind: Mark, names: Sequence[str], namespace: str | None
) -> MemoryChanges:
    """Return what a mark changes."""
    from memcli.memory.selection import select
    from memcli.retention.hiding import hide, restore
    from memcli.retention.pinning import pin_or_unpin, states_of

    records = select(snapshot, names, namespace)
    states = states_of(snapshot, records)
    if kind in ("pin", "unpin"):
        return pin_or_unpin(records, states, kind == "pin")
    return (hide if kind == "hide" else restore)(snapshot, records, states)


def _report(call: Call, kind: Mark, changes: MemoryChanges, commit: Commit | None) -> None:
    """Say on stderr what was changed, and what it leaves in sight."""
    n = len(changes.records)
    along = f", {changes.along:,} of them made of the others," if changes.along else ""
    what = f"{n:,} {'memory' if n == 1 else 'memories'}{along}"
    if not n:
        call.say("that is so already; nothing was changed")
    elif call.dry_run:
        call.say(f"dry run: {what} would be {DONE[kind]}; nothing was changed")
    elif commit is not None:
        call.say(f"{what} {DONE[kind]} as commit {commit.number} (memcli undo takes that back)")
    if changes.still_visible:
        more = ", ..." if len(changes.still_visible) > SHOWN else ""
        turns = ", ".join(changes.still_visible[:SHOWN]) + more
        call.say(f"still in sight where it was said: {turns}")
