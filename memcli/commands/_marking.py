"""The body that the commands `pin`, `unpin`, `hide` and `restore` share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from memcli.cli.stdin import are_piped, read_names
from memcli.cli.with_store import Call
from memcli.memory.step import given_options
from memcli.retention.marking import Mark, MarkStep

if TYPE_CHECKING:
    from memcli.retention.pinning import MemoryChanges
    from store import Commit

__all__ = ["OPTIONS", "Mark", "run_mark"]

COLUMNS: Final = ("id", "level", "speaker", "happened_at", "text")
# The options that they take.
OPTIONS: Final = "store namespace now dry_run quiet format"
SHOWN: Final = 5
DONE: Final = {
    Mark.PIN: "pinned",
    Mark.UNPIN: "unpinned",
    Mark.HIDE: "hidden",
    Mark.RESTORE: "brought back",
}


def run_mark(call: Call, kind: Mark, ids: Sequence[str] | None) -> None:
    """Set a mark on the memories that are named, or come on stdin, and write those that change."""
    names, bound = read_names(ids), call.namespace
    named = {"stdin": len(names)} if are_piped(ids) else {"ids": ids}
    arguments = given_options(**named, namespace=bound)
    step = MarkStep(call.store, call.now, kind, names, bound)
    commit = None if call.dry_run else step.commit(arguments)
    if names:
        _say_changed(call, kind, step.changes, commit)
    else:
        call.say("no memory was named; nothing was changed")
    call.show(step.changes.records, COLUMNS)


def _say_changed(call: Call, kind: Mark, changes: MemoryChanges, commit: Commit | None) -> None:
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
