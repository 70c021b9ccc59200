"""Take over what another store has."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.replication.running import Pull

IdentityOption = Annotated[
    list[Path] | None,
    typer.Option("--identity", help="A key of age or SSH that reads it.", metavar="FILE"),
]


@with_store("create", "store namespace * now create allow dry_run quiet format")
def pull_command(
    call: Call,
    source: Annotated[
        str, typer.Argument(help="A store or its URL, a bundle, or -.", metavar="SOURCE")
    ],
    mine: Annotated[bool, typer.Option("--mine", help="It is a store of your own.")] = False,
    from_stranger: Annotated[
        bool, typer.Option("--from-stranger", help="It is another's: take new memories only.")
    ] = False,
    identity: IdentityOption = None,
) -> None:
    """
    Take over what another store has.

    SOURCE is the folder of a store, a file that `memcli bundle create` made (- is one on stdin), or
    ssh://host/path, where memcli runs by ssh and sends what is new. Memories that are not here
    come; of what both have, the newest change counts: what was hidden, archived, pinned, corrected,
    which names mean the same, tasks, and which hits helped. What was purged there is purged here,
    for good. Turns of one session are put in the order of their times. All of it is one commit,
    which `undo` takes back, but not a purge.
    In whichever order stores pull from one another, they come to the same.

    The first bundle of a store needs --mine, and so does a store in a folder that you did not make
    or trust; one on a machine where you log in is yours. --from-stranger takes memories that are
    not here, without pins, states and purges, and nothing of the core. No setting of SOURCE is
    used. Statements are made of what came by extract and link.

    Example: memcli pull ssh://laptop/~/.local/share/memcli --dry-run

    EXIT STATUS: 0 done, nothing new too, 2 usage, or whose it is was not said, 65 bad bundle, or of
    another key, 66 no such source or store, 69 no encoder, or the other machine fails, 74 I/O error
    or disk full, 75 locked.
    """
    if mine and from_stranger:
        raise BadUsage("a store is either yours or a stranger's", "give one of the two")
    if source == "-" and sys.stdin.isatty():
        raise BadUsage("a bundle is nothing to type", "pipe one, or name a file")
    from memcli.replication.encryption import identities_of
    from memcli.replication.running import PullOptions, pull
    from memcli.replication.sources import open_source

    opened = open_source(source, identities_of(identity or ()), sys.stdin.buffer)
    asked = PullOptions(call.namespace, mine, from_stranger, call.allow, call.dry_run)
    with call.progress("pull") as counter:
        done = pull(call.store, opened, call.encoder, call.now, asked, counter.advance)
    say_taken(call, done)
    call.summary(done.tally.to_json(), done.commit.number if done.commit else None)


def say_taken(call: Call, done: Pull) -> None:
    """Say on stderr what came, and what went."""
    tally = done.tally
    what = (
        f"{tally.memories:,} memories, {tally.links:,} links and {tally.entities:,} names are new,"
        f" {tally.changed + tally.states:,} changed"
    )
    if call.dry_run:
        call.say(f"dry run: {what}; nothing was written")
        if tally.purged:
            call.say(f"{tally.purged:,} memories that were purged there would be purged here")
        return
    if done.purge:
        call.say(
            f"purged {tally.purged:,} memories that were purged there, or were made of those;"
            f" history begins with commit {done.purge.number}"
        )
    if done.commit is None:
        call.say("nothing new")
    else:
        call.say(f"{what}; kept as commit {done.commit.number} (memcli undo takes that back)")
    if tally.rows:
        call.say(f"{tally.rows:,} rows of tables of your own are new, changed or gone")
    for name in done.left_out:
        call.say(f"left out: table {name} has other columns there (give one another name)")
    if tally.kept_back:
        call.say(f"{tally.kept_back:,} memories were purged here before and stay gone")
