"""Listing of the files that are followed, as records of kind `source`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memcli.ingestion.sync.plan import TABLE
from memcli.jsonl import Json
from memcli.memory.arrow import batch_to_records
from store.literals import literal

if TYPE_CHECKING:
    from store.reading import TableReader


def listed_sources(reader: TableReader, namespace: str | None = None) -> Iterator[Json]:
    """Yield the records of sources by path, of one namespace or of all."""
    where = None if namespace is None else f"namespace = {literal(namespace)}"
    batches = reader.scan(TABLE, where=where)
    records = (record for batch in batches for record in batch_to_records(batch, "source"))
    yield from sorted(records, key=lambda record: (record["path"], record["id"]))
