"""Merge small files, build indexes, clean up."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import options
from memcli.cli.with_store import Call, with_store


@with_store("write", "store * quiet format")
def compact_command(
    call: Call,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Commits that stay readable by --at and undo; else config.toml."),
    ] = None,
    on: options.OnOption = None,
) -> None:
    """
    Merge small files, complete the indexes, and clean up what no kept commit needs.

    Builds an approximate vector index once the store has 20,000 memories. Nothing is removed that
    only an undone commit holds. If anything fails, the store stays as it was, and you are told.

    Example: memcli compact --keep 3

    EXIT STATUS: 0 done, 65 corrupt store, 66 no such store, 69 no cluster, 74 I/O error or disk
    full, 75 locked.
    """
    from memcli.cluster.ray_workers import open_workers
    from memcli.config import settings_of
    from memcli.memory.indexing import building_by
    from store.compact import compact

    keep_commits = keep or settings_of(call.store.layout).keep_commits
    with open_workers(on) as workers, call.progress("compact"):
        build = building_by(workers, call.store) if workers else None
        done = compact(call.store, keep_commits, build)
    steps = "; ".join(done.steps) or "nothing to merge or index"
    call.say(f"{done.bytes_before:,} bytes are now {done.bytes_after:,} ({steps})")
    call.summary(done.to_json(), done.commit.number)
