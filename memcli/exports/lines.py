"""JSON Lines export: what `ingest` takes back, byte for byte the same each time."""

from __future__ import annotations

from collections.abc import Iterator

from memcli import jsonl
from memcli.exports.contents import Contents
from memcli.memory.arrow import batch_to_records
from memcli.memory.user_tables.exchange import records_of


def encode_lines(contents: Contents) -> Iterator[bytes]:
    """Yield one line for each memory, link, entity and strength, then tables of the user's own."""
    for part, batch in contents.batches():
        for record in batch_to_records(batch, part.kind):
            if part.archived:
                record["archived"] = True
            yield jsonl.encode(record)
    for record in records_of(contents.snapshot, contents.namespace):
        contents.counts["table_rows"] += record["kind"] == "table_row"
        yield jsonl.encode(record)
