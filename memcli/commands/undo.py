"""Take back the last step."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.with_store import Call, with_store


@with_store("write", "store dry_run quiet format")
def undo_command(
    call: Call,
    to: Annotated[
        int | None, typer.Option("--to", help="Go back to this commit.", metavar="COMMIT", min=1)
    ] = None,
) -> None:
    """
    Take back the last step.

    The store is made as it was before the newest commit that stands, or as it was at a commit. That
    is a new commit, so nothing is lost: what was undone can be had back with --to its number.
    Undoing again goes back further. The commit goes to stdout; under --dry-run, the one that
    would be gone back to.

    Example: memcli undo --dry-run && memcli undo

    EXIT STATUS: 0 done, 2 usage, 65 corrupt store, 66 no such store, or nothing to undo, 74 I/O
    error or disk full, 75 locked.
    """
    from memcli.cli.commit_view import COLUMNS, as_row
    from memcli.memory.commit_log import entry
    from memcli.memory.undoing import undo

    opened = call.store
    head, target = opened.head(), opened.undo_target(to)
    if call.dry_run:
        change = entry(target, head)["changes"]
        said = ", ".join(f"{name} {gain:+,}" for name, gain in change.items()) or "no rows"
        call.say(f"dry run: would go back to commit {target.number} ({said}); nothing was changed")
        record = target.to_json()
    else:
        record = entry(undo(opened, call.now, None if to is None else str(to)), head)
        back = f"undo --to {head.restores or head.number} takes that back"
        call.say(f"the store is as commit {record['restores']} left it ({back})")
    row = as_row({"changes": {}, **record}) if call.is_tabular else record
    call.show([row], COLUMNS, text="line")
