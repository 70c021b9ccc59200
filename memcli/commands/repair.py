"""Make a damaged store whole again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.with_store import Call, with_store
from store.errors import StoreCorrupt, StoreNotFound

if TYPE_CHECKING:
    from store.repair import Repaired


@with_store("none", "store * dry_run quiet format wait")
def repair_command(
    call: Call,
    copy: Annotated[
        Path | None,
        typer.Option("--copy", help="Where the copy goes; else beside the store.", metavar="DIR"),
    ] = None,
) -> None:
    """
    Make a damaged store whole again, as far as that can be.

    Indexes are built anew. A commit that is damaged is written anew from the tags of the tables, or
    has the state of the one before it. Of a table with damaged files every row is kept that can be
    read; what is lost is looked for in earlier versions. There are never fewer memories than could
    be read before. States of earlier commits that are broken are no longer kept.

    All that is there is copied first, by hard links where the disk has them, to a folder beside the
    store; delete that when you are content. What was derived of turns can be made anew by
    `memcli extract | memcli link`. With --dry-run the copy is repaired, and deleted.

    A store in a bucket is repaired here and what changed is written back; what the copy on this
    machine has right is put back first. Nothing is taken out of the bucket, so that what is there
    is copied only with --copy.

    Example: memcli check || memcli repair --dry-run

    EXIT STATUS: 0 done, nothing to repair too, 2 usage, 65 not all could be repaired, 66 no such
    store, 73 the copy's place is taken, 74 I/O error or disk full, 75 locked.
    """
    from store.layout import DEFAULT_LOCK_WAIT_S
    from store.location import named_url

    wait_s = DEFAULT_LOCK_WAIT_S if call.wait_s is None else call.wait_s
    with call.progress("repair"):
        if (url := named_url(call.given["store"])) is not None:
            done = _in_bucket(call, url, copy, wait_s)
        else:
            done = _on_disk(call, copy, wait_s)
    _tell(call, done)


def _in_bucket(call: Call, url: str, copy: Path | None, wait_s: float) -> Repaired:
    """Repair a store on object storage."""
    from store.remote.repairing import repaired_in_bucket
    from store.trust import FULL

    return repaired_in_bucket(url, FULL, copy, wait_s, call.dry_run)


def _on_disk(call: Call, copy: Path | None, wait_s: float) -> Repaired:
    """Repair a store on a disk."""
    from store.files import io_errors
    from store.location import store_place
    from store.repair import copy_beside, repair_copy, repaired
    from store.trust import trust_in

    place = store_place(call.given["store"])
    with io_errors(f"look into {place.path}"):
        is_there = any((place.path / name).is_dir() for name in ("commits", "encrypted"))
    if not is_there:
        raise StoreNotFound(f"no store at {place.path}", "name one with --store")
    trust = trust_in(place)
    trust.require_full(place.path)
    if call.dry_run:
        return repair_copy(place.path, trust)
    return repaired(place.path, trust, copy or copy_beside(place.path), wait_s)


def _tell(call: Call, done: Repaired) -> None:
    """Say what was done; StoreCorrupt where check still finds errors."""
    would = "dry run: would be: " if call.dry_run else ""
    for step in done.steps:
        call.say(f"{would}{step}")
    if not done.steps:
        call.say("nothing to repair")
    if done.copy:
        call.say(f"the store as it was is in {done.copy}")
    if done.lost:
        call.say("make anew what was derived: memcli extract | memcli link")
    if "vector" in {name for one in done.salvaged for name in one.emptied}:
        call.say("some vectors are lost, and searches by meaning with them: memcli reembed")
    call.summary(done.to_json(), done.commit.number if done.commit else None)
    if done.left:
        raise StoreCorrupt(
            f"{len(done.left)} problems are left: {done.left[0]}", "run memcli check"
        )
