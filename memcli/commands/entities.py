"""Who and what the memories are about: list, show, merge and split entities."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memcli.cli import options, output
from memcli.cli.progress import note
from memcli.jsonl import Row
from memcli.memory.step import given_options
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from store import Store


class Action(StrEnum):
    """What can be done with entities."""

    LIST = "list"
    SHOW = "show"
    MERGE = "merge"
    SPLIT = "split"


COLUMNS = ("name", "type", "aliases", "mentions", "first_at", "last_at")
SHOW_COLUMNS = ("kind", "id", "name", "happened_at", "text")
CHANGE_COLUMNS = ("id", "name", "canonical_id", "aliases")
LEAST_NAMES = {Action.LIST: 0, Action.SHOW: 1, Action.MERGE: 2, Action.SPLIT: 2}


def entities_command(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Names or ids of entities.", metavar="[NAME...]")
    ] = None,
    store: options.StoreOption = None,
    namespace: options.NamespaceOption = None,
    at: options.AtOption = None,
    dry_run: options.DryRunOption = False,
    quiet: options.QuietOption = False,
    format: options.FormatOption = None,
) -> None:
    """
    List and show who and what the memories are about; merge and split their names.

    `list` gives every entity with its other names, the most mentioned first. `show NAME...` gives
    each spelling of an entity with the evidence that it is one of its names, and the newest
    memories that mention it. `merge NAME OTHER...` makes the others names of the first one,
    `split NAME OTHER...` makes them entities by themselves again. What you merge or split is not
    changed by `link`, and `undo` takes it back.

    Example: memcli entities merge "Elizabeth Brandt" Liz "the boss"

    EXIT STATUS: 0 done, 2 usage, or a name of several namespaces, 66 no such entity, store or
    commit, 74 I/O error or disk full, 75 locked.
    """
    given = names or []
    if len(given) < LEAST_NAMES[action] or (action is Action.LIST and given):
        least = LEAST_NAMES[action]
        raise BadUsage(
            f"{action} takes {f'{least} or more' if least else 'no'} names", "see --help"
        )
    options.require_utf8(**{f"name {place}": name for place, name in enumerate(given, 1)})
    opened = options.open_store(store)
    bound = options.namespace_filter(namespace)
    from memcli.memory import entity_records

    if action in (Action.MERGE, Action.SPLIT):
        if at is not None:
            raise BadUsage(f"--at goes with list and show, not with {action}", "leave it out")
        rows = _change(opened, action, given, bound, dry_run)
        if not quiet:
            note(change_text(rows, dry_run))
        output.show(map(entity_records.as_record, rows), format, CHANGE_COLUMNS, text="name")
        return
    snapshot = opened.snapshot(options.snapshot_moment(at))
    if action is Action.LIST:
        output.show(entity_records.listed(snapshot, bound), format, COLUMNS, text="name")
    else:
        records = entity_records.shown(snapshot, given, bound)
        plain = map(as_line, records) if output.is_tabular(format) else records
        output.show(plain, format, SHOW_COLUMNS)


def _change(
    store: Store, action: Action, names: list[str], namespace: str | None, dry_run: bool
) -> list[Row]:
    """Write what a merge or a split changes, in one transaction, and return it."""
    from memcli.memory.entity_overrides import merge_named, split_named
    from memcli.memory.entity_records import entity_rows

    overruled = split_named if action is Action.SPLIT else merge_named
    if dry_run:
        return overruled(entity_rows(store.snapshot(), namespace), names, datetime.now(UTC))
    import pyarrow as pa

    from schemas.tables import entities

    given = given_options(action=str(action), names=names, namespace=namespace)
    with store.transaction("entities", given) as transaction:
        rows = overruled(entity_rows(transaction, namespace), names, datetime.now(UTC))
        if rows:
            transaction.upsert("entities", pa.Table.from_pylist(rows, schema=entities()), ["id"])
            transaction.publish()
    return rows


def as_line(record: dict[str, Any]) -> dict[str, Any]:
    """Return an entity or a memory as a line of a table."""
    if record["kind"] == "memory":
        return {**record, "name": record.get("speaker")}
    why = record.get("evidence") or {}
    score = f" ({why['score']:.2f})" if "score" in why else ""
    said = f"by {why['by']}: {why['reason']}{score}" if "by" in why else None
    also = f"also {', '.join(record['aliases'])}" if record.get("aliases") else None
    parts = (record.get("type"), also, said, f"{record['mentions']} mentions")
    return {**record, "text": "; ".join(part for part in parts if part)}


def change_text(rows: list[Row], dry_run: bool) -> str:
    """Return in a sentence what a merge or a split did."""
    if not rows:
        return "that is so already; nothing was changed"
    said = ", ".join(repr(row["name"]) for row in rows)
    if dry_run:
        return f"dry run: would change {said}; nothing was changed"
    return f"changed {said} (memcli undo takes that back)"
