"""Write everything out in an open format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memcli import jsonl
from memcli.cli.progress import progress
from memcli.cli.with_store import Call, with_store
from memcli.exports import ExportFormat, format_of
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.cli.progress import Progress
    from store import Snapshot


@with_store("read", "store namespace at quiet")
def export_command(
    call: Call,
    format: Annotated[
        ExportFormat | None,
        typer.Option("--format", "-f", help="By default what the name after -o says, or jsonl."),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or folder for markdown; - is stdout."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """
    Write everything out in an open format.

    jsonl, csv and parquet hold all memories, then the archived ones (`archived` is true), all
    links, entities and strengths; `memcli ingest` of them makes an equal store. csv and parquet are
    one table, in which the column `kind` tells them apart. markdown makes a folder with a page for
    each session; duckdb makes a database file with all tables and views. A file gets its name only
    when it is whole.

    Example: memcli export -o memories.parquet

    EXIT STATUS: 0 done, 2 usage, 66 no such store or commit, 73 the output exists already, 74 I/O
    error or disk full.
    """
    path = None if target is None or str(target) == "-" else target
    form = format or format_of(path)
    if path is None and form not in (ExportFormat.jsonl, ExportFormat.csv):
        what = "DIR" if form is ExportFormat.markdown else "FILE"
        raise BadUsage(f"{form} needs a place to go to", f"add -o {what}")
    snapshot = call.snapshot
    # A line of progress would run into records on the same terminal.
    with progress("export", quiet=call.quiet or (path is None and sys.stdout.isatty())) as counter:
        written = _write(snapshot, form, path, call.namespace, force, counter)
    if path is not None:
        call.say(f"wrote {written} to {path}")


def _write(
    snapshot: Snapshot,
    form: ExportFormat,
    path: Path | None,
    namespace: str | None,
    force: bool,
    counter: Progress,
) -> str:
    """Write an export and return in words what it holds."""
    from memcli.exports.contents import Contents
    from memcli.exports.writers import encoder_of, write_new_file, write_new_folder

    if form is ExportFormat.markdown and path is not None:
        return write_new_folder(snapshot, path, namespace)
    contents = Contents(snapshot, namespace, counter.advance)
    if path is not None:
        return write_new_file(contents, form, path, force)
    jsonl.write_bytes(encoder_of(form)(contents))
    return contents.summary()
