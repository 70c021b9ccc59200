"""Follow notes and transcripts: what is new, edited, moved or gone in folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.cli.with_store import Call, with_store
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.transcripts import Intake
from memcli.memory.step import given_options
from memcli.memory.times import zone_of
from store.errors import BadUsage, PartialInput

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.ingestion.sync.plan import SyncPlan
    from memcli.ingestion.sync.step import SyncStep
    from store import Commit

COLUMNS: Final = ("id", "session_id", "seq", "happened_at", "speaker", "text")
LIST_COLUMNS: Final = ("state", "type", "path", "size", "last_seen_at", "reason")
# Counts that are told where there are any, and how.
TOLD: Final = {
    "new": "{:,} new",
    "changed": "{:,} changed",
    "moved": "{:,} moved",
    "gone": "{:,} gone",
    "refused": "{:,} not read",
}


@with_store("create", "store namespace * now create dry_run quiet format")
def sync_command(
    call: Call,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, files, or claude-code, codex, gemini, opencode."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the files that are followed, and do nothing else.")
    ] = False,
    timezone: options.TimezoneOption = None,
    tools: options.ToolsOption = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and do it again whenever something changes.")
    ] = False,
) -> None:
    """
    Follow notes and transcripts: what is new, edited, moved or gone in folders.

    Reads what `ingest` reads, but only files that changed. New turns are added; an edited note,
    bullet or row of a table takes the place of what it was, which is kept as history; what is in
    no file any more is archived; a file that was moved keeps its memories. A transcript that has
    less in it than before loses nothing, nor does an agent that deletes its old logs. All is one
    commit, and the new memories go to stdout, if that is not a terminal.

    Example: memcli sync ~/notes claude-code codex

    EXIT STATUS: 0 done, 2 usage, 3 done but some files or records not read, 66 no such folder or
    store, 74 I/O error or disk full, 75 locked.
    """
    if listed:
        _list(call)
        return
    if not inputs or "-" in inputs:
        raise BadUsage("sync follows files and folders", "name some, or an agent: claude-code")
    make = partial(_sync, call, inputs, lambda: Intake(tools, zone_of(timezone)))
    if watch:
        _watch(call, inputs, make)
    else:
        make(call.now)


def _list(call: Call) -> None:
    """Write the records of the files that are followed."""
    from memcli.ingestion.sync.listing import listed_sources

    call.show(listed_sources(call.store.snapshot(), call.namespace), LIST_COLUMNS, text="path")


def _watch(call: Call, inputs: list[str], make: Callable[[datetime], None]) -> None:
    """Sync now, and again at each change."""
    from memcli.ingestion.sync.watching import changes, follow

    if call.dry_run:
        raise BadUsage("--watch and --dry-run exclude each other", "leave one of them out")
    follow(changes(inputs), lambda: make(options.present()), note)


def _sync(call: Call, inputs: list[str], new_intake: Callable[[], Intake], now: datetime) -> None:
    """Bring the store in line with the files, in one transaction."""
    from memcli.ingestion.reading import told_lines
    from memcli.ingestion.sync.plan import make_plan
    from store import Snapshot

    root = str(call.store.layout.root.resolve())
    plan = make_plan(call.store.snapshot(), inputs, call.namespace, now, root)
    for line in plan.notes:
        call.say(line)
    if plan.is_empty:
        call.say(f"nothing has changed in {plan.unchanged:,} files")
        return
    with RejectLog(OnError.skip, None, note) as log:
        intake = new_intake()
        step = _read(call, plan, intake, log, now)
        commit = None
        if not call.dry_run:
            paths = [os.path.abspath(each) if os.path.exists(each) else each for each in inputs]
            commit = step.commit(given_options(inputs=paths, namespace=call.namespace))
        notes = {each.file.path for each in step.readings if each.type == "notes"}
        for line in told_lines(step, intake, notes):
            call.say(line)
        _say_done(call, step, commit)
        rows = step.rows if commit is None else step.written(Snapshot(call.store.layout, commit))
        if commit or call.dry_run:
            output.show_memories(rows, call.format, COLUMNS)
        if step.tally.refused:
            what = f"{step.tally.refused:,} files were not read to their end"
            raise PartialInput(what, "see above; they are tried again")


def _read(call: Call, plan: SyncPlan, intake: Intake, log: RejectLog, now: datetime) -> SyncStep:
    """Read the files that changed."""
    from memcli.ingestion.sync.step import SyncStep, finished
    from memcli.ingestion.transcripts import AUTO, read_source
    from memcli.ingestion.transcripts.archives import file_time
    from memcli.ingestion.turns import Defaults

    defaults = Defaults(call.namespace, now=now, file_time=file_time)
    defaults.zone = intake.zone
    step = SyncStep(call.store, call.encoder, defaults, plan)
    folder = call.store.layout.root
    with call.progress("sync") as counter:
        for number, file in enumerate(plan.to_read):
            counter.reach(number / len(plan.to_read))
            look = Intake(intake.tools, intake.zone)
            step.find_origin(file, partial(read_source, file.path, AUTO, folder, None, look))
            items = read_source(file.path, AUTO, folder, file.row["session_id"], intake)
            good = log.accepted_of_one(finished(items, file.path))
            step.read(file, good, lambda: log.count + log.n_files, counter.advance)
    return step


def _say_done(call: Call, step: SyncStep, commit: Commit | None) -> None:
    """Say on stderr what came of it."""
    tally, new = step.tally, step.count_new()
    told = [text.format(n) for name, text in TOLD.items() if (n := getattr(tally, name))]
    files = f"files: {', '.join(told)}" if told else "files as they were"
    if call.dry_run:
        call.say(f"dry run: {files}; {new:,} memories are new; nothing was written")
        return
    parts = [f"{new:,} new"]
    parts += [f"{tally.replaced:,} replaced"] if tally.replaced else []
    parts += [f"{tally.archived:,} archived"] if tally.archived else []
    parts += [f"{tally.returned:,} back"] if tally.returned else []
    kept = f"; kept as commit {commit.number}" if commit else ""
    call.say(f"{files}; memories: {', '.join(parts)}{kept}")
