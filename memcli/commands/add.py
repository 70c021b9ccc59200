"""Keep one note."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.memory.step import given_options
from memcli.records import MemoryType
from store.errors import BadRecord, BadUsage
from store.layout import is_store
from store.location import store_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memcli.ingestion.notes import NoteStep
    from memcli.jsonl import Row
    from store import Commit, Store

COLUMNS = ("id", "type", "tags", "happened_at", "text")


def add_command(
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="Notes; with none, each line of stdin is one.", metavar="[TEXT...]"),
    ] = None,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    type: Annotated[
        MemoryType, typer.Option(help="What it is; core and procedural never fade.", metavar="TYPE")
    ] = "episodic",
    name: Annotated[str | None, typer.Option(help="Who says it.")] = None,
    session: Annotated[str | None, typer.Option(help="Its session; else its day.")] = None,
    tags: Annotated[str | None, typer.Option(help="Tags, with commas.", metavar="A,B")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Never let it fade.")] = False,
    importance: Annotated[float | None, typer.Option(min=0, max=1, help="How much it is.")] = None,
    valid_to: Annotated[
        str | None, typer.Option("--valid-to", help="It holds until then (RFC 3339).")
    ] = None,
    timestamp: Annotated[str | None, typer.Option(help="When it was; else now.")] = None,
    now: options.NowOption = None,
    create: Annotated[
        bool, typer.Option("--create", help="Make the store if there is none.")
    ] = False,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Keep one note.

    A note is kept word for word, as a turn of its day; several are one commit. The same text at
    another time is another note, with the same --timestamp it is the same one and changes nothing.
    The memories go to stdout, known ones too, if that is not a terminal; under --dry-run, those
    that would be kept. What looks like a password or a key is kept with a warning.

    Example: memcli add "The key box code changed, ask Ida" --tags house --pin

    Example: memcli add --name Ida "I moved to Leiden in May" | memcli extract | memcli link

    EXIT STATUS: 0 done, known already too, 2 usage, 65 stdin is not UTF-8, 66 no such store, 69
    encoder unavailable, 74 I/O error or disk full, 75 locked.
    """
    options.require_utf8(tags=tags, **{f"note {n}": text for n, text in enumerate(texts or (), 1)})
    present = options.present(now)
    moment = options.parse_moment(timestamp, "--timestamp") or present
    end = options.parse_moment(valid_to, "--valid-to")
    given = [text.strip() for text in texts or _lines() if text.strip()]
    if not given and (texts or sys.stdin.isatty()):
        raise BadUsage("there is nothing to add", "give a note, or lines on stdin")
    opened = _open(store, create, quiet)
    if not given:
        if not quiet:
            note("nothing new: no note on stdin")
        return
    from memcli.memory.encoders import begin_loading

    encoder = begin_loading(opened.head().encoder, opened.layout)
    # Only now, as this imports pyarrow and Lance, while the encoder loads.
    from memcli.ingestion.notes import About, NoteStep, note_rows

    bound = options.namespace_filter(namespace)
    about = About(moment, type, name, session, bound, _split(tags), pin, importance, end)
    rows = note_rows(given, about, present)
    arguments = given_options(
        type=None if type == "episodic" else type,
        namespace=bound,
        session=session,
        name=name,
        pin=pin,
    )
    step = NoteStep(opened, encoder, rows, present)
    commit = None if dry_run else step.commit(arguments)
    if dry_run:
        step.prepare(step.snapshot)
    _show(opened, step, format)
    if not quiet:
        _report(step, commit, rows, dry_run)


def _lines() -> list[str]:
    """Return the lines of stdin; BadRecord names the first that is not UTF-8."""
    if sys.stdin.isatty():
        return []
    lines = sys.stdin.buffer.read().split(b"\n")
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(line.decode())
        except UnicodeDecodeError as error:
            raise BadRecord("not UTF-8", path="stdin", line=number) from error
    return found


def _split(tags: str | None) -> tuple[str, ...]:
    """Return tags that are given with commas, each once."""
    return tuple(dict.fromkeys(tag.strip() for tag in (tags or "").split(",") if tag.strip()))


def _open(given: Path | None, create: bool, quiet: bool) -> Store:
    """Open the store; make it where `ingest` would."""
    if is_store(store_path(given)):
        return options.open_store(given)
    from memcli.commands.ingest import open_or_create

    return open_or_create(given, create, quiet)


def _show(opened: Store, step: NoteStep, form: output.Format | None) -> None:
    """Write the memories to stdout for the next command, unless a person is looking."""
    if form is None and sys.stdout.isatty():
        return
    from memcli.memory.arrow import batch_to_records, wire_columns
    from memcli.memory.lookup import read_by_id

    records = [
        record
        for batch in step.batches
        for record in batch_to_records(batch.select(wire_columns(batch.schema)), "memory")
    ]
    if step.present:
        records += read_by_id(opened.snapshot(), step.present, None).values()
    output.show(records, form, COLUMNS)


def _report(step: NoteStep, commit: Commit | None, rows: Sequence[Row], dry_run: bool) -> None:
    """Say on stderr what was kept, and what had better not have been."""
    n_known = f"; {len(step.present):,} known already" if step.present else ""
    if dry_run:
        note(f"dry run: {step.n_new:,} notes are new{n_known}; nothing was written")
    elif commit is None:
        note("nothing new: known already")
    else:
        what = rows[0]["id"] if len(rows) == 1 else f"{step.n_new:,} notes"
        note(f"kept {what} as commit {commit.number}{n_known}")
    from memcli.ingestion.notes import secrets_in

    for id_, kinds in secrets_in(rows):
        remedy = f"to remove it for good: memcli forget --purge {id_}"
        note(f"warning: it holds what looks like a {', '.join(kinds)} ({remedy})")
