"""Show memories whole, with their links and sources."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from memcli import jsonl
from memcli.cli import options, output
from memcli.cli.output import Format

COLUMNS = ("id", "type", "level", "speaker", "session_id", "happened_at", "text")
HISTORY_COLUMNS = (
    "id", "commit", "command", "change", "text", "valid_to", "replaced_by", "reason", "replaces"
)  # fmt: skip


def show_command(
    ids: Annotated[
        list[str], typer.Argument(help="Ids, beginnings of ids, or your own refs.", metavar="ID...")
    ],
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    at: options.AtOption = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every version in the kept commits, oldest first.")
    ] = False,
    links: Annotated[
        bool | None, typer.Option("--links/--no-links", help="By default on a terminal only.")
    ] = None,
    format: options.FormatOption = None,
) -> None:
    """
    Show memories whole, with their links and sources.

    A memory is named by its id, by four or more characters that begin it, or by the id that its
    message came with (`ref`), which may name several. On a terminal each is a readable block, with
    the turns before and after; in a pipe it is a memory record, with the field `links` under
    --links. --history tells how each came about: the fields `change`, `changed` and `commit`; when,
    by what and why it was replaced: `valid_to`, `replaced_by`, `reason`; what it `replaces`.

    Example: memcli query "key box" | jq -r .id | xargs memcli show

    EXIT STATUS: 0 done, 2 usage, or the beginning of several ids, 66 no such memory, store or
    commit, 74 I/O error.
    """
    opened = options.open_store(store)
    bound = options.namespace_filter(namespace)
    from memcli.memory.lookup import find_all, links_of

    if history:
        from memcli.memory.history import histories

        versions = histories(opened, ids, bound)
        if links:
            now = opened.snapshot()
            versions = ({**v, "links": links_of(now, v["id"], bound)} for v in versions)
        output.show(versions, format, HISTORY_COLUMNS)
        return
    snapshot = opened.snapshot(options.snapshot_moment(at))
    records = find_all(snapshot, ids, bound)
    if format is Format.table or (format is None and sys.stdout.isatty()):
        from memcli.cli.memory_view import show_blocks

        jsonl.write_bytes(show_blocks(snapshot, records, links is not False, bound))
        return
    if links:
        records = [{**r, "links": links_of(snapshot, r["id"], bound)} for r in records]
    output.show(records, format, COLUMNS)
