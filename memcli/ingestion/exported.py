"""Exported records as rows: memories as they are, links, and what of them leads nowhere."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from memcli.jsonl import Row
from memcli.memory.ids import ID_LENGTH, IdSet
from memcli.memory.known_ids import link_id
from memcli.memory.search_columns import search_columns
from memcli.records import Link, Record
from store.errors import BadRecord

if TYPE_CHECKING:
    from memcli.ingestion.turns import Defaults


def links_without(
    batch: pa.RecordBatch, late: IdSet | None, nowhere: AbstractSet[str]
) -> pa.RecordBatch:
    """Return links without those that another writer has added meanwhile, or that end nowhere."""
    if late is not None:
        known = late.contains([link_id(row) for row in batch.to_pylist()])
        batch = batch.filter(pa.array(~known))
    if nowhere:
        ends = zip(batch["source_id"].to_pylist(), batch["target_id"].to_pylist(), strict=True)
        batch = batch.filter(pa.array([not nowhere & {*pair} for pair in ends], pa.bool_()))
    return batch


def without_sources(batch: pa.RecordBatch, nowhere: AbstractSet[str]) -> pa.RecordBatch:
    """Return memories without those of their sources that are nowhere."""
    cited = [
        [id_ for id_ in ids or () if id_ not in nowhere] or None
        for ids in batch["source_ids"].to_pylist()
    ]
    place = batch.schema.get_field_index("source_ids")
    kept = pa.array(cited, batch.schema.field(place).type)
    return batch.set_column(place, batch.schema.field(place), kept)


def ends_of(link: Row) -> tuple[str, str]:
    """Return the ids that a link joins."""
    return link["source_id"], link["target_id"]


def part_link(row: Row, now: datetime) -> Link:
    """Return the link that leads from an attachment to its turn."""
    return Link(
        v=1,
        source_id=row["id"],
        target_id=row["source_ids"][0],
        relation="part_of",
        weight=1.0,
        recorded_at=now,
        reason="sent with the turn",
    )


def plain_fields(record: Record) -> dict[str, Any]:
    """Return a record's fields as plain values, times as datetimes."""
    return {name: getattr(record, name) for name in record.__struct_fields__}


def memory_row(record: Record, encoder: str, defaults: Defaults) -> dict[str, Any]:
    """Return a memory record as a row: its own id and times, this store's encoder."""
    row = plain_fields(record)
    row["archived"] = bool(row["archived"])
    row["extra"] = row["extra"] or None
    row["encoder"] = encoder
    row["namespace"] = defaults.namespace or row["namespace"]
    row.update(search_columns(row))
    if not 0 < len(row["id"]) <= ID_LENGTH or not row["id"].isascii():
        raise BadRecord(f"memory id {row['id']!r} is not 1 to {ID_LENGTH} characters of ASCII")
    return row
