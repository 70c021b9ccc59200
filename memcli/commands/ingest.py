"""Keep conversations: transcripts and records become memories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.progress import note, progress
from memcli.cli.with_store import Call, with_store
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.transcripts import (
    AUTO,
    IMPORTERS,
    STDIN,
    Intake,
    find_inputs,
    importer_of,
)
from memcli.ingestion.transcripts.archives import file_time
from memcli.ingestion.transcripts.importers import EXTENSIONS
from memcli.memory.step import given_options
from memcli.memory.text_link import text_link_for
from memcli.memory.times import zone_of
from store.errors import PartialInput

if TYPE_CHECKING:
    from memcli.ingestion.step import IngestStep
    from store import Commit

SET_BY_HAND = (" (or set it with --timestamp)", " (or set it with --name)")
COLUMNS = ("id", "session_id", "seq", "happened_at", "speaker", "text")


@with_store("create", "store namespace * now create allow dry_run quiet format")
def ingest_command(
    call: Call,
    inputs: Annotated[
        list[str] | None, typer.Argument(help="Files, globs or folders; - or none is stdin.")
    ] = None,
    session: Annotated[str | None, typer.Option(help="Session of all turns.")] = None,
    name: Annotated[str | None, typer.Option(help="Speaker of turns that name none.")] = None,
    timestamp: Annotated[str | None, typer.Option(help="Time of turns that have none.")] = None,
    form: Annotated[
        str,
        typer.Option(
            "--from",
            help="Input format, instead of what its content tells: a name of "
            "`memcli help formats`, or a plug-in's.",
            metavar="NAME",
            autocompletion=lambda: [AUTO, *IMPORTERS],
        ),
    ] = AUTO,
    timezone: options.TimezoneOption = None,
    tools: options.ToolsOption = False,
    caption: Annotated[
        bool, typer.Option("--caption", help="Let programs of config.toml describe new files.")
    ] = False,
    redact: options.RedactOption = None,
    on_error: Annotated[
        OnError, typer.Option(help="abort: a bad record stops all, nothing is written.")
    ] = OnError.abort,
    rejects: Annotated[Path | None, typer.Option(help="Keep bad records here, verbatim.")] = None,
) -> None:
    """
    Keep conversations: transcripts and records become memories.

    Reads JSON Lines (an export with --from export), JSON, CSV and Parquet, transcripts and notes
    in text and Markdown, mail, subtitles, the logs of Claude Code, Codex, Gemini and others, and
    exports of chats: `memcli help formats` has the table. A format is known by its content.
    All of a call is one commit. A memory is what a record says, with its time and id where it has
    them: the same again changes nothing, and a file that grew adds its new turns; what was purged
    before stays gone, unless --allow takes it again. A folder or zip
    archive is all its files, each a session by its path: a bad one is told and left. The new
    memories go to stdout, if that is not a terminal; under --dry-run, those that would be kept.
    --caption lets programs say what attached pictures show and recordings say: see caption.

    Example: memcli ingest chats/*.jsonl --namespace work

    EXIT STATUS: 0 done, 2 usage, 3 done but some records or files rejected or not described, 65 bad
    record (nothing written), 66 no such input or store, 74 I/O error or disk full, 75 locked.
    """
    is_typed = not inputs and sys.stdin.isatty()
    if is_typed:
        call.say("reading what you type; Ctrl-D ends it (files and folders can be named)")
    ours = form in (AUTO, *IMPORTERS)
    extensions = EXTENSIONS if ours else importer_of(form).extensions
    left: list[str] = []
    sources = find_inputs(inputs or [STDIN], extensions, left)
    link = text_link_for([each.path for each in sources])

    from memcli.ingestion.captions import describer_of
    from memcli.ingestion.reading import read_inputs, told_lines
    from memcli.ingestion.step import IngestStep, chunks
    from memcli.ingestion.turns import Defaults
    from memcli.memory.times import utc_offset

    moment = options.parse_moment(timestamp, "--timestamp", call.now)
    bound = call.namespace
    offset = utc_offset(timestamp)
    defaults = Defaults(bound, session, name, moment, call.now, file_time, utc_offset=offset)
    defaults.zone = zone_of(timezone)
    defaults.sessions = {each.path: each.session for each in sources if each.session}
    intake = Intake(tools, defaults.zone, moment, bound)
    step = IngestStep(call.store, call.encoder, defaults, redact, link)
    if caption:
        describer = describer_of(call.store, note)
        describer.redactor = step.redactor
        step.describer = None if call.dry_run else describer
    step.is_allowed = call.allow
    # A line of progress would be drawn over what is typed.
    quiet = call.quiet or is_typed
    named = inputs or [STDIN]
    arguments = given_options(inputs=named, namespace=bound, session=session, name=name)
    commit, log = None, RejectLog(on_error, rejects, note)
    with call.all_or_nothing():
        with log, progress("ingest", quiet=quiet) as counter:
            folder = call.store.layout.work
            for chunk in chunks(read_inputs(sources, form, folder, intake, log, counter.reach)):
                step.add(chunk)
                counter.advance(len(chunk))
            log.leave_out(left)
        if not call.dry_run:
            with progress("write", step.count_rows(), quiet) as counter:
                step.on_written = counter.advance
                commit = step.commit(arguments)
    for line in told_lines(step, intake, remedies=SET_BY_HAND):
        call.say(line)
    _say_kept(call, step, commit)
    call.show_new(step.rows, commit, COLUMNS)
    log.finish()
    if step.describer and step.describer.tally.failed:
        raise PartialInput(f"{step.describer.tally.failed:,} files were not described", "see above")


def _say_kept(call: Call, step: IngestStep, commit: Commit | None) -> None:
    """Say on stderr what was kept and what was known already."""
    new, said = step.count_new(), step.seen - step.n_besides
    besides = f", with {step.n_besides:,} links, names and the like" if step.n_besides else ""
    if call.dry_run:
        call.say(f"dry run: {new:,} of {said:,} records are new{besides}; nothing was written")
    elif commit is None:
        rest = "all other records" if step.barred.kept_back else f"all {step.seen:,} records"
        known = f"{rest} are known already"
        call.say(f"nothing new: {known if step.seen else 'there is nothing in it'}")
    elif not new:
        what = f"no memory of {said:,} is new, but what belongs to them"
        call.say(f"{what}; kept as commit {commit.number}")
    else:
        call.say(f"{new:,} of {said:,} records are new{besides}; kept as commit {commit.number}")
