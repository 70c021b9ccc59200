"""Selection: the memories that a user means, by id, the unique beginning of one, or a ref."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.lookup import read_by, read_by_id, read_where
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from memcli.memory.filters import Filters
    from store import Snapshot

MIN_PREFIX: Final = 4
ID: Final = re.compile(r"[a-z2-7]{16}")
_PREFIX: Final = re.compile(rf"[a-z2-7]{{{MIN_PREFIX},15}}")
SHOWN: Final = 5


def select(snapshot: Snapshot, names: Sequence[str], namespace: str | None) -> list[Json]:
    """Return the memory records that are meant, in order and each once; see `select_each`."""
    each = select_each(snapshot, names, namespace).values()
    return list({record["id"]: record for records in each for record in records}.values())


def select_matching(snapshot: Snapshot, filters: Filters) -> list[Json]:
    """Return the memories, archived ones too, that filters let through; BadUsage for bad ones."""
    filters.require_sound(snapshot)
    return read_where(snapshot, filters.condition() or "true")


def select_each(
    snapshot: Snapshot, names: Sequence[str], namespace: str | None
) -> dict[str, list[Json]]:
    """
    Return the memory records that each name means: an id or its beginning one, a ref all it has.

    Raises InputNotFound for names that mean none and BadUsage for the beginning of several ids.
    """
    by_name = find_each(snapshot, names, namespace)
    missing = [name for name, records in by_name.items() if not records]
    if missing:
        more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
        where = f" in namespace {namespace!r}" if namespace else ""
        raise InputNotFound(
            f"no memory {', '.join(map(repr, missing[:SHOWN]))}{more}{where}",
            f"give an id, {MIN_PREFIX} or more characters that begin it, or a ref",
        )
    return by_name


def find_each(
    snapshot: Snapshot, names: Sequence[str], namespace: str | None
) -> dict[str, list[Json]]:
    """Return the memory records that each name means, which may be none."""
    ids = [name.lower() for name in names if ID.fullmatch(name.lower())]
    # Whole ids and refs are looked up together: there may be thousands of them.
    known = read_by_id(snapshot, ids, namespace)
    by_name = {name: [known[name.lower()]] if name.lower() in known else [] for name in names}
    refs = [name for name, records in by_name.items() if not records]
    for record in read_by(snapshot, "ref", refs, namespace):
        by_name[record["ref"]].append(record)
    for name in refs:
        if not by_name[name] and _PREFIX.fullmatch(name.lower()):
            by_name[name] = read_where(snapshot, f"id LIKE '{name.lower()}%'", namespace)
            require_one(name, [record["id"] for record in by_name[name]])
    return by_name


def matching(name: str, ids: Iterable[str]) -> set[str]:
    """Return the id that is named, else those that it begins."""
    known = set(ids)
    matches = {name} & known
    if not matches and len(name) >= MIN_PREFIX:
        matches = {id_ for id_ in known if id_.startswith(name)}
    return matches


def require_one(prefix: str, ids: Iterable[str]) -> None:
    """Raise BadUsage, with the candidates, when several ids begin with a prefix."""
    matches = sorted(ids)
    if len(matches) > 1:
        shown = ", ".join(matches[:SHOWN]) + (", ..." if len(matches) > SHOWN else "")
        raise BadUsage(
            f"{len(matches):,} ids begin with {prefix!r}: {shown}", "give more characters"
        )


def read_records(snapshot: Snapshot, ids: Sequence[str], namespace: str | None) -> dict[str, Json]:
    """Return the memory records with these ids that there are, by id in this order."""
    by_id = read_by_id(snapshot, ids, namespace)
    return {id_: by_id[id_] for id_ in ids if id_ in by_id}
