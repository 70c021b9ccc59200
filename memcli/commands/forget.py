"""Archive memories at once, or remove them for good."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.choosing import Choice, choice_of, that_meet
from memcli.cli.stdin import read_names
from memcli.cli.with_store import Call, with_store
from memcli.memory.step import given_options
from store.errors import BadUsage, InputNotFound, StoreExists

if TYPE_CHECKING:
    from memcli.jsonl import Json
    from memcli.retention.purge.plan import Plan
    from memcli.retention.purge.purging import PurgeTally
    from store import Commit

COLUMNS = ("id", "level", "session_id", "happened_at", "text")


@with_store("write", "store namespace now dry_run quiet format")
def forget_command(
    call: Call,
    ids: options.NamesArgument = None,
    session: options.SessionFilter = None,
    name: options.NameFilter = None,
    since: options.SinceFilter = None,
    until: options.UntilFilter = None,
    where: options.WhereFilter = None,
    level: options.LevelFilter = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="All of the namespace, which has to be named.")
    ] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove for good, from all history; see above.")
    ] = False,
    sources: Annotated[
        bool,
        typer.Option("--sources", help="With --purge: also the turns that these were made of."),
    ] = False,
    pinned: Annotated[bool, typer.Option("--pinned", help="Also what is pinned.")] = False,
    receipt: Annotated[
        Path | None,
        typer.Option(help="With --purge: write a signed record of it here.", metavar="FILE"),
    ] = None,
) -> None:
    """
    Archive memories at once, or remove them for good.

    Archived memories leave the hot tables and are found with --all only; undo and restore bring
    them back. Statements that only archived turns have made go along. Without ids, stdin names the
    memories: memory and hit records, or ids one a line. What is pinned stops it, unless --pinned.
    --dry-run lists what would go, and how much it is.

    --session, --name, --since, --until and --where choose all turns that meet them, or memories of
    another --level; stdin is not read then, and of ids only those go that meet them too.

    With --purge nothing brings them back: they are removed from every table, version, index,
    recorded query, commit argument and cached answer, with whatever was made of them, and what
    would write them again keeps them back (see --allow there). All older
    commits go, so undo and --at reach back no further. Sessions in which something was removed are
    pending again: run extract and link, which make anew what the other turns say (pins of such
    statements are lost). Then the files are searched for the words; `check --purged TEXT` repeats
    that. A purge that was killed is finished by the next one: run it again. Backups, and what the
    disk keeps of deleted files, are out of its reach. --receipt FILE has what was removed as hashes
    that tell nothing of the words, signed; `memcli check --receipt FILE` looks whether it holds.
    Of a purge that was killed and then finished, it does not say that files were searched.

    Example: memcli query "my old address" -k 1 | memcli forget

    Example: memcli forget --purge 6ja7k3sx && memcli extract | memcli link

    Example: memcli forget --purge --session chat-17 --until 2024-12-31 --dry-run

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or something is pinned or would be made again
    from its turns, 65 bad record on stdin, corrupt store, or words were left after a purge, 66 no
    such store or memory, 73 the receipt exists already, 74 I/O error or disk full, 75 locked, or
    something else changed the store meanwhile.
    """
    if (sources or receipt) and not purge:
        what = "--sources" if sources else "--receipt"
        raise BadUsage(f"{what} goes with --purge", "see: memcli forget --help")
    begun: Commit | None = None
    if receipt:
        from memcli.retention.purge.pending_receipts import require_place_or_pending

        begun = require_place_or_pending(receipt, call.store)
    choice = choice_of(
        call,
        session=session,
        name=name,
        since=since,
        until=until,
        where=where,
        level=level,
        everything=everything,
    )
    finished = (_finish(call) or begun) if purge and not call.dry_run else None
    records = _chosen(call, ids, choice, finished is not None)
    if finished and receipt and not records:
        from memcli.retention.purge.receipts import removed_by, write_receipt

        removed = removed_by(call.store, finished)
        write_receipt(receipt, call.store, finished, removed, is_new=not receipt.exists())
        call.say(f"wrote the receipt to {receipt}, without a search for the words")
    elif begun:
        what = f"{receipt} was begun for the purge of commit {begun.number}"
        raise StoreExists(what, f"finish it: memcli check --receipt {receipt}; name a new file")
    elif purge:
        # What was asked for may tell what is gone, so only how is kept.
        by = {"sources": sources, "pinned": pinned, "chosen_by": choice.by}
        _purge(call, records, given_options(purge=True, **by), receipt)
    else:
        _archive(call, records, pinned)


def _chosen(call: Call, ids: list[str] | None, choice: Choice, is_finished: bool) -> list[Json]:
    """Return the memories that are meant; none where a purge was finished that has taken them."""
    from memcli.memory.selection import select, select_matching

    if choice.is_any and not ids:
        return select_matching(call.snapshot, choice.alone)
    names = [] if is_finished and not ids else read_names(ids)
    try:
        return that_meet(call, select(call.snapshot, names, call.namespace), choice)
    except InputNotFound as error:
        if not is_finished:
            raise
        call.say(error.what)
        return []


def _archive(call: Call, records: list[Json], pinned: bool) -> None:
    """Archive memories, or list them."""
    from memcli.retention.archiving import ArchiveStep

    step = ArchiveStep(call.store, call.now, call.snapshot)
    step.take(records, pinned)
    n_named, n_along = len(step.named), len(step.along)
    said = f"{n_named:,} memories, with {n_along:,} statements made only of archived turns"
    if call.dry_run:
        call.show(step.records, COLUMNS)
        call.say(f"dry run: would archive {said}; nothing was written")
        return
    arguments = given_options(memories=n_named, pinned=pinned)
    commit = step.commit(arguments)
    if commit is None:
        call.say("nothing to forget: all of it is archived" if records else "nothing to forget")
        return
    call.say(f"archived {said}; kept as commit {commit.number} (undo takes it back)")
    call.summary({"archived": n_named, "along": n_along}, commit.number)


def _purge(call: Call, records: list[Json], arguments: Json, receipt: Path | None) -> None:
    """Remove memories for good, or list them."""
    from memcli.memory.lookup import read_by_id
    from memcli.retention.archiving import refuse_pinned
    from memcli.retention.purge.pending_receipts import begun_receipt
    from memcli.retention.purge.plan import plan_purge, with_sources
    from memcli.retention.purge.purging import PurgeStep
    from memcli.retention.purge.receipts import write_receipt

    if not records:
        call.say("nothing to purge: 0 memories are meant")
        return
    snapshot = call.snapshot
    named = with_sources(snapshot, [r["id"] for r in records], bool(arguments.get("sources")))
    plan = plan_purge(snapshot, named)
    refuse_pinned(plan.pinned, "pinned" in arguments)
    if call.dry_run:
        call.show(read_by_id(snapshot, plan.gone, None).values(), COLUMNS)
        call.say(f"dry run: would purge {_size(plan)}; nothing was written")
        return
    purge = PurgeStep(call.store, snapshot, plan, call.now)
    begin = begun_receipt(receipt, call.store) if receipt else nullcontext()
    with begin, call.progress("purge"):
        commit = purge.commit(arguments)
    if receipt:
        write_receipt(receipt, call.store, commit, purge.removed(commit), is_new=False)
        call.say(f"wrote the receipt to {receipt}")
    call.say(f"purged {_size(plan)}; history begins with commit {commit.number}")
    _say_left(call, plan, purge.tally)
    call.summary(purge.counts(), commit.number)


def _size(plan: Plan) -> str:
    derived = len(plan.gone) - len(plan.named)
    return f"{len(plan.named):,} memories and {derived:,} that were made of or with them"


def _say_left(call: Call, plan: Plan, tally: PurgeTally) -> None:
    """Say what is still to be done."""
    if plan.anew:
        sessions = "a session" if tally.sessions == 1 else f"{tally.sessions:,} sessions"
        call.say(f"{sessions} to be made anew: run memcli extract | memcli link")
    if tally.unfolded:
        call.say(f"{tally.unfolded:,} memories that a line stood for are in sight again")
    if tally.said_elsewhere:
        ids = ", ".join(tally.said_elsewhere[:3])
        ids += ", ..." if len(tally.said_elsewhere) > 3 else ""
        call.say(f"{len(tally.said_elsewhere):,} memories that are left say the same: {ids}")
    for table in tally.said_in_tables:
        call.say(f"table {table} says the same (memcli table delete {table} --purge)")


def _finish(call: Call) -> Commit | None:
    """Finish a purge that was killed, if there is one, and return its commit."""
    from memcli.retention.purge.purging import finish_purge

    purge = finish_purge(call.store)
    if purge is None:
        return None
    call.say("finished a purge that was cut short; memcli check --purged TEXT proves it")
    return purge
