"""
Keep tables of your own: create, insert, update, delete, drop, list.

Lists, inventories, expenses: rows that are no memories, in the same commits, so that `log`, `undo`,
`--at`, `check`, `export` and `backup` cover them. Rows are JSON Lines on stdin, one object each;
`memcli sql` reads the tables beside its own, and `memcli sql --write` changes them in SQL.

Example: echo '{"day": "2026-05-01", "what": "bread", "euros": 3.2}' | memcli table create expenses

EXIT STATUS: 0 done, 2 usage, 65 a row that does not fit, 66 no such table or store, 73 there is
such a table already, 74 I/O error or disk full, 75 locked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from memcli.cli.stdin import numbered_objects
from memcli.cli.with_store import Call, with_store
from memcli.commands._publishing import Verbs, publish
from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from memcli.memory.user_tables.changes import NumberedRow, OwnTable
    from memcli.memory.user_tables.columns import Definition
    from store import Transaction

ACTIONS: Final = ("create", "insert", "update", "delete", "drop", "list")
READING: Final = "store namespace at quiet format"
WRITING: Final = "store namespace now dry_run quiet format"
LIST_COLUMNS: Final = ("name", "columns", "key", "rows")
Change = Callable[["Transaction", "OwnTable"], "list[Row]"]
# What was done, and what would be.
NameArgument = Annotated[str, typer.Argument(help="The table.", metavar="NAME")]
OnOption = Annotated[
    list[str] | None,
    typer.Option("--on", help="Find rows by this; repeat. Else by the key.", metavar="COLUMN"),
]
PurgeOption = Annotated[
    bool, typer.Option("--purge", help="For good: no earlier commit is kept either.")
]


@with_store("create", "* store namespace now dry_run create quiet format")
def create_command(
    call: Call,
    name: NameArgument,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="A column, of text, integer, number, boolean, date, time or json; repeat.",
            metavar="NAME:TYPE",
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", "-k", help="What names a row; repeat.", metavar="COLUMN"),
    ] = None,
) -> None:
    """
    Make a table, of rows on stdin, of --column, or of both.

    Columns that are not stated have the type that all rows fit. No two rows of a namespace have one
    --key. The table's record goes to stdout.

    Example: memcli table create stock --column item:text --column left:integer --key item

    EXIT STATUS: 0 done, 2 usage, 65 a row that does not fit, 66 no such store, 73 there is such a
    table already, 74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.user_tables import changes
    from memcli.memory.user_tables.columns import parse_column
    from memcli.memory.user_tables.listing import as_record

    stated = [parse_column(text) for text in columns or ()]
    rows = [] if sys.stdin is None or sys.stdin.isatty() else given_rows()

    def write(transaction: Transaction) -> Row:
        table = changes.create(transaction, name, stated, key or [], rows)
        made = changes.insert(transaction, table, rows, space_of(call), call.now)
        transaction.arguments |= given_options(rows=len(made))
        record = as_record(transaction, table, call.namespace)
        publish(call, transaction, ("made", "make"), f"table {name} with {in_words(len(made))}")
        return record

    _show_tables(call, [call.store.write("table", write, {"action": "create", "table": name})])


@with_store("write", WRITING)
def insert_command(call: Call, name: NameArgument) -> None:
    """
    Add the rows on stdin to a table.

    A row has some of its columns, the others are null. Where one does not fit, or has the key of
    another, nothing is written. What was written goes to stdout.

    Example: echo '{"item": "flour", "left": 2}' | memcli table insert stock

    EXIT STATUS: 0 done, 2 usage, 65 a row that does not fit, 66 no such table or store, 74 I/O
    error or disk full, 75 locked.
    """
    from memcli.memory.user_tables import changes

    rows = _asked_rows()

    def inserted(transaction: Transaction, table: OwnTable) -> list[Row]:
        return changes.insert(transaction, table, rows, space_of(call), call.now)

    _change(call, name, "insert", inserted, ("added", "add"), "to")


