"""Lookup of memories by an id, the beginning of one, or the caller's own ref."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from memcli.jsonl import Json
from memcli.memory.arrow import batch_to_records, wire_columns
from store.errors import InputNotFound
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot


def read_where(snapshot: Snapshot, where: str, namespace: str | None = None) -> list[Json]:
    """Return the memories and archived memories that a filter lets through."""
    bound = f"({where}) AND {_inside(namespace)}" if namespace else where
    batches = {t: snapshot.scan(t, _columns(snapshot, t), bound) for t in MEMORY_TABLES}
    return [record for table in batches for record in _find_records(table, batches[table])]


def _inside(namespace: str) -> str:
    return f"namespace = {quoted([namespace])}"


def _columns(snapshot: Snapshot, table: str) -> list[str]:
    return wire_columns(snapshot.table(table).schema)


def _find_records(table: str, batches: Iterable[pa.RecordBatch]) -> Iterator[Json]:
    for record in _records(batches, "memory"):
        yield {**record, "archived": True} if table == "archive" else record


def _records(batches: Iterable[pa.RecordBatch], kind: str) -> Iterator[Json]:
    for batch in batches:
        yield from batch_to_records(batch, kind)


def read_by_id(snapshot: Snapshot, ids: Iterable[str], namespace: str | None) -> dict[str, Json]:
    """Return the memories with these ids that there are."""
    return {record["id"]: record for record in read_by(snapshot, "id", ids, namespace)}


def read_by(
    snapshot: Snapshot, column: str, values: Iterable[str], namespace: str | None
) -> Iterator[Json]:
    """Yield the memories, archived ones too, whose column has one of some values."""
    wanted = sorted(set(values))
    where = _inside(namespace) if namespace else None
    for table in MEMORY_TABLES:
        columns = _columns(snapshot, table)
        yield from _find_records(table, snapshot.scan_ids(table, wanted, columns, column, where))


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
    by_seq = {turn["seq"]: turn for turn in turns_around(snapshot, record, 1)}
    place = record.get("seq") or 0
    return by_seq.get(place - 1), by_seq.get(place + 1)


def turns_around(snapshot: Snapshot, record: Json, window: int) -> list[Json]:
    """Turns at most `window` places from a turn in its session, itself among them, in order."""
    session, seq = record.get("session_id"), record.get("seq")
    if record["level"] != 0 or session is None or seq is None:
        return []
    near = f"level = 0 AND session_id = {quoted([session])}"
    near += f" AND seq BETWEEN {seq - window} AND {seq + window}"
    found = read_where(snapshot, near, record["namespace"])
    return sorted(found, key=lambda turn: int(turn["seq"]))


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
