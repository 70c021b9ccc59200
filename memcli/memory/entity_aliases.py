"""Aliases: names and words that mean another, as somebody said or as the user rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memcli.algorithms.mentions import Mention
from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.entities import ALIAS, aliases_of, canonical_of, entity_id, find, new_row
from memcli.memory.entity_overrides import merge, split
from memcli.memory.entity_records import as_record
from memcli.memory.glossary import is_stated
from memcli.memory.spaces import DEFAULT, nearest_names
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from store.reading import TableReader

__all__ = ["add_aliases", "home_of", "listed_aliases", "new_name", "remove_aliases"]


def home_of(source: TableReader, rows: Sequence[Row], name: str, given: str | None) -> str:
    """
    Return the namespace in which a name is given others: that one, or the one that knows it.

    A name that is new belongs to the only namespace, else to `default`; BadUsage where several
    know it.
    """
    if given is not None:
        return given
    try:
        return str(find(rows, name)["namespace"])
    except InputNotFound:
        from memcli.memory.spaces import readable

        try:
            return next(iter(readable(source, None)), DEFAULT)
        except BadUsage as error:
            raise BadUsage(f"{error.what}: {name!r} is known in none", "-n NAMESPACE") from error


def new_name(rows: Sequence[Row], name: str, namespace: str) -> str | None:
    """Return a line for a name that no entity of the namespace has, with the nearest ones."""
    inside = [row["name"] for row in rows if row["namespace"] == namespace]
    if (
        not name_key(name)
        or name_key(name) in map(name_key, inside)
        or any(row["id"] == name for row in rows)
    ):
        return None
    return f"{name!r} is new here{nearest_names(name, inside)}"


def add_aliases(
    rows: Sequence[Row], namespace: str, name: str, aliases: Sequence[str], now: datetime
) -> list[Row]:
    """
    Return the rows to write so that words mean a name; who has no row yet gets one.

    Raises as `merge` does, and BadUsage for words that are no name.
    """
    if not all(map(name_key, (name, *aliases))):
        raise BadUsage("a name without a word in it", "give what it is called")
    known = [row for row in rows if row["namespace"] == namespace]
    table = {row["id"]: row for row in known}
    ids = [each if each in table else entity_id(namespace, each) for each in (name, *aliases)]
    for id_, each in zip(ids, (name, *aliases), strict=True):
        if id_ not in table:
            table[id_] = new_row(Mention(namespace, " ".join(each.split())))
    roots = canonical_of(table.values())
    # What means the alias so far is the name from now on.
    winner = ids[0] if roots[ids[0]] in ids[1:] else roots[ids[0]]
    return merge(list(table.values()), winner, ids[1:], now, reason=ALIAS, before=known)


def remove_aliases(
    rows: Sequence[Row], namespace: str, name: str, aliases: Sequence[str], now: datetime
) -> list[Row]:
    """Return the rows to write so that words mean a name no longer; raises as `split` does."""
    inside = [row for row in rows if row["namespace"] == namespace]
    entity = canonical_of(inside)[find(inside, name)["id"]]
    return split(inside, entity, aliases, now)


def listed_aliases(rows: Sequence[Row], name: str | None = None) -> list[dict[str, Any]]:
    """
    Return a record for each word that means another, with `means` and the turns that say so.

    name: only what means that one. InputNotFound where nothing is called so.
    """
    table, roots = {row["id"]: row for row in rows}, canonical_of(rows)
    wanted = None if name is None else roots[find(rows, name)["id"]]
    said: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for key, turns in aliases_of(row).items():
            said.setdefault((row["namespace"], key), set()).update(turns)
    found = [
        as_record(row)
        | {"means": table[roots[row["id"]]]["name"]}
        | _sources(said.get((row["namespace"], name_key(row["name"])), ()))
        for row in rows
        if is_stated(row) and wanted in (None, roots[row["id"]])
    ]
    return sorted(found, key=lambda one: (one["namespace"], one["means"], one["name"]))


def _sources(turns: Any) -> dict[str, list[str]]:
    return {"source_ids": sorted(turns)} if turns else {}
