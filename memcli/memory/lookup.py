"""Lookup of memories by id or condition, of their links, and of the turns around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.arrow import batch_to_records, wire_columns
from store.errors import InputNotFound
from store.literals import quoted
from store.snapshot import IDS_PER_FILTER

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot

TABLES: Final = ("memories", "archive")


def read_where(snapshot: Snapshot, where: str, namespace: str | None = None) -> list[Json]:
    """Return the memories and archived memories that a filter lets through."""
    bound = f"({where}) AND namespace = {quoted([namespace])}" if namespace else where
    return [record for table in TABLES for record in _read(snapshot, table, bound)]


def _read(snapshot: Snapshot, table: str, where: str) -> Iterator[Json]:
    columns = wire_columns(snapshot.table(table).schema)
    for record in _records(snapshot.scan(table, columns, where), "memory"):
        yield {**record, "archived": True} if table == "archive" else record


def _records(batches: Iterable[pa.RecordBatch], kind: str) -> Iterator[Json]:
    for batch in batches:
        yield from batch_to_records(batch, kind)


def read_by_id(snapshot: Snapshot, ids: Iterable[str], namespace: str | None) -> dict[str, Json]:
    """Return the memories with these ids that there are."""
    wanted = sorted(set(ids))
    found: dict[str, Json] = {}
    for start in range(0, len(wanted), IDS_PER_FILTER):
        where = f"id IN ({quoted(wanted[start : start + IDS_PER_FILTER])})"
        found.update((r["id"], r) for r in read_where(snapshot, where, namespace))
    return found


def links_of(snapshot: Snapshot, id_: str, namespace: str | None = None) -> list[Json]:
    """Return the links from and to a memory, in a namespace only those that stay in it."""
    ends = [f"{end} = {quoted([id_])}" for end in ("source_id", "target_id")]
    found = [r for where in ends for r in _records(snapshot.scan("links", None, where), "link")]
    if namespace is None or not found:
        return found
    from store.namespaces import known_in

    inside = known_in(snapshot, {other_end(link, id_) for link in found}, namespace)
    return [link for link in found if other_end(link, id_) in inside]


def other_end(link: Json, id_: str) -> str:
    """Return the id at the other end of a link."""
    return str(link["target_id"] if link["source_id"] == id_ else link["source_id"])


def neighbours(snapshot: Snapshot, record: Json) -> tuple[Json | None, Json | None]:
    """Return the turns before and after a turn in its session."""
    session, seq = record.get("session_id"), record.get("seq")
    if record["level"] != 0 or session is None or seq is None:
        return None, None
    place = f"level = 0 AND session_id = {quoted([session])} AND seq IN ({seq - 1}, {seq + 1})"
    by_seq = {r["seq"]: r for r in read_where(snapshot, place, record["namespace"])}
    return by_seq.get(seq - 1), by_seq.get(seq + 1)


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
