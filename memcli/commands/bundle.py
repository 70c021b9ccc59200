"""
Make a file of what goes to another store, and look whether one is sound.

A bundle goes by any way that files go: a folder that is synchronized, git, a USB stick.

Example: memcli bundle create stick.memcli && memcli bundle verify stick.memcli

EXIT STATUS: 0 done, 2 usage, 65 bad bundle, or of another key, 66 no such file, store or commit, 73
the file exists already, 74 I/O error or disk full.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli.with_store import Call, with_store
from memcli.commands.pull import IdentityOption
from store.errors import BadUsage
from store.user_tables import user_tables

if TYPE_CHECKING:
    from memcli.jsonl import Json
    from memcli.replication.bundle import Manifest
    from memcli.replication.contents import Since

ACTIONS: Final = ("create", "verify", "known")
STDOUT: Final = Path("/dev/stdout")


@with_store("read", "* store namespace quiet format")
def create_command(
    call: Call,
    file: Annotated[Path, typer.Argument(help="The file; - is stdout.", metavar="FILE")],
    since: Annotated[
        list[str] | None,
        typer.Option(
            "--since",
            help="Only what came after: a commit, a bundle, or a line of `bundle known`.",
            metavar="COMMIT|BUNDLE",
        ),
    ] = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient", "-r", help="Encrypt for: age1..., ssh-..., or a file with such lines."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """
    Make a file of what goes to another store.

    It has all memories, links, names, states and what was purged (as hashes, with their key), so it
    is as private as the store: with --recipient it is encrypted with age. The same content makes
    the same bytes, unless it is encrypted. With --since it has only what is new, and is taken by a
    store that has the rest. A file gets its name only when it is whole.

    Example: memcli bundle create -r age1... ~/Sync/laptop.memcli --force

    EXIT STATUS: 0 done, 2 usage, 65 bad bundle after --since, 66 no such store or commit, 73 the
    file exists already, 74 I/O error or disk full.
    """
    from memcli.replication.encryption import recipients_of
    from memcli.replication.pushing import create_bundle

    is_stdout = str(file) == "-"
    if is_stdout and sys.stdout.isatty():
        raise BadUsage("a bundle is nothing for a terminal", "name a file, or pipe it")
    known = _known(call, since or ())
    path = STDOUT if is_stdout else file
    with call.progress("bundle") as counter:
        recipients = recipients_of(recipient or ())
        made = create_bundle(
            call.store, path, known, call.namespace, recipients, force, counter.advance
        )
    counts = _counts(made)
    call.say(f"wrote {counts['memories']:,} memories as of commit {made.commit.number} to {file}")
    if call.namespace and (own := user_tables(call.store.head().tables)):
        call.say(f"left out: table {', '.join(own)} (they go with a whole store only)")
    if not is_stdout:
        call.summary(counts, made.commit.number)


@with_store("none", "* quiet format")
def verify_command(
    call: Call,
    file: Annotated[str, typer.Argument(help="A bundle; - is stdin.", metavar="FILE")],
    identity: IdentityOption = None,
) -> None:
    """
    Look whether a bundle is whole and sound.

    All digests are compared and all records read; nothing is taken over.

    Example: memcli bundle verify laptop.memcli --identity ~/.config/age/key.txt

    EXIT STATUS: 0 sound, 2 usage, 65 cut short, damaged, no bundle, or of another key, 66 no such
    file, 74 I/O error.
    """
    import tempfile

    from memcli.replication.encryption import identities_of
    from memcli.replication.sources import open_bundle

    folder = Path(tempfile.gettempdir())
    with open_bundle(file, identities_of(identity or ()), sys.stdin.buffer, folder) as bundle:
        bundle.verify()
        made = bundle.manifest
    after = f" after commit {made.since.number}" if made.since else ""
    call.say(f"{file} is sound: store {made.store} as of commit {made.commit.number}{after}")
    call.summary(_counts(made), made.commit.number)


@with_store("read", "store namespace quiet")
def known_command(call: Call) -> None:
    """
    Say up to which commits the store has taken over others.

    Each line is a commit of another store, as --since of `bundle create` takes it there.

    Example: memcli bundle known

    EXIT STATUS: 0 done, 66 no such store, 74 I/O error.
    """
    from memcli import jsonl
    from memcli.replication.running import all_pulled

    points = all_pulled(call.snapshot.commit.watermarks, call.namespace)
    jsonl.write_bytes(f"{point}\n".encode() for point in points)


def _known(call: Call, given: Sequence[str]) -> list[Since]:
    """Return the commits of this store that are known where the bundle goes."""
    from memcli.replication.contents import Since
    from memcli.replication.sources import open_bundle

    found = []
    for text in given:
        if point := Since.parse(text):
            found.append(point)
        elif text.isdecimal():
            found.append(Since.of(call.store.id, call.store.snapshot(text).commit))
        else:
            with open_bundle(text, (), sys.stdin.buffer, call.store.layout.work) as bundle:
                point = bundle.manifest.point
            if point.store != call.store.id:
                raise BadUsage(f"{text} is of store {point.store}", "name one of this store")
            call.store.snapshot(point.number)
            found.append(point)
    return found


def _counts(made: Manifest) -> Json:
    """Return how many records of each kind a bundle has."""
    return {entry.name: entry.rows for entry in made.parts}
