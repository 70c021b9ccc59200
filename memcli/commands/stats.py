"""Say what the store holds."""

from __future__ import annotations

import sys

from memcli import jsonl
from memcli.cli import options, output
from memcli.cli.output import Format
from memcli.cli.progress import note


def stats_command(
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    at: options.AtOption = None,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    Say what the store holds.

    Memories, turns, sessions and speakers by namespace; rows, bytes and files by table; commits and
    encoder. In a pipe it is one summary record with all of it under `counts`. A namespace bounds
    the first part only: the tables are those of the whole store.

    Example: memcli stats | jq .counts.tables.memories.rows

    EXIT STATUS: 0 done, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.memory.stats import describe, gather

    opened = options.open_store(store)
    snapshot = opened.snapshot(options.snapshot_moment(at))
    counts = gather(opened, snapshot, options.namespace_filter(namespace))
    if format is Format.table or (format is None and sys.stdout.isatty()):
        jsonl.write_bytes([describe(counts).encode()])
    else:
        commit = snapshot.commit.number
        record = {"kind": "summary", "v": 1, "command": "stats", "commit": commit, "counts": counts}
        output.show([record], format, ("command", "commit", "counts"))
    if counts["compact_helps"] and not quiet:
        note(f"memcli compact would help: {'; '.join(counts['compact_helps'])}")
