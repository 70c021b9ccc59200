"""
Changes to tables of the user's own: made, filled, corrected, thinned out, dropped.

Each works on a transaction, so that it sees what others wrote before; whoever calls publishes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from memcli.jsonl import Row
from memcli.memory.ids import content_id
from memcli.memory.user_tables.columns import Column, Definition, Values, define, infer_columns
from memcli.memory.user_tables.columns import read_values as read_values_of
from memcli.memory.user_tables.purged import refuse_purged
from memcli.memory.user_tables.row_stamps import identity, put_back_stamps, put_row_stamps
from store.errors import BadRecord, BadUsage, InputNotFound, StoreExists
from store.literals import quoted
from store.reading import portions
from store.user_tables import (
    NAME,
    NAMESPACE,
    RECORDED_AT,
    ROW_COLUMNS,
    ROW_ID,
    user_tables,
)

if TYPE_CHECKING:
    from store import Transaction
    from store.reading import TableReader

STDIN: Final = "stdin"
# Of rows, for a condition in SQL: no column of the user's is called so.
PLACE: Final = "_place"
TIMEOUT_S: Final = 30.0


class NumberedRow(NamedTuple):
    """A row as it was given, and the number of its line."""

    line: int
    values: Row


class OwnTable(NamedTuple):
    """A table of the user's own, as a transaction or a snapshot has it."""

    name: str
    key: str
    definition: Definition


def open_table(reader: TableReader, tables: Iterable[str], name: str) -> OwnTable:
    """Return a table by its name; InputNotFound where there is none."""
    known = user_tables(tables)
    if name not in known:
        others = f"tables: {', '.join(known)}" if known else f"make it: memcli table create {name}"
        raise InputNotFound(f"there is no table {name!r}", others)
    return OwnTable(name, known[name], Definition.of(reader.table(known[name])))


def create(
    transaction: Transaction,
    name: str,
    columns: Sequence[Column],
    key: Sequence[str],
    rows: Sequence[NumberedRow] = (),
) -> OwnTable:
    """
    Make a table, without rows.

    columns: stated; those of `rows` that are not get the types that fit. Raises BadUsage for a name
    or columns that cannot be, StoreExists where there is a table of that name.
    """
    if name in user_tables(transaction.names):
        raise StoreExists(f"there is a table {name!r} already", f"memcli table insert {name}")
    stated = {column.name for column in columns}
    inferred = [c for c in infer_columns(row.values for row in rows) if c.name not in stated]
    return make(transaction, name, define([*columns, *inferred], key))


def make(transaction: Transaction, name: str, definition: Definition) -> OwnTable:
    """Make a table, of which there is none; BadUsage for a name that cannot be."""
    _require_name(name)
    made = transaction.make_user_table(name, definition.to_schema())
    return OwnTable(name, made, definition)


def _require_name(name: str) -> None:
    from store.sql import is_taken

    if NAME.fullmatch(name) is None:
        remedy = "a letter, then up to 62 letters, digits and _; all of them small and ASCII"
        raise BadUsage(f"{name!r} cannot be the name of a table", f"give {remedy}")
    if is_taken(name):
        raise BadUsage(f"{name!r} means something else in SQL", "choose another name")


def insert(
    transaction: Transaction,
    table: OwnTable,
    rows: Sequence[NumberedRow],
    namespace: str,
    now: datetime,
) -> list[Row]:
    """Add rows and return them as they are kept; BadRecord for one that does not fit."""
    known = {_named(row, table.definition.key) for row in _key_rows(transaction, table, namespace)}
    made = []
    for row in rows:
        values = _read(row, table)
        if table.definition.key:
            named = _require_key(row, values, table)
            if named in known:
                told = _told_key(values, table.definition.key)
                raise _bad(row, f"{table.name} has a row with {told} already (memcli table update)")
            known.add(named)
        made.append(new_row(values, table.definition, namespace, now))
    append_rows(transaction, table, made, now)
    return made


