"""The body that the commands `pin`, `unpin`, `hide` and `restore` share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.memory.step import given_options
from memcli.retention.marking import Mark, MarkStep
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.retention.pinning import MemoryChanges
    from store import Commit

__all__ = ["IdsArgument", "Mark", "run_mark"]

COLUMNS: Final = ("id", "level", "speaker", "happened_at", "text")
SHOWN: Final = 5
IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Ids, beginnings of ids, or your own refs; none: memories and hits on stdin.",
        metavar="[ID...]",
    ),
]


DONE: Final = {
    Mark.PIN: "pinned",
    Mark.UNPIN: "unpinned",
    Mark.HIDE: "hidden",
    Mark.RESTORE: "brought back",
}


def run_mark(
    kind: Mark,
    ids: Sequence[str] | None,
    store: Path | None,
    namespace: str | None,
    now: str | None,
    dry_run: bool,
    quiet: bool,
    format: output.Format | None,
) -> None:
    """Set a mark on the memories that are named, or come on stdin, and write those that change."""
    if not ids and sys.stdin.isatty():
        raise BadUsage("no memory is named", "give ids, or pipe memories or hits into it")
    options.require_utf8(**{f"id {place}": name for place, name in enumerate(ids or (), 1)})
    present = options.present(now)
    opened = options.open_store(store)
    from memcli.memory.selection import Wanted

    bound = options.namespace_filter(namespace)
    wanted = Wanted(ids or (), () if ids else _read_ids(), bound)
    arguments = given_options(ids=ids, stdin=len(wanted.ids), namespace=bound)
    step = MarkStep(opened, present, kind, wanted)
    commit = None if dry_run else step.commit(arguments)
    changes = step.changes
    if not quiet:
        _report(kind, changes, commit, dry_run)
    output.show(changes.records, format, COLUMNS)


def _read_ids() -> list[str]:
    """Return the ids of the memories and hits on stdin, each once; other records are passed by."""
    from memcli.cli.stdin import read_records
    from memcli.records import Hit, Memory

    records = read_records()
    return list(dict.fromkeys(r.id for r in records if isinstance(r, Memory | Hit)))


def _report(kind: Mark, changes: MemoryChanges, commit: Commit | None, dry_run: bool) -> None:
    """Say on stderr what was changed, and what it leaves in sight."""
    n = len(changes.records)
    along = f", {changes.along:,} of them made of the others," if changes.along else ""
    what = f"{n:,} {'memory' if n == 1 else 'memories'}{along}"
    if not n:
        note("that is so already; nothing was changed")
    elif dry_run:
        note(f"dry run: {what} would be {DONE[kind]}; nothing was changed")
    elif commit is not None:
        note(f"{what} {DONE[kind]} as commit {commit.number} (memcli undo takes that back)")
    if changes.still_visible:
        more = ", ..." if len(changes.still_visible) > SHOWN else ""
        turns = ", ".join(changes.still_visible[:SHOWN]) + more
        note(f"still in sight where it was said: {turns}")
