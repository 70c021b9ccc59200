"""Follow notes and transcripts: what is new, edited, moved or gone in folders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.cli.with_store import Call, with_store
from memcli.ingestion.left_out import LeftOut
from memcli.ingestion.sync.agents import agents
from memcli.ingestion.transcripts import Intake
from memcli.memory.times import zone_of
from store.errors import BadUsage, PartialInput

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.ingestion.sync.step import SyncStep
    from store import Commit

# Does what there is to do at a moment; returns what `_sync` does.
Sync = Callable[["datetime"], tuple[list[str], int]]
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


@with_store("create", "store namespace * now create allow dry_run quiet format")
def sync_command(
    call: Call,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Folders, files, or claude-code, codex, gemini, opencode, cursor.",
            autocompletion=lambda: [*agents()],
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the files that are followed, and do nothing else.")
    ] = False,
    timezone: options.TimezoneOption = None,
    tools: options.ToolsOption = False,
    redact: options.RedactOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and do it again whenever something changes.")
    ] = False,
) -> None:
    """
    Follow notes and transcripts: what is new, edited, moved or gone in folders.

    Reads what `ingest` reads, but only files that changed. New turns are added; an edited note,
    bullet or row of a table takes the place of what it was, which is kept as history; what is in
    no file any more is archived; a file that was moved keeps its memories. A transcript that has
    less in it than before loses nothing, nor does an agent that deletes its old logs. What was said
    to an agent goes to the namespace of its project, the repository it was at work in, unless
    --namespace names one. What was purged before stays gone, unless --allow takes it again; then
    files that have not changed are read, too. All is one commit, and the new memories go to stdout,
    if that is not a terminal.

    Example: memcli sync ~/notes claude-code codex

    EXIT STATUS: 0 done, 2 usage, 3 done but some files or records not read, 66 no such folder or
    store, 74 I/O error or disk full, 75 locked.
    """
    if listed:
        _list(call)
        return
    if not inputs or "-" in inputs:
        raise BadUsage("sync follows files and folders", "name some, or an agent: claude-code")
    make = partial(_sync, call, inputs, redact, lambda: Intake(tools, zone_of(timezone)))
    if watch:
        _watch(call, inputs, make)
        return
    left, refused = make(call.now)
    _tell_left(call, left)
    _require_all(refused, LeftOut(left).count)


def _list(call: Call) -> None:
    """Write the records of the files that are followed."""
    from memcli.ingestion.sync.listing import listed_sources

    call.show(listed_sources(call.store.snapshot(), call.namespace), LIST_COLUMNS, text="path")


def _watch(call: Call, inputs: list[str], make: Sync) -> None:
    """Sync now, and again at each change."""
    from memcli.ingestion.sync.watching import changes, follow

    if call.dry_run:
        raise BadUsage("--watch and --dry-run exclude each other", "leave one of them out")
    told: list[str] = []

    def work() -> None:
        left, refused = make(options.present())
        if left != told:  # what lies there for good is told once, not each time
            _tell_left(call, left)
        told[:] = left
        _require_all(refused, 0)

    follow(changes(inputs), work, note)


def _tell_left(call: Call, left: list[str]) -> None:
    """Say which files in the folders are of no kind that is read."""
    for line in LeftOut(left).lines():
        call.say(line)


def _require_all(refused: int, left: int) -> None:
    """Raise PartialInput where files were not read, or not to their end."""
    if refused or left:
        from memcli.ingestion.rejects import not_read

        raise PartialInput(not_read(refused, left), "see above; they are tried again")


def _sync(
    call: Call,
    inputs: list[str],
    redact: bool | None,
    new_intake: Callable[[], Intake],
    now: datetime,
) -> tuple[list[str], int]:
    """
    Bring the store in line with the files, in one transaction.

    Returns the files that are of no kind that is read, and how many others could not be read.
    """
    from memcli.ingestion.reading import told_lines
    from memcli.ingestion.sync.running import SyncRun
    from store import Snapshot

    sync = SyncRun(call.store, lambda: call.encoder, inputs, now, new_intake(), call.namespace)
    sync.redact, sync.is_allowed = redact, call.allow
    sync.say, sync.warn = call.say, note
    plan = sync.planned()
    if plan.is_empty:
        call.say(f"nothing has changed in {plan.unchanged:,} files")
        return plan.left, 0
    with call.progress("sync") as counter:
        sync.progress, sync.reach = counter.advance, counter.reach
        step = sync.read(plan)
    commit = None if call.dry_run else sync.commit(step)
    notes = {each.file.path for each in step.readings if each.type == "notes"}
    for line in told_lines(step, sync.intake, notes):
        call.say(line)
    _say_done(call, step, commit)
    rows = step.rows if commit is None else step.written(Snapshot(call.store.layout, commit))
    if commit or call.dry_run:
        output.show_memories(rows, call.format, COLUMNS)
    return plan.left, step.tally.refused


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
