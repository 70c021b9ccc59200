"""Selection: the memories that a user means, by id, unique prefix, ref or records on stdin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memcli.jsonl import Json
from memcli.memory.lookup import ID, find_all, read_by_id
from store.errors import InputNotFound

if TYPE_CHECKING:
    from store import Snapshot


def find_named(snapshot: Snapshot, names: Sequence[str], namespace: str | None) -> list[Json]:
    """Return the memories that are meant; InputNotFound names those that are not there."""
    known = read_by_id(snapshot, names, namespace)
    rest = find_all(snapshot, [name for name in names if name not in known], namespace)
    known.update((record["id"], record) for record in rest)
    return list(known.values())


@dataclass(frozen=True)
class Wanted:
    """What a user names: ids, beginnings of ids or refs, and the ids of records on stdin."""

    names: Sequence[str] = ()
    ids: Sequence[str] = ()
    namespace: str | None = None

    def read(self, snapshot: Snapshot) -> list[Json]:
        """Return the memory records, each once; InputNotFound for what is not there."""
        # Whole ids are looked up together: there may be thousands of them.
        whole = [name.lower() for name in self.names if ID.fullmatch(name.lower())]
        known = read_records(snapshot, [*whole, *self.ids], self.namespace)
        others = [name for name in self.names if name.lower() not in known]
        named = {r["id"]: r for r in find_all(snapshot, others, self.namespace)}
        lost = [id_ for id_ in self.ids if id_ not in known]
        if lost:
            raise InputNotFound(
                f"{len(lost):,} of the memories on stdin are not in the store, such as {lost[0]}",
                "is it the right store and namespace?",
            )
        return list((known | named).values())


def read_records(snapshot: Snapshot, ids: Sequence[str], namespace: str | None) -> dict[str, Json]:
    """Return the memory records with these ids that there are, by id in this order."""
    found = read_by_id(snapshot, ids, namespace)
    return {id_: found[id_] for id_ in ids if id_ in found}
