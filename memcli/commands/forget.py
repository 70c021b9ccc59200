"""Archive memories at once, or remove them for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from memcli.cli import options, output
from memcli.cli.progress import note, progress
from memcli.memory.step import given_options
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.retention.purge.plan import Plan
    from memcli.retention.purge.purging import PurgeTally
    from store import Snapshot, Store

COLUMNS = ("id", "level", "session_id", "happened_at", "text")


def forget_command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Ids, the beginnings of them, or refs; else records on stdin."),
    ] = None,
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove for good, from all history; see above.")
    ] = False,
    sources: Annotated[
        bool,
        typer.Option("--sources", help="With --purge: also the turns that these were made of."),
    ] = False,
    pinned: Annotated[bool, typer.Option("--pinned", help="Also what is pinned.")] = False,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    now: options.NowOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Archive memories at once, or remove them for good.

    Archived memories leave the hot tables and are found with --all only; undo and restore bring
    them back. Statements that only archived turns have made go along. Without ids, memory and hit
    records are read from stdin. What is pinned stops it, unless --pinned. --dry-run lists what
    would go.

    With --purge nothing brings them back: they are removed from every table, version, index,
    recorded query, commit argument and cached answer, with whatever was made of them. All older
    commits go, so undo and --at reach back no further. Sessions in which something was removed are
    pending again: run extract and link, which make anew what the other turns say (pins of such
    statements are lost). Then the files are searched for the words; `check --purged TEXT` repeats
    that. A purge that was killed is finished by the next one: run it again. Backups, and what the
    disk keeps of deleted files, are out of its reach.

    Example: memcli query "my old address" -k 1 | memcli forget

    Example: memcli forget --purge 6ja7k3sx && memcli extract | memcli link

    EXIT STATUS: 0 done, nothing to do too, 2 usage, or something is pinned or would be made again
    from its turns, 65 bad record on stdin, corrupt store, or words were left after a purge, 66 no
    such store or memory, 74 I/O error or disk full, 75 locked, or something else changed the store
    meanwhile.
    """
    from memcli.cli.stdin import read_names
    from memcli.memory.selection import find_named

    options.require_utf8(**{f"id {n}": name for n, name in enumerate(ids or (), 1)})
    if sources and not purge:
        raise BadUsage("--sources goes with --purge", "see: memcli forget --help")
    opened = options.open_store(store)
    is_finished = purge and not dry_run and _finish(opened, quiet)
    names = ids if is_finished and not ids else read_names(ids or ())
    snapshot = opened.snapshot()
    try:
        records = find_named(snapshot, names or (), options.namespace_filter(namespace))
    except InputNotFound as error:
        if not is_finished:
            raise
        note(error.what)
        return
    if purge:
        given = given_options(purge=True, sources=sources, pinned=pinned)
        moment = options.present(now)
        _purge(opened, snapshot, records, given, moment, dry_run, quiet, format)
    else:
        _archive(opened, snapshot, records, pinned, options.present(now), dry_run, quiet, format)


def _archive(
    opened: Store,
    snapshot: Snapshot,
    records: list[dict[str, Any]],
    pinned: bool,
    now: datetime,
    dry_run: bool,
    quiet: bool,
    form: output.Format | None,
) -> None:
    """Archive memories, or list them."""
    from memcli.retention.archiving import ArchiveStep

    step = ArchiveStep(opened, now, snapshot)
    step.take(records, pinned)
    n_named, n_along = len(step.named), len(step.along)
    said = f"{n_named:,} memories, with {n_along:,} statements made only of archived turns"
    if dry_run:
        output.show(step.records, form, COLUMNS)
        _say(quiet, f"dry run: would archive {said}; nothing was written")
        return
    arguments = given_options(memories=n_named, pinned=pinned)
    commit = step.commit(arguments)
    if commit is None:
        _say(quiet, "nothing to forget: all of it is archived" if records else "nothing to forget")
        return
    _say(quiet, f"archived {said}; kept as commit {commit.number} (undo takes it back)")
    _summary(commit.number, {"archived": n_named, "along": n_along}, form)


def _purge(
    opened: Store,
    snapshot: Snapshot,
    records: list[dict[str, Any]],
    arguments: dict[str, Any],
    now: datetime,
    dry_run: bool,
    quiet: bool,
    form: output.Format | None,
) -> None:
    """Remove memories for good, or list them."""
    from memcli.memory.lookup import read_by_id
    from memcli.retention.archiving import refuse_pinned
    from memcli.retention.purge.plan import plan_purge, with_sources
    from memcli.retention.purge.purging import PurgeStep

    if not records:
        _say(quiet, "nothing to purge")
        return
    named = with_sources(snapshot, [r["id"] for r in records], bool(arguments.get("sources")))
    plan = plan_purge(snapshot, named)
    refuse_pinned(plan.pinned, "pinned" in arguments)
    if dry_run:
        output.show(read_by_id(snapshot, plan.gone, None).values(), form, COLUMNS)
        _say(quiet, f"dry run: would purge {_size(plan)}; nothing was written")
        return
    purge = PurgeStep(opened, snapshot, plan, now)
    with progress("purge", quiet=quiet):
        commit = purge.commit(arguments)
    _say(quiet, f"purged {_size(plan)}; history begins with commit {commit.number}")
    _report(plan, purge.tally, quiet)
    _summary(commit.number, purge.counts(), form)


def _size(plan: Plan) -> str:
    derived = len(plan.gone) - len(plan.named)
    return f"{len(plan.named):,} memories and {derived:,} that were made of or with them"


def _report(plan: Plan, tally: PurgeTally, quiet: bool) -> None:
    """Say what is still to be done."""
    if plan.anew:
        sessions = "a session" if tally.sessions == 1 else f"{tally.sessions:,} sessions"
        _say(quiet, f"{sessions} to be made anew: run memcli extract | memcli link")
    if tally.said_elsewhere:
        ids = ", ".join(tally.said_elsewhere[:3])
        ids += ", ..." if len(tally.said_elsewhere) > 3 else ""
        _say(quiet, f"{len(tally.said_elsewhere):,} memories that are left say the same: {ids}")


def _finish(opened: Store, quiet: bool) -> bool:
    """Finish a purge that was killed, if there is one."""
    from store.purge import remove_history, unfinished_purge

    if unfinished_purge(opened) is None:
        return False
    # As any writer does: what a killed one wrote after that goes first.
    with opened.transaction("forget"):
        remove_history(opened)
    _say(quiet, "finished a purge that was cut short; memcli check --purged TEXT proves it")
    return True


def _say(quiet: bool, text: str) -> None:
    if not quiet:
        note(text)


def _summary(commit: int, counts: dict[str, Any], form: output.Format | None) -> None:
    record = {"kind": "summary", "v": 1, "command": "forget", "commit": commit, "counts": counts}
    output.show([record], form, ("command", "commit", "counts"))
