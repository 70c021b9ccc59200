"""Say what the store holds."""

from __future__ import annotations

import sys
from typing import Final

from memcli.cli.output import Format
from memcli.cli.tables import as_table
from memcli.cli.with_store import Call, with_store
from memcli.jsonl import Json
from memcli.language.sanitize import printable
from memcli.memory.stats import TABLE_COLUMNS

NAMESPACE_COLUMNS: Final = (
    "namespace memories turns statements summaries sessions first_at last_at".split()
)


@with_store("read", "store namespace at quiet format")
def stats_command(
    call: Call,
) -> None:
    """
    Say what the store holds.

    Memories, turns, sessions and speakers by namespace; rows, bytes and files by table; commits,
    encoder and plug-ins. In a pipe it is one summary record with all of it under `counts`. A
    namespace bounds the first part only: the tables are those of the whole store.

    Example: memcli stats | jq .counts.tables.memories.rows

    EXIT STATUS: 0 done, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.memory.stats import gather

    counts = gather(call.store, call.snapshot, call.namespace)
    if call.format in (Format.table, Format.text) or (call.format is None and sys.stdout.isatty()):
        call.show_page([describe(counts).encode()])
    else:
        call.summary(counts, call.snapshot.commit.number)
    if counts["compact_helps"]:
        call.say(f"memcli compact would help: {'; '.join(counts['compact_helps'])}")


def describe(counts: Json) -> str:
    """Return the counts as a person reads them."""
    last, encoder = counts["last_commit"], counts["encoder"]
    rows = counts["namespaces"]
    names = [name for name in NAMESPACE_COLUMNS if any(row.get(name) for row in rows)]
    by_namespace = [[_short_value(row.get(name)) for name in names] for row in rows]
    by_table = [
        [name, *(_short_value(table[n]) for n in TABLE_COLUMNS[1:])]
        for name, table in counts["tables"].items()
    ]
    return "\n".join(
        [
            f"store    {printable(counts['store'])}, {counts['bytes']:,} bytes",
            f"commits  {counts['commits']:,}, {counts['commits_kept']:,} of them kept; "
            f"the last is {last['number']} ({last['command']}, {_short_value(last['time'])})",
            f"encoder  {encoder['name']}, {encoder['dimension']} dimensions, "
            f"{'with' if counts['vector_index'] else 'without'} vector index",
            *(f"plug-in  {printable(one)}" for one in counts.get("plugins", ())),
            "",
            as_table([name.removesuffix("_at") for name in names], by_namespace),
            as_table(TABLE_COLUMNS, by_table),
        ]
    )


def _short_value(value: object) -> str:
    """Return a number with its thousands apart, a time by its day."""
    if isinstance(value, int):
        return f"{value:,}"
    text = "" if value is None else str(value)
    return text[:10] if text[10:11] == "T" and text.endswith("Z") else text
