"""Merge small files, build indexes, clean up."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import options, output
from memcli.cli.progress import note, progress


def compact_command(
    store: options.StoreOption = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Commits that stay readable by --at and undo; else config.toml."),
    ] = None,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Merge small files, complete the indexes, and clean up what no kept commit needs.

    Builds an approximate vector index once the store has 20,000 memories. Nothing is removed that
    only an undone commit holds. If anything fails, the store stays as it was, and you are told.

    Example: memcli compact --keep 3

    EXIT STATUS: 0 done, 65 corrupt store, 66 no such store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.config import read_config
    from store.compact import compact

    opened = options.open_store(store)
    keep_commits = keep or read_config(opened.layout.config).keep_commits
    with progress("compact", quiet=quiet):
        done = compact(opened, keep_commits)
    if not quiet:
        steps = "; ".join(done.steps) or "nothing to merge or index"
        note(f"{done.bytes_before:,} bytes are now {done.bytes_after:,} ({steps})")
    counts = done.to_json()
    record = {"kind": "summary", "v": 1, "command": "compact", "commit": done.commit.number}
    output.show([{**record, "counts": counts}], format, ("command", "commit", "counts"))