@with_store("write", WRITING)
def update_command(
    call: Call,
    name: NameArgument,
    on: OnOption = None,
    upsert: Annotated[
        bool, typer.Option("--upsert", help="Add the rows that are not there.")
    ] = False,
) -> None:
    """
    Change rows of a table by those on stdin.

    A row on stdin says by its key, or by --on, which rows it means, and what they are to have in
    its other columns; those that it does not name stay. `memcli sql --write` does it by a
    condition.

    Example: echo '{"item": "flour", "left": 1}' | memcli table update stock

    EXIT STATUS: 0 done, 2 usage, 65 a row that does not fit or finds none, 66 no such table or
    store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.user_tables import changes

    rows = _asked_rows()

    def updated(transaction: Transaction, table: OwnTable) -> list[Row]:
        by = _found_by(table, on)
        return changes.update(
            transaction, table, rows, by, call.namespace, space_of(call), call.now, upsert
        )

    _change(call, name, "update", updated, ("changed", "change"), "of")


@with_store("write", WRITING)
def delete_command(
    call: Call,
    name: NameArgument,
    on: OnOption = None,
    where: Annotated[
        str | None, typer.Option(help="Those that meet this condition in SQL.", metavar="SQL")
    ] = None,
    purge: PurgeOption = False,
) -> None:
    """
    Take rows out of a table: those on stdin, or those of --where.

    A row on stdin means the rows that equal it in the key, or in --on, else in all that it says, so
    that what `memcli sql` gives can be piped in. What was taken out goes to stdout.

    Example: memcli table delete expenses --where "day < '2026-01-01'"

    EXIT STATUS: 0 done, none too, 2 usage, 65 a row that does not fit, 66 no such table or store,
    74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.user_tables import changes

    if where is not None and on:
        raise BadUsage("--on is for rows on stdin", "give it, or --where")
    rows = [] if where is not None else _asked_rows()

    def deleted(transaction: Transaction, table: OwnTable) -> list[Row]:
        if where is not None:
            return changes.delete_where(transaction, table, where, call.namespace)
        by = [*(on or table.definition.key)]
        return changes.delete(transaction, table, rows, by, call.namespace, call.now)

    _change(call, name, "delete", deleted, ("took", "take"), "out of", purge)


@with_store("write", WRITING)
def drop_command(call: Call, name: NameArgument, purge: PurgeOption = False) -> None:
    """
    Drop a table, with all its rows.

    `undo` brings it back, and `--at` reads what it was; with --purge neither does.

    Example: memcli table drop expenses

    EXIT STATUS: 0 done, 2 usage, 66 no such table or store, 74 I/O error or disk full, 75 locked.
    """
    from memcli.memory.user_tables import changes
    from memcli.memory.user_tables.listing import as_record

    given = {"action": "drop", "table": name, **given_options(purge=purge)}

    def write(transaction: Transaction) -> Row:
        table = changes.open_table(transaction, transaction.names, name)
        record = as_record(transaction, table, None)
        changes.drop(transaction, table, call.now)
        what = f"table {name} with {in_words(record['rows'])}"
        publish(call, transaction, ("dropped", "drop"), what, purge)
        return record

    _show_tables(call, [call.store.write("forget" if purge else "table", write, given)])


@with_store("read", READING)
def list_command(call: Call) -> None:
    """
    List the tables of your own, with their columns and how many rows they have.

    Example: memcli table list --format table

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.memory.user_tables.listing import listed

    _show_tables(call, listed(call.snapshot, call.namespace))


def _show_tables(call: Call, records: Iterable[Row]) -> None:
    """Show tables, for people with their columns as they are stated."""
    shown = map(as_line, records) if call.is_tabular else records
    call.show(shown, LIST_COLUMNS, text="name")


def as_line(record: Row) -> Row:
    """Return a table as a line for people."""
    columns = ", ".join(f"{each['name']} {each['type']}" for each in record["columns"])
    return {**record, "columns": columns}


def given_rows() -> list[NumberedRow]:
    """Return the rows on stdin with the numbers of their lines."""
    from memcli.memory.user_tables.changes import NumberedRow

    return [NumberedRow(number, row) for number, row in numbered_objects("row")]


def _asked_rows() -> list[NumberedRow]:
    if sys.stdin is None or sys.stdin.isatty():
        raise BadUsage("no rows on stdin", "pipe JSON Lines in, one object for each row")
    return given_rows()


def space_of(call: Call) -> str:
    """Return the namespace that new rows go to."""
    return call.namespace or DEFAULT_NAMESPACE


def _found_by(table: OwnTable, on: Sequence[str] | None) -> list[str]:
    """Return the columns by which rows are found; BadUsage where there are none."""
    by = [*(on or table.definition.key)]
    if not by:
        raise BadUsage(f"{table.name} has no key", "say by what rows are found: --on COLUMN")
    known = dict(table.definition.columns)
    for name in by:
        if name not in known:
            raise BadUsage(f"{table.name} has no column {name!r}", f"columns: {', '.join(known)}")
    return by


def _change(
    call: Call,
    name: str,
    action: str,
    change: Change,
    verbs: Verbs,
    preposition: str,
    purge: bool = False,
) -> None:
    """Change the rows of a table in one transaction, and show those that it concerned."""
    from memcli.memory.user_tables.changes import open_table
    from memcli.memory.user_tables.listing import rows_to_records

    given: dict[str, Any] = {"action": action, "table": name, **given_options(purge=purge)}

    def write(transaction: Transaction) -> tuple[list[Row], Definition]:
        table = open_table(transaction, transaction.names, name)
        rows = change(transaction, table)
        transaction.arguments["rows"] = len(rows)
        what = f"{in_words(len(rows))} {preposition} {name}"
        publish(call, transaction, verbs, what, purge)
        return rows, table.definition

    rows, definition = call.store.write("forget" if purge else "table", write, given)
    names = [column for column, _ in definition.columns]
    call.show(rows_to_records(rows, definition), names, text=names[0])


def in_words(rows: int) -> str:
    """Return how many rows something has."""
    return "1 row" if rows == 1 else f"{rows:,} rows"
