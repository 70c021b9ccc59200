"""
Large stores for the benchmarks of growth: a small one as it is after a night, many times over.

To extract statements from a million turns takes hours, and costs the same for each. So a small
store is made in earnest, and its rows are there many times, in namespaces and with ids of their
own: as many turns, statements, segments, links and names as the memories of so many people have.
The marks of the steps are multiplied with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from memcli.consolidation.entity_resolution import names_mark
from memcli.consolidation.summaries.changes import NOW
from memcli.memory.watermarks import Watermark
from store import Store

TABLES = ("memories", "archive", "links", "entities", "strengths")
# Columns that hold an id, or a list of them.
IDS = ("id", "source_id", "target_id", "superseded_by", "canonical_id", "source_ids", "entities")
# Marks that count rows, each copy as many; the others say when, or how.
COUNTS = ("extract", "link", "merge", "summarize", "abstract", "profile")


def write_copies(small: Path, large: Path, copies: int) -> None:
    """Write the store `large` with `copies` times what `small` holds."""
    opened = Store.open(small)
    source = opened.snapshot()
    store = Store.create(large, source.encoder)
    rows = {name: source.read(name) for name in TABLES if source.has(name)}
    # What the steps saw, they saw at this present: see summaries/changes.py.
    seen_at = next(c.arguments[NOW] for c in opened.commits() if NOW in c.arguments)
    with store.transaction("copy", {NOW: seen_at}) as transaction:
        for name, table in rows.items():
            # Each copy for itself: parts of tables are as small as a compact makes them.
            for copy in _copies(table, copies):
                transaction.append(name, copy)
        transaction.watermarks |= _marks(source.commit.watermarks, copies)
        transaction.watermarks[str(Watermark.ENTITIES)] = names_mark(transaction)
        transaction.watermarks[str(Watermark.DECAY_COMMIT)] = transaction.head.number + 1
        transaction.publish()


def _marks(marks: Mapping[str, int], copies: int) -> dict[str, int]:
    return {name: n * copies if name in COUNTS else n for name, n in marks.items()}


def _copies(table: pa.Table, copies: int) -> Iterator[pa.Table]:
    table = table.combine_chunks()
    yield table
    for number in range(1, copies):
        yield _copy(table, number)


def _copy(table: pa.Table, number: int) -> pa.Table:
    """Return the rows with ids and a namespace of their own."""
    for place, field in enumerate(table.schema):
        if field.name == "namespace":
            named = pc.binary_join_element_wise(
                table["namespace"], pa.scalar(str(number)), pa.scalar("-"), null_handling="skip"
            )
            table = table.set_column(place, field, named.cast(field.type))
        elif field.name in IDS:
            table = table.set_column(place, field, _renamed(table[field.name], number, field.type))
    return table


def _renamed(column: pa.ChunkedArray, number: int, type_: pa.DataType) -> pa.Array:
    def own(id_: str | None) -> str | None:
        if id_ is None:
            return None
        return blake2b(f"{number} {id_}".encode(), digest_size=8).hexdigest()

    values = column.to_pylist()
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return pa.array([each and [own(i) for i in each] for each in values], type_)
    return pa.array([own(each) for each in values], type_)
