"""History of a memory, commit by commit: what changed, what replaced it and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from memcli import jsonl
from memcli.jsonl import Json
from memcli.memory.lookup import links_of, read_by_id, read_where
from memcli.memory.selection import ID, find_each
from store.errors import InputNotFound
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from store import Commit, Snapshot, Store


def histories(store: Store, wanted: Sequence[str], namespace: str | None) -> Iterator[Json]:
    """Yield the versions of each memory, oldest first; InputNotFound for one that never was."""
    from store import Snapshot

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
    return [record["id"] for record in find_each(head, [name], namespace)[name]] or [name]


def _versions(
    store: Store, commits: Sequence[Commit], id_: str, namespace: str | None
) -> Iterator[Json]:
    """Yield a record for each commit in which the memory changed."""
    from store import Snapshot
    from store.literals import quoted

    before: Json | None = None
    read = None
    for commit in commits:
        if read == (read := [commit.tables[name].version for name in MEMORY_TABLES]):
            continue
        snapshot = Snapshot(store.layout, commit)
        rows = read_where(snapshot, f"id = {quoted([id_])}", namespace)
        after = rows[0] if rows else None
        if after != before:
            yield {**_version(commit, before, after), **_succession(snapshot, after, namespace)}
        before = after


def _succession(snapshot: Snapshot, record: Json | None, namespace: str | None) -> Json:
    """
    Return what replaced a memory as of a commit, why, and what it replaced itself, in their words.

    When it was replaced is the memory's own `valid_to`.
    """
    if record is None or not record["level"]:
        return {}
    links = links_of(snapshot, record["id"], namespace)
    supersessions = [link for link in links if link["relation"] == "supersedes"]
    ends = [link[end] for link in supersessions for end in ("source_id", "target_id")]
    texts = {id_: row["text"] for id_, row in read_by_id(snapshot, ends, namespace).items()}
    newer = record.get("superseded_by")
    replaced = [link["target_id"] for link in supersessions if link["source_id"] == record["id"]]
    reasons = [link.get("reason") for link in supersessions if link["source_id"] == newer]
    told = {
        "replaced_by": texts.get(newer or ""),
        "reason": reasons[0] if reasons else None,
        "replaces": [texts[id_] for id_ in replaced if id_ in texts],
    }
    return {name: value for name, value in told.items() if value}


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
        "change": _event(before, after),
        "changed": changed if before and after else [],
    }


def _event(before: Json | None, after: Json | None) -> str:
    """Return in a word what happened to a memory."""
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if after.get("superseded_by") and not before.get("superseded_by"):
        return "superseded"
    moved = bool(after.get("archived")) - bool(before.get("archived"))
    return {1: "archived", 0: "changed", -1: "restored"}[moved]