def update(
    transaction: Transaction,
    table: OwnTable,
    rows: Sequence[NumberedRow],
    on: Sequence[str],
    namespace: str | None,
    space: str,
    now: datetime,
    upsert: bool = False,
) -> list[Row]:
    """
    Change the rows that equal the given ones in `on`, and return them as they are now.

    namespace: bounds the rows that are changed; space: the namespace of new ones; upsert: adds what
    is not there, which is BadRecord otherwise.
    """
    by_name: dict[tuple[Any, ...], list[Row]] = {}
    for kept in _rows_of(transaction, table, namespace):
        by_name.setdefault(_named(kept, on), []).append(kept)
    changed: dict[str, Row] = {}
    new: list[Row] = []
    for row in rows:
        values = _read(row, table)
        if missing := [name for name in on if name not in values]:
            raise _bad(row, f"it does not say {missing[0]!r}, by which rows are found")
        found = by_name.get(_named(values, on), [])
        if not found and not upsert:
            told = _told_key(values, on)
            raise _bad(row, f"no row of {table.name} has {told} (memcli table insert, or --upsert)")
        if not found:
            made = new_row(values, table.definition, space, now)
            by_name[_named(values, on)] = [made]
            new.append(made)
        for kept in found:
            kept.update(values, **{RECORDED_AT: now})
            changed[kept[ROW_ID]] = kept
    fresh = {row[ROW_ID] for row in new}
    append_rows(transaction, table, new, now)
    kept_rows = [row for id_, row in changed.items() if id_ not in fresh]
    replace_rows(transaction, table, kept_rows, now)
    return [*(row for id_, row in changed.items() if id_ not in fresh), *new]


def delete(
    transaction: Transaction,
    table: OwnTable,
    rows: Sequence[NumberedRow],
    on: Sequence[str],
    namespace: str | None,
    now: datetime | None = None,
) -> list[Row]:
    """Take out the rows that equal given ones in `on`, else in all they say, and return them."""
    gone: dict[str, Row] = {}
    standing = list(_rows_of(transaction, table, namespace))
    for row in rows:
        values = _read(row, table)
        names = [*on] or [*values]
        if missing := [name for name in names if name not in values]:
            raise _bad(row, f"it does not say {missing[0]!r}, by which rows are found")
        if not names:
            raise _bad(row, "it names no column")
        wanted = _named(values, names)
        gone.update((kept[ROW_ID], kept) for kept in standing if _named(kept, names) == wanted)
    delete_rows(transaction, table, [*gone], now)
    return [*gone.values()]


def drop(transaction: Transaction, table: OwnTable, now: datetime | None = None) -> None:
    """Take a table out with all its rows, which stay out when it comes again from elsewhere."""
    gone = identities(transaction, table)
    transaction.drop_user_table(table.key)
    put_row_stamps(transaction, (), gone, now)


def delete_where(
    transaction: Transaction, table: OwnTable, where: str, namespace: str | None
) -> list[Row]:
    """Take out the rows that meet a condition, and return them; BadUsage for what is none."""
    from store.sql import run_statement

    rows = list(_rows_of(transaction, table, namespace))
    columns = [name for name, _ in table.definition.columns]
    numbered = _as_table(transaction, table, rows).select(columns)
    numbered = numbered.append_column(PLACE, [list(range(len(rows)))])
    statement = f"SELECT {PLACE} FROM {table.name} WHERE ({where}\n)"
    met = run_statement({table.name: numbered}, statement, timeout_s=TIMEOUT_S)
    gone = [rows[place] for place in met.rows[PLACE].to_pylist()]
    delete_rows(transaction, table, [row[ROW_ID] for row in gone])
    return gone


# ---------------------------------------------------------------- rows of a table


def new_row(values: Values, definition: Definition, namespace: str, now: datetime) -> Row:
    """Return a row as it is kept, with an id of its own: the same row twice is two."""
    own = {name: values.get(name) for name, _ in definition.columns}
    return {
        **own,
        ROW_ID: content_id(secrets.token_hex(16)),
        NAMESPACE: namespace,
        RECORDED_AT: now,
    }


def replace_rows(
    transaction: Transaction, table: OwnTable, rows: Sequence[Row], now: datetime | None = None
) -> None:
    """Write rows in the place of those of the same ids."""
    if rows:
        refuse_purged(transaction, table.name, rows)
        before = identities(transaction, table, [row[ROW_ID] for row in rows])
        transaction.upsert(table.key, _as_table(transaction, table, rows), [ROW_ID])
        after = {identity(table.name, table.definition, row) for row in rows}
        put_row_stamps(transaction, after, before - after, now)


def delete_rows(
    transaction: Transaction, table: OwnTable, ids: Sequence[str], now: datetime | None = None
) -> None:
    """Take rows out by their ids."""
    gone = identities(transaction, table, ids)
    for some in portions(ids):
        transaction.delete(table.key, f"{ROW_ID} IN ({some})")
    put_row_stamps(transaction, (), gone, now)


