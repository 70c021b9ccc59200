"""What became of a memory, commit by commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from memcli import jsonl
from memcli.lookup import ID, find, read_where
from store.errors import InputNotFound

if TYPE_CHECKING:
    from store.commits import Commit
    from store.store import Store

Json = dict[str, Any]
TABLES: Final = ("memories", "archive")


def histories(store: Store, wanted: Sequence[str], namespace: str | None) -> Iterator[Json]:
    """Yield the versions of each memory, oldest first; InputNotFound for one that never was."""
    from store.snapshot import Snapshot

    kept = store.kept_commits()
    commits = [commit for commit in store.commits() if commit.number in kept][::-1]
    head = Snapshot(store.layout, commits[-1])
    ids = {id_: name for name in wanted for id_ in _ids(head, name, namespace)}
    for id_, name in ids.items():
        versions = list(_versions(store, commits, id_, namespace))
        if not versions:
            raise InputNotFound(
                f"no memory {name!r} in the commits that are kept", "memcli log lists them"
            )
        yield from versions


def _ids(head: Any, name: str, namespace: str | None) -> list[str]:
    """Return the ids that a name means now; a whole id is taken as it is: it may be gone."""
    if ID.fullmatch(name.lower()):
        return [name.lower()]
    return [record["id"] for record in find(head, name, namespace)] or [name]


def _versions(
    store: Store, commits: Sequence[Commit], id_: str, namespace: str | None
) -> Iterator[Json]:
    """Yield a record for each commit in which the memory changed."""
    from store.snapshot import Snapshot, quoted

    before: Json | None = None
    read = None
    for commit in commits:
        if read == (read := [commit.tables[name].version for name in TABLES]):
            continue
        rows = read_where(Snapshot(store.layout, commit), f"id = {quoted([id_])}", namespace)
        after = rows[0] if rows else None
        if after != before:
            yield _version(commit, before, after)
        before = after


def _version(commit: Commit, before: Json | None, after: Json | None) -> Json:
    """Return a memory as a commit left it, or as it was last where the commit took it away."""
    record = after or before or {}
    names = [*(before or {}), *(after or {})]
    changed = [n for n in dict.fromkeys(names) if (before or {}).get(n) != (after or {}).get(n)]
    return {
        **record,
        "commit": commit.number,
        "committed_at": jsonl.format_time(commit.time),
        "command": commit.command,
        "change": _change(before, after),
        "changed": changed if before and after else [],
    }


def _change(before: Json | None, after: Json | None) -> str:
    """Return in a word what happened to a memory."""
    if before is None:
        return "added"
    if after is None:
        return "removed"
    moved = bool(after.get("archived")) - bool(before.get("archived"))
    return {1: "archived", 0: "changed", -1: "restored"}[moved]
