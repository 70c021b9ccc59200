"""Writing of memories and links by the steps that change a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.stamps import put_stamps
from schemas import tables as schemas
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Transaction

Rows = TypeVar("Rows", "pa.Table", "pa.RecordBatch")


def with_columns(rows: Rows, changes: Mapping[str, Mapping[str, Any]]) -> Rows:
    """
    Return rows, a table or a batch, with new values in some columns.

    changes: the new values by column, by id; one that is a function is called with the old value.
    """
    import pyarrow as pa

    new = [changes.get(id_, {}) for id_ in rows["id"].to_pylist()]
    for name in sorted({name for values in new for name in values}):
        index = rows.schema.get_field_index(name)
        column = rows.schema.field(index)
        pairs = zip(new, rows[name].to_pylist(), strict=True)
        changed = pa.array([_new_value(values, name, old) for values, old in pairs], column.type)
        rows = rows.set_column(index, column, changed)
    return rows


def _new_value(values: Mapping[str, Any], name: str, old: Any) -> Any:
    value = values.get(name, old)
    return value(old) if callable(value) else value


def update_columns(
    transaction: Transaction,
    changes: Mapping[str, Mapping[str, Any]],
    tables: Sequence[str] = MEMORY_TABLES,
    *,
    now: datetime | None = None,
    by_hand: bool = False,
) -> None:
    """
    Give columns of memories new values (see `with_columns`), in whichever table they are.

    now: when that is done, by default at present; by_hand: by a person, and not by a rule. Other
    stores that have the same memories take the values over by that.
    """
    there = replace_columns(transaction, changes, tables)
    put_stamps(transaction, {id_: changes[id_] for id_ in there}, by_hand, now)


def replace_columns(
    transaction: Transaction,
    changes: Mapping[str, Mapping[str, Any]],
    tables: Sequence[str] = MEMORY_TABLES,
) -> list[str]:
    """Give columns of memories values that are no change of its own; return which are there."""
    there: list[str] = []
    for table in tables:
        rows = transaction.read_ids(table, sorted(changes))
        transaction.upsert(table, with_columns(rows, changes), ["id"])
        there += rows["id"].to_pylist()
    return there


def link_row(
    source: str, target: str, relation: str, weight: float, reason: str | None, now: datetime
) -> Row:
    """Return a row of `links`."""
    return {
        "source_id": source,
        "target_id": target,
        "relation": relation,
        "weight": weight,
        "reason": reason,
        "recorded_at": now,
    }


def write_links(transaction: Transaction, rows: Sequence[Row]) -> int:
    """Append the links that are not there yet and return how many those were."""
    unique = {(r["source_id"], r["target_id"], r["relation"]): r for r in rows}
    known = known_links(transaction, sorted({source for source, _, _ in unique}))
    new = [row for key, row in unique.items() if key not in known]
    if new:
        transaction.append("links", records_to_table(new, schemas.links()))
    return len(new)


def known_links(transaction: Transaction, sources: Sequence[str]) -> set[tuple[str, str, str]]:
    """Return (source, target, relation) of the links that start at some memories."""
    columns = ["source_id", "target_id", "relation"]
    found: set[tuple[str, str, str]] = set()
    for batch in transaction.scan_ids("links", sources, columns, on="source_id"):
        found.update(zip(*(batch[name].to_pylist() for name in columns), strict=True))
    return found
