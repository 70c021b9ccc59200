"""List the commits, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import options, output


def log_command(
    store: options.StoreOption = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-k", help="Only the newest so many.", min=1)
    ] = None,
    format: options.FormatOption = None,
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

    found = entries(options.open_store(store), limit)
    if output.is_tabular(format):
        output.show(map(as_row, found), format, COLUMNS, text="line")
    else:
        output.show(found, format)
