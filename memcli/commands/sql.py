"""Ask the store in SQL; write to tables of your own."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.app import fail_with
from memcli.cli.stdin import read_text
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from store import Commit, Transaction


@with_store("read", "store namespace at * now dry_run quiet format")
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
    write: Annotated[
        bool, typer.Option("--write", help="Change tables of your own (memcli table).")
    ] = False,
) -> None:
    """
    Ask the store in SQL; write to tables of your own.

    The tables are memories, archive, entities, links, strengths, sources, tombstones, stamps and
    accesses, the views turns, statements and sessions, and what `memcli table` makes. It is the SQL
    of DuckDB, without files, network or extensions, in 1 GB of memory. With a namespace, the tables
    hold only what is in it. With --write, one INSERT, UPDATE, DELETE or MERGE changes a table of
    your own, as a commit; all others it can only read.

    Example: memcli sql "SELECT speaker, count(*) AS turns FROM turns GROUP BY ALL ORDER BY 2 DESC"

    EXIT STATUS: 0 done, 2 a statement that is wrong, writes elsewhere or takes too long, 66 no such
    store or commit, 74 I/O error or disk full, 75 locked, or changed meanwhile.
    """
    asked = _read_statement(statement)
    if write:
        _write(replace(call, mode="write"), asked, timeout)
        return
    answer = call.snapshot.run_statement(
        asked, max_rows or None, timeout, call.namespace, fail_with
    )
    from memcli.cli.sql_rows import rows_to_records

    if answer.cut:
        call.say(f"only the first {max_rows:,} rows are shown (raise --max-rows; 0 is all)")
    names = answer.rows.column_names
    text = "text" if "text" in names else next(iter(names), "")
    call.show(rows_to_records(answer.rows), names, text=text)


def _write(call: Call, statement: str, timeout: float) -> None:
    """Change tables of the user's own by a statement, as one commit, and show how many rows."""
    from memcli.memory.spaces import DEFAULT_NAMESPACE
    from memcli.memory.user_tables.sql_changes import work_out

    if call.given.get("at") is not None:
        raise BadUsage("--write is of what is now", "leave --at out")
    changes = work_out(call.snapshot, statement, call.namespace, timeout, fail_with)
    counts = changes.counts()
    said = ", ".join(f"{n:,} of {name}" for name, n in counts.items())
    if not counts:
        call.say("nothing to change")
        return

    def write(transaction: Transaction) -> Commit | None:
        changes.write(transaction, call.namespace or DEFAULT_NAMESPACE, call.now)
        return None if call.dry_run else transaction.publish(call.now)

    commit = call.store.write("sql", write, {"tables": counts})
    if commit is None:
        call.say(f"dry run: would change rows: {said}; nothing was written")
        return
    call.say(f"changed rows: {said}; commit {commit.number} (undo takes it back)")
    call.summary(counts, commit.number)


def _read_statement(given: str | None) -> str:
    """Return the statement: the argument, or what stdin has; a terminal is not read."""
    if given not in (None, "-"):
        return str(given)
    if sys.stdin is None or sys.stdin.isatty():
        raise BadUsage("no statement", 'give one: memcli sql "SELECT * FROM sessions"')
    return read_text("the statement")
