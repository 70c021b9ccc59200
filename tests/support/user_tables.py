"""A table of the user's own in a store, as tests begin with one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from memcli.memory.user_tables.changes import NumberedRow, create, insert
from memcli.memory.user_tables.columns import Column
from store import Store

NOW = datetime(2026, 5, 1, tzinfo=UTC)
COLUMNS = [Column("item", "text"), Column("left", "integer"), Column("more", "json")]


def numbered(*rows: dict[str, Any]) -> list[NumberedRow]:
    """Return rows as lines of stdin, from 1."""
    return [NumberedRow(line, row) for line, row in enumerate(rows, 1)]


def stocked(store: Store, *rows: dict[str, Any], key: tuple[str, ...] = ("item",)) -> None:
    """Make the table `stock` with some rows, as one commit."""
    with store.transaction("table") as transaction:
        table = create(transaction, "stock", COLUMNS, key)
        insert(transaction, table, numbered(*rows), "default", NOW)
        transaction.publish()
