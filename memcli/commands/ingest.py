"""Keep conversations: transcripts and records become memories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.progress import note
from memcli.cli.with_store import Call, with_store
from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.transcripts import (
    AUTO,
    IMPORTERS,
    expand_sources,
    importer_of,
    read_source,
)
from memcli.ingestion.transcripts.importers import EXTENSIONS
from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.transcripts import Accepted, Item
    from store import Commit

COLUMNS = ("id", "session_id", "seq", "happened_at", "speaker", "text")
# Records and characters that are worked on at a time: bounds memory for long turns too.
CHUNK = 4_096
CHUNK_CHARACTERS = 8 << 20


@with_store("create", "store namespace * now create dry_run quiet format")
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
            help=f"Input format: {AUTO}, {', '.join(sorted(IMPORTERS))}, or a plug-in's name.",
            metavar="NAME",
            autocompletion=lambda: [AUTO, *IMPORTERS],
        ),
    ] = AUTO,
    on_error: Annotated[
        OnError, typer.Option(help="abort: a bad record stops all, nothing is written.")
    ] = OnError.abort,
    rejects: Annotated[Path | None, typer.Option(help="Keep bad records here, verbatim.")] = None,
) -> None:
    """
    Keep conversations: transcripts and records become memories.

    Reads JSON Lines (message records, or memories and links of an export), plain text and
    Markdown transcripts ("Name: text" under dated headings), CSV and Parquet, and the
    conversations.json of an account at ChatGPT or claude.ai. All of a call is one commit. A memory
    is what a record says, with its time and id where it has them: the same again changes nothing,
    and a file that grew adds its new turns. The new memories go to stdout, if that is not a
    terminal; under --dry-run, those that would be kept.

    Example: memcli ingest chats/*.jsonl --namespace work

    EXIT STATUS: 0 done, 2 usage, 3 done but some records rejected, 65 bad record (nothing
    written), 66 no such input or store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.ingestion.step import IngestStep
    from memcli.ingestion.turns import Defaults
    from memcli.memory.times import utc_offset

    moment = options.parse_moment(timestamp, "--timestamp")
    bound = call.namespace
    offset = utc_offset(timestamp)
    defaults = Defaults(bound, session, name, moment, call.now, file_time, utc_offset=offset)
    ours = form in (AUTO, *IMPORTERS)
    extensions = EXTENSIONS if ours else importer_of(form).extensions
    sources = expand_sources(inputs or ["-"], extensions)
    step = IngestStep(call.store, call.encoder, defaults)
    with RejectLog(on_error, rejects, note) as log, call.progress("ingest") as counter:
        records = log.accepted(_read_all(sources, form, call.store.layout.root))
        for chunk in chunks(records):
            step.add(chunk)
            counter.advance(len(chunk))
    arguments = given_options(inputs=sources, namespace=bound, session=session, name=name)
    commit = None if call.dry_run else step.commit(arguments)
    _say_kept(call, step, commit)
    call.show_new(step.rows, commit, COLUMNS)
    log.finish()


def chunks(records: Iterator[Accepted]) -> Iterator[list[Accepted]]:
    """Yield the records in lists of bounded length and size."""
    chunk: list[Accepted] = []
    size = 0
    for item in records:
        chunk.append(item)
        size += len(getattr(item.record, "content", "")) + len(getattr(item.record, "text", ""))
        if len(chunk) == CHUNK or size > CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _read_all(sources: list[str], form: str, folder: Path) -> Iterator[Item]:
    for path in sources:
        yield from read_source(path, form, folder)


def file_time(path: str) -> datetime | None:
    """Return when a file was last changed; nothing for stdin."""
    return None if path == "-" else datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)


def _say_kept(call: Call, step: IngestStep, commit: Commit | None) -> None:
    """Say on stderr what was kept, what was known already, and what had to be assumed."""
    for path, (count, moment) in step.defaults.assumed.items():
        call.say(
            f"{path}: {count:,} turns have no time; assumed {moment:%Y-%m-%dT%H:%M:%SZ} "
            "(or set it with --timestamp)"
        )
    if step.n_stripped:
        call.say(f"took out {step.n_stripped:,} blocks of recalled memories")
    new = step.count_new()
    if call.dry_run:
        call.say(f"dry run: {new:,} of {step.seen:,} records are new; nothing was written")
    elif commit is None:
        call.say(f"nothing new: all {step.seen:,} records are known already")
    else:
        call.say(f"{new:,} of {step.seen:,} records are new; kept as commit {commit.number}")
