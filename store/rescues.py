"""Rescues: where the rows of a broken table are to be looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from store import _lance, lance_versions
from store.commits import Commit, read_digests
from store.errors import MemcliError, StoreCorrupt
from store.integrity import Survey
from store.layout import MEMORY_TABLES
from store.salvage import TWINS, Rescue, newest_version
from store.store import Store
from store.upkeep import DATA
from store.user_tables import is_user_table, name_of

if TYPE_CHECKING:
    import pyarrow as pa

# The namespace of memories whose own is lost.
SALVAGED: Final = "salvaged"


def rescue_of(store: Store, head: Commit, name: str, found: Survey) -> Rescue:
    """Return what salvages a table as the head left it."""
    folder = store.layout.table(name)
    prefix = f"{folder.name}/"
    damaged = {d.path.removeprefix(prefix) for d in found.damages if d.path.startswith(prefix)}
    state = head.tables[name]
    lost = {d.commits for d in found.damages if d.kind == "version" and d.table == name}
    is_gone = any(head.number in numbers for numbers in lost)
    whole = _whole_versions(store, name, damaged)
    version = newest_version(folder, name, whole) if is_gone else state.version
    return Rescue(
        name,
        folder,
        _schema_of(store, head, name, whole),
        state.rows,
        version,
        asked=state.version,
        steps=list(_steps(store, head, name)),
        files=list(_newer_files(store, name, version)) if is_gone else [],
        damaged=damaged,
        whole=whole,
        kept_out=_elsewhere(store, head, name, found),
        stand_ins=dict(_stand_ins(head, name)),
    )


def _stand_ins(head: Commit, name: str) -> Iterator[tuple[str, Any]]:
    """
    Yield what stands in for values that a row cannot be without.

    A store has one encoder; what the head has was known by its time. A memory whose namespace is
    lost gets one that nobody else reads, for it may be anybody's.
    """
    yield "recorded_at", head.time
    if name in MEMORY_TABLES:
        yield "encoder", head.encoder.name
        yield "namespace", SALVAGED


def _schema_of(store: Store, head: Commit, name: str, whole: Collection[int]) -> pa.Schema:
    """
    Return the schema of a table: of one of the user's own, that of a version or a file of it.

    StoreCorrupt where nothing of it can be read.
    """
    from schemas.tables import table_schemas

    if not is_user_table(name):
        return table_schemas(head.encoder.dimension)[name]
    folder = store.layout.table(name)
    for version in sorted({head.tables[name].version, *whole}, reverse=True):
        with suppress(MemcliError):
            return _lance.Table.open(name, folder, version).schema
    for path in sorted((folder / DATA).glob("*.lance")):
        with suppress(MemcliError):
            return _lance.file_schema(path)
    what = f"nothing of table {name_of(name)} can be read"
    raise StoreCorrupt(what, f"restore a backup, or give it up: remove {folder}")


def _whole_versions(store: Store, name: str, damaged: Collection[str]) -> set[int]:
    """
    Return the versions of a table that commits name, without those that are damaged.

    What a repair that was killed wrote in the place of one has another digest.
    """
    folder = store.layout.table(name)
    named = {c.tables[name].version for c in store.readable_commits() if name in c.tables}
    paths = {lance_versions.manifest_path(folder, version): version for version in named}
    return {v for path, v in paths.items() if str(path.relative_to(folder)) not in damaged}


def _steps(store: Store, head: Commit, name: str) -> Iterator[tuple[str, int]]:
    """Yield the commands that the state of a table came from, with its versions, newest first."""
    by_number = {commit.number: commit for commit in store.readable_commits()}
    number: int | None = head.number
    while number in by_number:
        commit = by_number[number]
        if name in commit.tables:
            yield commit.command, commit.tables[name].version
        number = commit.restores or commit.parent


def _newer_files(store: Store, name: str, version: int | None) -> Iterator[Path]:
    """Yield the data files that commits wrote after a version of a table, newest first."""
    prefix = f"{store.layout.table(name).name}/data/"
    for commit in store.readable_commits():
        state = commit.tables.get(name)
        if version is not None and state is not None and state.version <= version:
            return
        digests = read_digests(store.layout.commits, commit.number) or {}
        yield from (store.layout.tables / path for path in digests if path.startswith(prefix))


def _elsewhere(store: Store, head: Commit, name: str, found: Survey) -> set[tuple[Any, ...]]:
    """Return the keys of the rows that are in the other table of memories, where that is whole."""
    twin = TWINS.get(name)
    if twin is None or twin in found.broken_tables(head.number):
        return set()
    try:
        ids = store.snapshot(head.number).read(twin, ["id"])["id"].to_pylist()
    except MemcliError:
        return set()
    return {(id_,) for id_ in ids}
