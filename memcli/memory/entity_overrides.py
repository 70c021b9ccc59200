"""Entity overrides: names that the user merges or splits by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.entities import (
    BY_USER,
    MERGE_FIELDS,
    canonical_of,
    changed,
    entity_id,
    evidence_of,
    find,
    with_evidence,
)
from memcli.memory.stamps import ENTITY, put_stamps
from schemas.tables import entities
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from store import Transaction

__all__ = ["merge", "merge_named", "split", "split_named", "write_decisions"]


def merge_named(rows: Sequence[Row], names: Sequence[str], now: datetime) -> list[Row]:
    """Return the rows to write so that names or ids mean the first; raises as find and merge."""
    winner, *losers = (find(rows, name)["id"] for name in names)
    return merge(rows, winner, losers, now)


def split_named(rows: Sequence[Row], names: Sequence[str], now: datetime) -> list[Row]:
    """Return the rows to write so that the first has none of the other names; raises as split."""
    return split(rows, find(rows, names[0])["id"], names[1:], now)


def merge(
    rows: Sequence[Row],
    winner: str,
    losers: Sequence[str],
    now: datetime,
    *,
    reason: str = "merged",
    before: Sequence[Row] | None = None,
) -> list[Row]:
    """
    Return the rows to write so that the rows `losers`, and all under them, mean `winner` (ids).

    before: the rows as they are in the store, where some of `rows` are not there yet.
    BadUsage when they are of several namespaces or one is the winner itself.
    """
    table = {row["id"]: row for row in rows}
    if winner in losers:
        raise BadUsage(f"{table[winner]['name']!r} is the same entity", "name two different ones")
    for id_ in losers:
        if table[id_]["namespace"] != table[winner]["namespace"]:
            what = f"{table[id_]['name']!r} is in namespace {table[id_]['namespace']}"
            raise BadUsage(what, "only entities of one namespace can be merged")
    if set(losers) & set(_ids_to_entity(table, winner)):
        table[winner] = _parted(table[winner])
    for id_ in losers:
        kept = [other for other in _never(table[id_]) if other != winner]
        merged = with_evidence(table[id_], {**_by_user(reason), "never": kept})
        table[id_] = {**merged, "canonical_id": winner}
        others = [other for other in _never(table[winner]) if other != id_]
        table[winner] = with_evidence(table[winner], {"never": others})
    return changed(rows if before is None else before, list(table.values()), now)


def split(rows: Sequence[Row], id_: str, names: Sequence[str], now: datetime) -> list[Row]:
    """
    Return the rows to write so that some names of the entity `id_` are entities by themselves.

    Rules do not merge them with it again. InputNotFound for what is not one of its names.
    """
    table = {row["id"]: row for row in rows}
    entity = canonical_of(rows)[id_]
    namespace = table[entity]["namespace"]
    for name in names:
        part = name if name in table else entity_id(namespace, name)
        if part == entity:
            raise BadUsage(f"{name!r} is what the entity is called", "split its other names off")
        if part not in table or canonical_of(table.values())[part] != entity:
            called = table[entity]["name"]
            others = ", ".join(table[entity]["aliases"] or []) or "none"
            raise InputNotFound(f"{called!r} is not called {name!r}", f"other names: {others}")
        never = sorted({*_never(table[part]), entity})
        table[part] = with_evidence(_parted(table[part]), {**_by_user("split"), "never": never})
    return changed(rows, list(table.values()), now)


def write_decisions(transaction: Transaction, rows: Sequence[Row], now: datetime) -> None:
    """Write rows that a person changed, by merge or split, in the place of those that were."""
    transaction.upsert("entities", records_to_table(rows, entities()), ["id"])
    put_stamps(transaction, {row["id"]: (ENTITY,) for row in rows}, by_hand=True, now=now)


def _by_user(what: str) -> dict[str, Any]:
    return {"by": BY_USER, "reason": what, "score": None, "scores": None}


def _parted(row: Row) -> Row:
    """Return a row as an entity by itself."""
    return {**with_evidence(row, dict.fromkeys(MERGE_FIELDS)), "canonical_id": None}


def _never(row: Row) -> list[str]:
    return list(evidence_of(row).get("never", ()))


def _ids_to_entity(table: Mapping[str, Row], id_: str) -> list[str]:
    """Return the ids from a row up to its entity, each once."""
    path = [id_]
    while (above := table[path[-1]]["canonical_id"]) in table and above not in path:
        path.append(above)
    return path
