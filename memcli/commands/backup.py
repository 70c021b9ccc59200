"""Make a backup of the store, which is a store too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memcli.cli.with_store import Call, with_store


@with_store("read", "store * quiet format")
def backup_command(
    call: Call,
    folder: Annotated[Path, typer.Argument(help="A new folder.", metavar="DIR")],
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy all, also where hard links are possible.")
    ] = False,
) -> None:
    """
    Make a backup of the store, which is a store too.

    It has what the newest commit has, and the earlier states that are kept. Writers are not kept
    waiting. On the same disk files that never change become hard links, which take no room and
    outlast whatever is done to the store, but not the disk; with --copy, or on another disk, all is
    copied. In the end it is checked as `memcli check` does.

    `memcli init --from DIR` makes a store of it again; `--store DIR` reads it where it is. What is
    purged later stays in it: delete the backups that hold it.

    Example: memcli backup /media/disk/memory-$(date +%F)

    EXIT STATUS: 0 done and sound, 65 corrupt store, 66 no such store, 73 the folder is taken, 74
    I/O error or disk full, 75 the store is being compacted again and again.
    """
    from store.backup import back_up

    with call.progress("backup"):
        made = back_up(call.store, folder, may_link=not copy)
    how = f"{made.linked:,} of {made.files:,} files are hard links to this disk"
    call.say(f"commit {made.commit.number} is in {folder}, checked; {how}")
    counts = {"backup": str(folder.resolve()), "files": made.files, "linked": made.linked}
    call.summary(counts, made.commit.number)
