"""Ask the store in SQL, read only."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from memcli.cli.app import fail_with
from memcli.cli.progress import note
from memcli.cli.stdin import read_text
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage


@with_store("read", "store namespace at * format")
def sql_command(
    call: Call,
    statement: Annotated[
        str | None, typer.Argument(help="One SELECT statement; - or none is stdin.")
    ] = None,
    max_rows: Annotated[
        int, typer.Option("--max-rows", help="Give at most this many rows; 0 is all.", min=0)
    ] = 10_000,
    timeout: Annotated[
        float, typer.Option("--timeout", help="Give up after this many seconds.", min=0.001)
    ] = 30.0,
) -> None:
    """
    Ask the store in SQL, read only.

    The tables are memories, archive, entities, links, strengths, sources, tombstones, stamps and
    accesses, the views turns, statements and sessions. It is the SQL of DuckDB, without files,
    network or extensions, in 1 GB of memory. With a namespace, the tables hold what is in it.

    Example: memcli sql "SELECT speaker, count(*) AS turns FROM turns GROUP BY ALL ORDER BY 2 DESC"

    EXIT STATUS: 0 done, 2 a statement that is wrong, writes or takes too long, 66 no such store or
    commit, 74 I/O error.
    """
    asked = _read_statement(statement)
    answer = call.snapshot.run_statement(
        asked, max_rows or None, timeout, call.namespace, fail_with
    )
    from memcli.cli.sql_rows import rows_to_records

    if answer.cut:
        note(f"only the first {max_rows:,} rows are shown (raise --max-rows; 0 is all)")
    names = answer.rows.column_names
    text = "text" if "text" in names else next(iter(names), "")
    call.show(rows_to_records(answer.rows), names, text=text)


def _read_statement(given: str | None) -> str:
    """Return the statement: the argument, or what stdin has; a terminal is not read."""
    if given not in (None, "-"):
        return str(given)
    if sys.stdin is None or sys.stdin.isatty():
        raise BadUsage("no statement", 'give one: memcli sql "SELECT * FROM sessions"')
    return read_text("the statement")
