"""Write everything out in an open format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from memcli import jsonl
from memcli.cli.progress import progress
from memcli.cli.with_store import Call, with_store
from memcli.exports import EXPORTERS, WITHOUT_TABLES, format_of
from memcli.plugins import find
from store.errors import BadUsage
from store.user_tables import user_tables


@with_store("read", "store namespace at quiet")
def export_command(
    call: Call,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help=f"{', '.join(EXPORTERS)}, or a plug-in's name; else what the name after -o says,"
            " or jsonl.",
            metavar="NAME",
            autocompletion=lambda: [*EXPORTERS],
        ),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File, or folder for markdown, lancedb and cogx; - is stdout."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(help="Of lancedb: db://NAME, or a folder.", metavar="URL"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """
    Write everything out in an open format.

    jsonl, csv and parquet hold all memories, then the archived ones, all links, entities and
    strengths; `memcli ingest` of them makes an equal store. csv and parquet are one table, in which
    the column `kind` tells them apart. markdown makes a folder with a page for each session; duckdb
    a database file with all tables and views. graphml is a graph: memories and entities are nodes,
    links are edges. pairs and chat are to train a model with, a line each: a turn that asks and the
    one that answers it (prompt, completion, source_ids), and conversations in the chat format of
    OpenAI. lancedb is a read replica, sent by --to db://NAME (`memcli help scale`). cogx is a
    folder in cognee's exchange format, or one file (-o x.cogx.tar.gz), mcp-memory the graph of the
    MCP memory server, of what holds now. html is one page for a browser, with a timeline, people,
    topics, a graph of names and a search. In these is nothing secret, hidden or archived, in pairs,
    chat and lancedb nothing that has ended either. A file gets its name only when it is whole.

    Example: memcli export -o memories.parquet

    EXIT STATUS: 0 done, 2 usage, 66 no such store or commit, 69 a plug-in or a remote fails,
    73 the output exists already, 74 I/O error or disk full.
    """
    path = None if target is None or str(target) == "-" else target
    form = format_of(path, format)
    if to is not None:
        if form != "lancedb" or path:
            raise BadUsage("--to is for lancedb alone", "add --format lancedb, leave out -o")
        if to.startswith("db://"):
            _send(call, to)
            return
        path = Path(to)
    exporter = find("exporters", form, EXPORTERS)
    streams = form in EXPORTERS and EXPORTERS[form].makes == "bytes"
    if path is None and not streams:
        is_folder = form in EXPORTERS and EXPORTERS[form].makes == "folder"
        what = "DIR" if is_folder else "FILE"
        raise BadUsage(f"{form} needs a place to go to", f"add -o {what}")
    snapshot = call.snapshot
    from memcli.exports.contents import Contents
    from memcli.exports.writers import write_new

    # A line of progress would run into records on the same terminal.
    quiet = call.quiet or (path is None and sys.stdout.isatty())
    rows = sum(part.rows for part in snapshot.commit.tables.values())
    with progress("export", None if call.namespace else rows, quiet) as counter:
        contents = Contents(snapshot, call.namespace, counter.advance)
        if path is None:
            jsonl.write_bytes(exporter.encode(contents))
        else:
            written = write_new(contents, form, exporter, path, force)
    if path is not None:
        call.say(f"wrote {written} to {path}")
    if form in WITHOUT_TABLES and (own := user_tables(snapshot.commit.tables)):
        call.say(f"left out: table {', '.join(own)} (jsonl and duckdb have tables of your own)")


def _send(call: Call, target: str) -> None:
    """Send a read replica to a remote database, and say what it holds."""
    from memcli.exports.contents import Contents
    from memcli.exports.lancedb import send

    with progress("export", None, call.quiet) as counter:
        held = send(Contents(call.snapshot, call.namespace, counter.advance), target)
    call.say(f"wrote {held} to {target}")
