"""Entity records: their uses, spellings and the newest memories about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.memory.entities import canonical_of, evidence_of, find
from memcli.memory.lookup import read_by_id
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot, Transaction

__all__ = ["as_record", "entity_rows", "listed", "shown", "totals"]

USE_FIELDS: Final = ("mentions", "first_at", "last_at")
NEWEST: Final = 10
MENTIONED: Final = """(
    SELECT links.target_id, memory.id, memory.happened_at
    FROM links
    JOIN (
        SELECT id, happened_at FROM memories UNION ALL SELECT id, happened_at FROM archive
    ) AS memory ON memory.id = links.source_id
    WHERE links.relation = 'mentions'
)"""


def entity_rows(source: Snapshot | Transaction, namespace: str | None) -> list[Row]:
    """Return the rows of a namespace, or all."""
    where = None if namespace is None else f"namespace = {quoted([namespace])}"
    rows: list[Row] = source.table("entities").read(where=where).to_pylist()
    return rows


def listed(snapshot: Snapshot, namespace: str | None) -> list[dict[str, Any]]:
    """Return a record for each entity, the most mentioned first."""
    rows = entity_rows(snapshot, namespace)
    roots = canonical_of(rows)
    uses = totals(_uses(snapshot), roots)
    records = [as_record(row, uses.get(row["id"])) for row in rows if roots[row["id"]] == row["id"]]
    return sorted(records, key=lambda r: (-r["mentions"], r["name"], r["namespace"]))


def shown(snapshot: Snapshot, names: list[str], namespace: str | None) -> list[dict[str, Any]]:
    """Return for each entity its spellings, itself first, and the newest memories about it."""
    rows = entity_rows(snapshot, namespace)
    roots = canonical_of(rows)
    records: list[dict[str, Any]] = []
    for entity in dict.fromkeys(roots[find(rows, name)["id"]] for name in names):
        spellings = [row for row in rows if roots[row["id"]] == entity]
        spellings.sort(key=lambda row: (row["id"] != entity, row["name"]))
        ids = [row["id"] for row in spellings]
        own = _uses(snapshot, ids)
        uses = {**own, **totals(own, roots)}
        records += [as_record(row, uses.get(row["id"])) for row in spellings]
        newest = _newest(snapshot, ids)
        known = read_by_id(snapshot, newest, None)
        records += [known[id_] for id_ in newest]
    return records


def _uses(snapshot: Snapshot, ids: list[str] | None = None) -> dict[str, Row]:
    """Return for spellings, or all, how many memories mention them, and when first and last."""
    which = "" if ids is None else f"WHERE target_id IN ({quoted(ids)})"
    rows = snapshot.sql(f"""
        SELECT target_id AS id, count(*) AS mentions, min(happened_at) AS first_at,
            max(happened_at) AS last_at
        FROM {MENTIONED} {which} GROUP BY target_id""")
    return {row["id"]: row for row in rows.to_pylist()}


def _newest(snapshot: Snapshot, ids: list[str]) -> list[str]:
    """Return the ids of the newest memories that mention any of some spellings."""
    rows = snapshot.sql(f"""
        SELECT DISTINCT id, happened_at FROM {MENTIONED} WHERE target_id IN ({quoted(ids)})
        ORDER BY happened_at DESC NULLS LAST, id LIMIT {NEWEST}""")
    return [str(id_) for id_ in rows["id"].to_pylist()]


def totals(uses: Mapping[str, Row], roots: Mapping[str, str]) -> dict[str, Row]:
    """Return the uses of each entity from those of its spellings: mentions, first_at, last_at."""
    found: dict[str, Row] = {}
    for id_, use in uses.items():
        if id_ in roots:
            total = found.setdefault(roots[id_], use)
            if total is not use:
                found[roots[id_]] = _added(total, use)
    return found


def _added(one: Row, other: Row) -> Row:
    firsts = [use["first_at"] for use in (one, other) if use["first_at"]]
    lasts = [use["last_at"] for use in (one, other) if use["last_at"]]
    return {
        "mentions": one["mentions"] + other["mentions"],
        "first_at": min(firsts, default=None),
        "last_at": max(lasts, default=None),
    }


def as_record(row: Row, use: Row | None = None) -> Row:
    """Return a row as a record on the wire, with its uses; not what only resolution goes by."""
    evidence = {name: value for name, value in evidence_of(row).items() if name != "seen"}
    used = {"mentions": 0} if use is None else {n: use[n] for n in USE_FIELDS}
    record = {"kind": "entity", "v": 1, **row, **used, "evidence": evidence or None}
    return {name: value for name, value in record.items() if value is not None}
