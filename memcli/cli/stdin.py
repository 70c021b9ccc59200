"""Memory records between two commands of a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from memcli.cli import output
from memcli.records import Memory, Record, from_wire
from store.errors import BadRecord, InputNotFound

if TYPE_CHECKING:
    import pyarrow as pa

    from store.commits import Commit
    from store.snapshot import Snapshot
    from store.store import Store


def read_memory_ids(levels: range) -> list[str]:
    """
    Return the ids of the memory records on stdin, none on a terminal.

    Other records are passed over, and memories of other levels. BadRecord names the line of what
    is no record.
    """
    records = read_records()
    return [r.id for r in records if isinstance(r, Memory) and r.level in levels]


def read_records() -> Iterator[Record]:
    """Yield the records on stdin, none on a terminal; BadRecord names the line of what is none."""
    if sys.stdin.isatty():
        return
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            raw = msgspec.json.decode(line)
            if not isinstance(raw, dict):
                raise BadRecord("not a JSON object")
            yield from_wire(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, BadRecord) as error:
            raise BadRecord(str(error), path="stdin", line=number) from error


def require_known(snapshot: Snapshot, ids: Sequence[str], step: str) -> pa.Table:
    """Return id, namespace and session of memories; InputNotFound when the store lacks one."""
    rows = snapshot.read_ids("memories", ids, ["id", "namespace", "session_id"])
    missing = sorted(set(ids) - set(rows["id"].to_pylist()))
    if missing:
        raise InputNotFound(
            f"{len(missing)} of the memories on stdin are not in the store, such as {missing[0]}",
            f"pipe them through memcli {step} first",
        )
    return rows


def written_memories(store: Store, commit: Commit) -> Iterator[pa.RecordBatch]:
    """Yield the memories that a commit added: not the head, another writer may be ahead."""
    from memcli.memory.arrow import wire_columns
    from store.commits import read_commit
    from store.snapshot import Snapshot

    snapshot = Snapshot(store.layout, commit)
    before = read_commit(store.layout.commits, commit.number - 1).tables["memories"].rows
    columns = wire_columns(snapshot.table("memories").schema)
    yield from snapshot.scan("memories", columns, offset=before)


def show_memories(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    form: output.Format | None,
    columns: Sequence[str],
) -> None:
    """Write memories to stdout for the next command, unless a person is looking."""
    from memcli.memory.arrow import batch_to_records, wire_columns

    if form is None and sys.stdout.isatty():
        return
    names = wire_columns(schema)
    records = (
        record for batch in batches for record in batch_to_records(batch.select(names), "memory")
    )
    output.show(records, form, columns)
