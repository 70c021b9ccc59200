"""
List and show who and what the memories are about; merge, split and alias their names.

What you merge, split or alias is not changed by `link`, and `undo` takes it back.

Example: memcli entities merge "Elizabeth Brandt" Liz "the boss"

EXIT STATUS: 0 done, 2 usage, or a name of several namespaces, 66 no such entity, store or commit,
74 I/O error or disk full, 75 locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from memcli.cli import options
from memcli.cli.with_store import Call, with_store
from memcli.jsonl import Json
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from store import Snapshot, Transaction

ACTIONS: Final = ("list", "show", "merge", "split", "alias")
COLUMNS: Final = ("name", "type", "aliases", "mentions", "first_at", "last_at")
SHOW_COLUMNS: Final = ("kind", "id", "name", "happened_at", "text")
ALIAS_COLUMNS: Final = ("name", "means", "by", "namespace", "source_ids")
CHANGE_COLUMNS: Final = ("id", "name", "canonical_id", "aliases")
Action = Literal["merge", "split", "alias", "remove"]
READING: Final = "store namespace at quiet format"
WRITING: Final = "store namespace dry_run quiet format"
NameArgument = Annotated[str, typer.Argument(help="Name or id of an entity.", metavar="NAME")]
OthersArgument = Annotated[
    list[str], typer.Argument(help="Other names or ids.", metavar="OTHER...")
]


@with_store("read", READING)
def list_command(call: Call) -> None:
    """
    List entities with their other names, the most mentioned first.

    Example: memcli entities list --format table

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    from memcli.memory.entity_records import listed

    call.show(listed(call.snapshot, call.namespace), COLUMNS, text="name")


@with_store("read", READING)
def show_command(
    call: Call,
    names: Annotated[
        list[str], typer.Argument(help="Names or ids of entities.", metavar="NAME...")
    ],
) -> None:
    """
    Show the spellings of entities, and what mentions them.

    Gives each spelling of an entity with the evidence that it is one of its names, and the newest
    memories that mention it.

    Example: memcli entities show Liz --namespace work

    EXIT STATUS: 0 done, 2 usage, or a name of several namespaces, 66 no such entity, store or
    commit, 74 I/O error.
    """
    from memcli.memory.entity_records import shown

    options.require_utf8(**{f"name {place}": name for place, name in enumerate(names, 1)})
    records = shown(call.snapshot, names, call.namespace)
    call.show(map(as_line, records) if call.is_tabular else records, SHOW_COLUMNS)


@with_store("write", WRITING)
def merge_command(call: Call, name: NameArgument, others: OthersArgument) -> None:
    """
    Make names other names of one entity.

    It is not changed by `link`, and `undo` takes it back. The rows that change go to stdout.

    Example: memcli entities merge "Elizabeth Brandt" Liz "the boss"

    EXIT STATUS: 0 done, so already too, 2 usage, or a name of several namespaces, 66 no such entity
    or store, 74 I/O error or disk full, 75 locked.
    """
    overrule(call, "merge", name, others)


@with_store("write", WRITING)
def split_command(call: Call, name: NameArgument, others: OthersArgument) -> None:
    """
    Make names entities by themselves again.

    It is not changed by `link`, and `undo` takes it back. The rows that change go to stdout.

    Example: memcli entities split "Elizabeth Brandt" Liz

    EXIT STATUS: 0 done, so already too, 2 usage, or a name of several namespaces, 66 no such entity
    or store, 74 I/O error or disk full, 75 locked.
    """
    overrule(call, "split", name, others)


