"""Let another store take over what this one has."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.with_store import Call, with_store


@with_store("read", "store namespace * now dry_run quiet format")
def push_command(
    call: Call,
    target: Annotated[str, typer.Argument(help="A store, or ssh://host/path.", metavar="TARGET")],
) -> None:
    """
    Let another store take over what this one has.

    It is as if `memcli pull` of this store were run there, and `undo` there takes it back. TARGET
    is the folder of a store, or ssh://host/path, where memcli runs by ssh and takes what is new
    from a pipe. For a file, see `memcli bundle create`. Under --dry-run nothing is written there.

    Example: memcli push /media/stick/memory && memcli push ssh://server/srv/memory

    EXIT STATUS: 0 done, nothing new too, 2 usage, 66 no such store, 69 no encoder, or the other
    machine fails, 74 I/O error or disk full, 75 locked.
    """
    from memcli.replication.pushing import push

    with call.progress("push"):
        counts = push(call.store, target, call.now, call.namespace, call.dry_run, call.say)
    new = f"{counts.get('memories', 0):,} memories are new there"
    call.say(f"dry run: {new}; nothing was written" if call.dry_run else new)
    call.summary(counts)
