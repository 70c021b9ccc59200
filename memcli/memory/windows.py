"""
Windows in the store: vectors and words of the parts of long turns, in a table of their own.

A row says which characters of its turn it is of, so that it follows its turn into the archive, out
of sight and back without being touched, and nothing of it has to be exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from memcli.language.windows import window_spans
from memcli.memory.ids import IdSet
from memcli.memory.search_columns import (
    embedding_text,
    many_search_keys,
    vector_column,
)
from memcli.memory.sessions import portions
from memcli.memory.spool import Spool
from schemas import tables
from schemas.tables import LONGEST_UNPARTED
from store.layout import MEMORY_TABLES, WINDOWS
from store.reading import IDS_PER_FILTER

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pyarrow as pa

    from memcli.memory.search_columns import KeysColumn
    from memcli.models.encoder import Encoder
    from store import Snapshot, Transaction
    from store.reading import TableReader

# What gives the search keys of texts, and their vectors [n, dimension].
MadeOf: TypeAlias = "Callable[[Sequence[str]], tuple[KeysColumn, np.ndarray]]"
# Windows that are encoded at a time: bounds memory whatever the length of a turn is.
AT_ONCE: Final = 1_024
COLUMNS: Final = ("id", "namespace", "text", "context")
# Of turns that are parted, as SQL of Lance and of DuckDB.
LONG: Final = f"level = 0 AND length(text) > {LONGEST_UNPARTED}"

UNFIT: Final = f"""
WITH turns AS (
    SELECT id, length(text) AS size FROM memories WHERE {LONG}
    UNION ALL SELECT id, length(text) FROM archive WHERE {LONG}
),
parts AS (SELECT id, sum(stop - start) AS size FROM windows GROUP BY id)
SELECT id FROM turns FULL JOIN parts USING (id) WHERE turns.size IS DISTINCT FROM parts.size
"""


def is_long(row: Mapping[str, Any]) -> bool:
    """Say whether a memory is a turn that has windows."""
    return not row.get("level") and len(row["text"]) > LONGEST_UNPARTED


def window_batches(
    rows: Iterable[Mapping[str, Any]], encoder: Encoder, made_of: MadeOf | None = None
) -> Iterator[pa.RecordBatch]:
    """
    Yield the windows of those of some memories that are long turns, with their vectors.

    made_of: gives the search keys and the encoder's vectors of texts, if another makes them.
    """
    parts = (
        (row, start, stop)
        for row in rows
        if is_long(row)
        for start, stop in window_spans(row["text"])
    )
    for some in portions(parts, lambda part: 1, AT_ONCE):
        yield _encoded(some, encoder, made_of)


def _encoded(
    parts: Sequence[tuple[Mapping[str, Any], int, int]], encoder: Encoder, made_of: MadeOf | None
) -> pa.RecordBatch:
    import pyarrow as pa

    schema = tables.windows(encoder.dimension)
    texts = [
        embedding_text({"text": row["text"][start:stop], "context": row.get("context")})
        for row, start, stop in parts
    ]
    columns: dict[str, Any] = {
        "id": [row["id"] for row, _, _ in parts],
        "namespace": [row["namespace"] for row, _, _ in parts],
        "start": [start for _, start, _ in parts],
        "stop": [stop for _, _, stop in parts],
    }
    # Whose turn it is has no part in it: of one turn that is the same for all of its parts.
    if made_of is None:
        columns["keys"] = many_search_keys(texts, [None] * len(texts))
        vectors = encoder.encode(texts)
    else:
        columns["keys"], vectors = made_of(texts)
    columns["vector"] = vector_column(vectors, schema)
    arrays = [
        value if isinstance(value := columns[field.name], pa.Array) else pa.array(value, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def window_spool(dimension: int, folder: Path) -> Spool:
    """Return where windows wait until they are written."""
    return Spool(tables.windows(dimension), folder)


def write_windows(transaction: Transaction, windows: Sequence[pa.RecordBatch] | Spool) -> int:
    """Write the windows of turns that have none yet, and return how many they were."""
    if not any(batch.num_rows for batch in windows):
        return 0
    if not transaction.has(WINDOWS):
        transaction.make(WINDOWS)
    known = IdSet(transaction.layout.work)
    for ids in _ids_of(windows) if transaction.count(WINDOWS) else ():
        for batch in transaction.scan_ids(WINDOWS, ids, ["id"]):
            known.add(batch["id"].to_pylist())
    return transaction.append_batches(WINDOWS, _outside(known, windows))


def _ids_of(windows: Iterable[pa.RecordBatch]) -> Iterator[list[str]]:
    """Yield the ids of the turns that windows are of, as many as are looked up at once."""
    ids = (id_ for batch in windows for id_ in batch["id"].unique().to_pylist())
    return portions(ids, lambda id_: 1, IDS_PER_FILTER)


def _outside(known: IdSet, windows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield windows without those of some turns."""
    import pyarrow as pa

    for batch in windows:
        is_known = known.contains(batch["id"].to_pylist())
        yield batch.filter(pa.array(~is_known)) if is_known.any() else batch


def missing_windows(snapshot: Snapshot) -> list[str]:
    """Return the ids of turns that lack windows, or words of these, as of earlier programs."""
    found: set[str] = {*snapshot.sql(UNFIT)["id"].to_pylist()}
    if snapshot.count(WINDOWS):
        where = None if snapshot.table(WINDOWS).absent else "keys IS NULL"
        found.update(*(batch["id"].to_pylist() for batch in snapshot.scan(WINDOWS, ["id"], where)))
    return sorted(found)


def rows_with_windows(reader: TableReader) -> Iterator[dict[str, Any]]:
    """Yield the turns that are to have windows."""
    return reader.rows(COLUMNS, LONG, MEMORY_TABLES)
