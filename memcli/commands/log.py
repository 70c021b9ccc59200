"""List the commits, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.with_store import Call, with_store


@with_store("read", "store * quiet format")
def log_command(
    call: Call,
    limit: Annotated[
        int | None, typer.Option("--limit", "-k", help="Only the newest so many.", min=1)
    ] = None,
) -> None:
    """
    List the commits, newest first.

    Each is one step that was taken: its number is what --at and undo take. `changes` says how many
    rows each table gained or lost, `undone` that the step was taken back, `kept` whether its state
    can still be read.

    Example: memcli log -k 5

    EXIT STATUS: 0 done, 2 usage, 65 corrupt store, 66 no such store, 74 I/O error.
    """
    from memcli.cli.commit_view import COLUMNS, as_row
    from memcli.memory.commit_log import entries

    found = entries(call.store, limit)
    call.show(map(as_row, found) if call.is_tabular else found, COLUMNS, text="line")
