"""Finding memories by what a user has at hand: an id, the beginning of one, or their own ref."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.arrow import batch_to_records, wire_columns
from store.errors import BadUsage, InputNotFound
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Snapshot

MIN_PREFIX: Final = 4
ID: Final = re.compile(r"[a-z2-7]{16}")
_PREFIX: Final = re.compile(rf"[a-z2-7]{{{MIN_PREFIX},15}}")
SHOWN: Final = 5


def find_all(snapshot: Snapshot, wanted: Sequence[str], namespace: str | None) -> list[Json]:
    """Return the memory records that are meant, each once; InputNotFound names those not found."""
    found: dict[str, Json] = {}
    missing = []
    for name in wanted:
        records = find(snapshot, name, namespace)
        found.update((record["id"], record) for record in records)
        missing += [] if records else [name]
    if missing:
        raise InputNotFound(
            f"no memory {', '.join(map(repr, missing))}",
            f"give an id, {MIN_PREFIX} or more characters that begin it, or a ref",
        )
    return list(found.values())


def find(snapshot: Snapshot, name: str, namespace: str | None = None) -> list[Json]:
    """Return the memory with an id, those with a ref, or the one whose id begins so."""
    lower = name.lower()
    records: list[Json] = []
    if ID.fullmatch(lower):
        records = read_where(snapshot, f"id = '{lower}'", namespace)
    if not records:
        records = read_where(snapshot, f"ref = {quoted([name])}", namespace)
    if not records and _PREFIX.fullmatch(lower):
        records = read_where(snapshot, f"id LIKE '{lower}%'", namespace)
        _require_one(name, records)
    return records


def _require_one(prefix: str, records: Sequence[Json]) -> None:
    """Raise BadUsage when a prefix is not enough."""
    if len(records) > 1:
        some = ", ".join(sorted(record["id"] for record in records)[:SHOWN])
        what = f"{len(records):,} ids begin with {prefix!r}: {some}"
        raise BadUsage(what + (", ..." if len(records) > SHOWN else ""), "give more characters")


def read_where(snapshot: Snapshot, where: str, namespace: str | None = None) -> list[Json]:
    """Return the memories and archived memories that a filter lets through."""
    bound = f"({where}) AND {_inside(namespace)}" if namespace else where
    batches = {t: snapshot.scan(t, _columns(snapshot, t), bound) for t in MEMORY_TABLES}
    return [record for table in batches for record in _read(table, batches[table])]


def _inside(namespace: str) -> str:
    return f"namespace = {quoted([namespace])}"


def _columns(snapshot: Snapshot, table: str) -> list[str]:
    return wire_columns(snapshot.table(table).schema)


def _read(table: str, batches: Iterable[pa.RecordBatch]) -> Iterator[Json]:
    for record in _records(batches, "memory"):
        yield {**record, "archived": True} if table == "archive" else record


def _records(batches: Iterable[pa.RecordBatch], kind: str) -> Iterator[Json]:
    for batch in batches:
        yield from batch_to_records(batch, kind)


def read_by_id(snapshot: Snapshot, ids: Iterable[str], namespace: str | None) -> dict[str, Json]:
    """Return the memories with these ids that there are."""
    some = sorted(set(ids))
    where = _inside(namespace) if namespace else None
    found: dict[str, Json] = {}
    for table in MEMORY_TABLES:
        batches = snapshot.scan_ids(table, some, _columns(snapshot, table), where=where)
        found.update((record["id"], record) for record in _read(table, batches))
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