@with_store("write", "store namespace * dry_run quiet format")
def alias_command(
    call: Call,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="A name or id, then words that mean it.", metavar="[NAME [ALIAS...]]"),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="They mean it no longer.")] = False,
) -> None:
    """
    Make words mean a name, or list them.

    `link` reads what is said to stand for something ("PTO stands for paid time off"). Without
    words, those of the name are listed, without a name all.

    Example: memcli entities alias "paid time off" PTO

    EXIT STATUS: 0 done, so already too, 2 usage, or a name of several namespaces, 66 no such entity
    or store, 74 I/O error or disk full, 75 locked.
    """
    given = names or []
    options.require_utf8(**{f"name {place}": name for place, name in enumerate(given, 1)})
    if len(given) > 1:
        overrule(call, "remove" if remove else "alias", given[0], given[1:])
    elif remove:
        raise BadUsage("nothing to remove", "memcli entities alias NAME ALIAS --remove")
    else:
        _list_aliases(replace(call, mode="read"), *given)


def _list_aliases(call: Call, name: str | None = None) -> None:
    """List the words that mean a name, or all."""
    from memcli.memory.entity_aliases import listed_aliases
    from memcli.memory.entity_records import entity_rows

    records = listed_aliases(entity_rows(call.snapshot, call.namespace), name)
    by = ({**record, "by": record["evidence"]["by"]} for record in records)
    call.show(by if call.is_tabular else records, ALIAS_COLUMNS)


def as_line(record: Json) -> Json:
    """Return an entity or a memory as a line of a table."""
    if record["kind"] == "memory":
        return {**record, "name": record.get("speaker")}
    why = record.get("evidence") or {}
    score = f" ({why['score']:.2f})" if "score" in why else ""
    said = f"by {why['by']}: {why['reason']}{score}" if "by" in why else None
    also = f"also {', '.join(record['aliases'])}" if record.get("aliases") else None
    parts = (record.get("type"), also, said, f"{record['mentions']} mentions")
    return {**record, "text": "; ".join(part for part in parts if part)}


def overrule(call: Call, action: Action, name: str, others: list[str]) -> None:
    """Merge, split or alias names, and say and show what that changed."""
    from memcli.memory.entity_records import as_record

    names = [name, *others]
    options.require_utf8(**{f"name {place}": name for place, name in enumerate(names, 1)})
    rows = _commit_override(call, action, names)
    call.say(change_text(rows, call.dry_run))
    call.show(map(as_record, rows), CHANGE_COLUMNS, text="name")


def _commit_override(call: Call, action: Action, names: list[str]) -> list[Row]:
    """Write what such an action changes, in one transaction, and return it."""
    from memcli.memory.entity_overrides import write_decisions

    if call.dry_run:
        return _overruled(call, call.snapshot, action, names)
    kind = "alias" if action == "remove" else action
    given = given_options(
        action=kind, names=names, namespace=call.namespace, remove=action == "remove"
    )

    def write(transaction: Transaction) -> list[Row]:
        rows = _overruled(call, transaction, action, names)
        if rows:
            write_decisions(transaction, rows, datetime.now(UTC))
            transaction.publish()
        return rows

    return call.store.write("entities", write, given)


def _overruled(
    call: Call, source: Snapshot | Transaction, action: Action, names: list[str]
) -> list[Row]:
    """Return the rows that an action changes."""
    from memcli.memory import entity_aliases
    from memcli.memory.entity_overrides import merge_named, split_named
    from memcli.memory.entity_records import entity_rows

    rows, now = entity_rows(source, call.namespace), datetime.now(UTC)
    if action in ("merge", "split"):
        overruled = split_named if action == "split" else merge_named
        return overruled(rows, names, now)
    home = entity_aliases.home_of(source, rows, names[0], call.namespace)
    if action == "remove":
        return entity_aliases.remove_aliases(rows, home, names[0], names[1:], now)
    if new := entity_aliases.new_name(rows, names[0], home):
        call.say(new)
    return entity_aliases.add_aliases(rows, home, names[0], names[1:], now)


def change_text(rows: Sequence[Row], dry_run: bool) -> str:
    """Return in a sentence what such an action did."""
    if not rows:
        return "that is so already; nothing was changed"
    said = ", ".join(repr(row["name"]) for row in rows)
    if dry_run:
        return f"dry run: would change {said}; nothing was changed"
    return f"changed {said} (memcli undo takes that back)"
