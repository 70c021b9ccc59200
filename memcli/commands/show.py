"""Show memories whole, with their links and sources."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.output import Format
from memcli.cli.stdin import read_names
from memcli.cli.with_store import Call, with_store

if TYPE_CHECKING:
    from memcli.jsonl import Json

COLUMNS = ("id", "type", "level", "speaker", "session_id", "happened_at", "text")
GRAPH_COLUMNS = ("kind", "id", "name", "text", "source_id", "relation", "target_id", "reason")
# Ties of the first memory in a drawing; of those further on half as many.
MOST_TIES = 8
# How many links away a drawing ends.
DEPTH = 2
FRAGMENT_COLUMNS = ("id", "hidden", "text")
HISTORY_COLUMNS = (
    "id", "commit", "command", "change", "text", "valid_to", "replaced_by", "reason", "replaces"
)  # fmt: skip


@with_store("read", "store namespace at * quiet format")
def show_command(
    call: Call,
    ids: options.NamesArgument = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every version in the kept commits, oldest first.")
    ] = False,
    fragments: Annotated[
        bool, typer.Option("--fragments", help="The paragraphs of turns, for hide.")
    ] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Draw its links, and theirs.")] = False,
    links: Annotated[
        bool | None, typer.Option("--links/--no-links", help="By default on a terminal only.")
    ] = None,
) -> None:
    """
    Show memories whole, with their links and sources.

    A memory is named by its id, by four or more characters that begin it, or by the id that its
    message came with (`ref`), which may name several; ID#2 is the second paragraph of a turn.
    Without a name, stdin names them: memories and hits, or ids one a line. On a terminal each is a
    readable block, with the turns before and after; in a pipe it is a memory record, with the field
    `links` under --links. --history tells how each came about: the fields `change`, `changed` and
    `commit`; when, by what and why it was replaced: `valid_to`, `replaced_by`, `reason`; what it
    `replaces`.

    Example: memcli query "key box" | memcli show

    EXIT STATUS: 0 done, 2 usage, or the beginning of several ids, 65 bad record on stdin, 66 no
    such memory, store or commit, 74 I/O error.
    """
    from memcli.memory.folds import with_folds
    from memcli.memory.fragment_names import select_with_fragments
    from memcli.memory.fragments import fragment_records, hidden_fragments
    from memcli.memory.lookup import links_of

    names, opened, bound = read_names(ids), call.store, call.namespace
    if history:
        from memcli.memory.history import histories

        versions = histories(opened, names, bound)
        if links:
            now = opened.snapshot()
            versions = ({**v, "links": links_of(now, v["id"], bound)} for v in versions)
        call.show(versions, HISTORY_COLUMNS)
        return
    snapshot = call.snapshot
    records = select_with_fragments(snapshot, names, bound)
    if fragments:
        hidden = hidden_fragments(snapshot)
        turns = (record for record in records if record["level"] == 0)
        parts = (fragment_records(turn, hidden.get(turn["id"], ())) for turn in turns)
        call.show((part for some in parts for part in some), FRAGMENT_COLUMNS)
        return
    if graph:
        show_graph(call, records)
        return
    if call.format is Format.table or (call.format is None and sys.stdout.isatty()):
        from memcli.cli.memory_view import show_blocks

        call.show_page(show_blocks(snapshot, records, links is not False, bound))
        return
    if links:
        records = [{**r, "links": links_of(snapshot, r["id"], bound)} for r in records]
    call.show(with_folds(snapshot, records), COLUMNS)


def show_graph(call: Call, records: list[Json]) -> None:
    """Draw what is linked to some memories, or write it as records."""
    from memcli.memory.ties import graph_records, neighbourhood

    graph = neighbourhood(call.snapshot, records, DEPTH, MOST_TIES, call.namespace)
    if call.format is Format.table or (call.format is None and sys.stdout.isatty()):
        from memcli.cli.tie_view import draw_graph

        call.show_page(draw_graph(graph))
        return
    call.show(graph_records(call.snapshot, graph, call.namespace), GRAPH_COLUMNS)