def append_rows(
    transaction: Transaction, table: OwnTable, rows: Sequence[Row], now: datetime | None = None
) -> None:
    """Add rows that have their ids."""
    if rows:
        refuse_purged(transaction, table.name, rows)
        put_rows(transaction, table, rows, now)


def put_rows(
    transaction: Transaction, table: OwnTable, rows: Sequence[Row], now: datetime | None = None
) -> None:
    """Add rows of which it is known that they say nothing purged, or may."""
    if rows:
        transaction.append(table.key, _as_table(transaction, table, rows))
        added = {identity(table.name, table.definition, row) for row in rows}
        put_back_stamps(transaction, added, now)


def write_rows(
    transaction: Transaction, table: OwnTable, rows: Sequence[Row], gone: Sequence[str]
) -> None:
    """Take rows out by their ids and add others, as they are elsewhere; their stamps come along."""
    for some in portions(gone):
        transaction.delete(table.key, f"{ROW_ID} IN ({some})")
    if rows:
        transaction.append(table.key, _as_table(transaction, table, rows))


def identities(reader: TableReader, table: OwnTable, ids: Sequence[str] | None = None) -> set[str]:
    """Return what rows are known by in all stores: those of some ids, or all."""
    if not table.definition.key and ids is not None:
        return set(ids)
    columns = [ROW_ID, NAMESPACE, *table.definition.key]
    rows = (
        reader.rows(columns, tables=[table.key])
        if ids is None
        else reader.rows_of(ids, columns, ROW_ID, tables=[table.key])
    )
    return {identity(table.name, table.definition, row) for row in rows}


def _as_table(transaction: Transaction, table: OwnTable, rows: Sequence[Row]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), schema=transaction.table(table.key).schema)


def _rows_of(reader: TableReader, table: OwnTable, namespace: str | None) -> Iterator[Row]:
    bound = f"{NAMESPACE} = {quoted([namespace])}" if namespace is not None else None
    return _rows(reader, table, [bound])


def _rows(reader: TableReader, table: OwnTable, filters: Sequence[str | None]) -> Iterator[Row]:
    for where in filters:
        for batch in reader.scan(table.key, None, where):
            yield from batch.to_pylist()


def _key_rows(reader: TableReader, table: OwnTable, namespace: str) -> Iterator[Row]:
    """Yield what names the rows of a namespace; nothing where nothing does."""
    key, where = table.definition.key, f"{NAMESPACE} = {quoted([namespace])}"
    for batch in reader.scan(table.key, list(key), where) if key else ():
        yield from batch.to_pylist()


def require_unique(reader: TableReader, table: OwnTable) -> None:
    """Raise BadUsage where two rows of a namespace have one key, or a row has none."""
    key = table.definition.key
    seen: set[tuple[Any, ...]] = set()
    for batch in reader.scan(table.key, [*key, NAMESPACE]) if key else ():
        for row in batch.to_pylist():
            named = (row[NAMESPACE], *_named(row, key))
            if None in named:
                missing = key[named.index(None) - 1]
                raise BadUsage(f"a row of {table.name} would have no {missing}", "its key names it")
            if named in seen:
                told = _told_key(row, key)
                raise BadUsage(f"two rows of {table.name} would have {told}", "its key names one")
            seen.add(named)


def _read(row: NumberedRow, table: OwnTable) -> Values:
    try:
        return read_values_of(row.values, table.definition, table.name)
    except BadRecord as error:
        raise _bad(row, str(error)) from None


def _require_key(row: NumberedRow, values: Values, table: OwnTable) -> tuple[Any, ...]:
    """Return what names a row; BadRecord where a part of it is missing."""
    for name in table.definition.key:
        if values.get(name) is None:
            raise _bad(row, f"it does not say {name!r}, which is in the key of {table.name}")
    return _named(values, table.definition.key)


def _named(row: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def _told_key(row: Mapping[str, Any], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {row.get(name)}" for name in names)


def _bad(row: NumberedRow, reason: str) -> BadRecord:
    return BadRecord(reason, path=STDIN, line=row.line)


def without_own(row: Row) -> Row:
    """Return the columns of a row that the user gave it."""
    return {name: value for name, value in row.items() if name not in ROW_COLUMNS}
