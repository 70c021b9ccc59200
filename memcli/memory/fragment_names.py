"""Names of fragments, `TURN#2` beside those of memories: what a user means by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from memcli.jsonl import Json
from memcli.memory.fragments import fragment_records, hidden_fragments, parted_name
from memcli.memory.selection import find_each, select, select_each
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from store import Snapshot


def parted(snapshot: Snapshot, names: Sequence[str], namespace: str | None) -> list[str]:
    """Return those of some names that are of fragments, and of no memory."""
    some = [name for name in names if parted_name(name)]
    known = find_each(snapshot, some, namespace) if some else {}
    return [name for name in some if not known[name]]


def named_fragment(
    snapshot: Snapshot,
    name: str,
    namespace: str | None,
    hidden: Mapping[str, Collection[int]] | None = None,
) -> tuple[Json, Json, int]:
    """
    Return the turn of a fragment, the fragment as a record, and its number.

    hidden: the numbers of the fragments that are told to be out of sight, by the ids of turns.
    """
    turn_name, number = parted_name(name) or ("", 0)
    turns = [r for r in select(snapshot, [turn_name], namespace) if r["level"] == 0]
    if len(turns) != 1:
        raise BadUsage(f"{turn_name!r} is no one turn, of which {name!r} could be", "name its id")
    parts = fragment_records(turns[0], (hidden or {}).get(turns[0]["id"], ()))
    if number > len(parts):
        what = f"{turn_name!r} has {len(parts)} fragments, and none is {name!r}"
        raise InputNotFound(what, f"memcli show {turn_name} --fragments lists them")
    return turns[0], parts[number - 1], number


def select_with_fragments(
    snapshot: Snapshot, names: Sequence[str], namespace: str | None
) -> list[Json]:
    """Return the memories and fragments that are meant, in order and each once."""
    some = set(parted(snapshot, names, namespace))
    found = select_each(snapshot, [name for name in names if name not in some], namespace)
    hidden = hidden_fragments(snapshot) if some else {}
    found |= {name: [named_fragment(snapshot, name, namespace, hidden)[1]] for name in some}
    records = (record for name in names for record in found[name])
    return list({record["id"]: record for record in records}.values())
