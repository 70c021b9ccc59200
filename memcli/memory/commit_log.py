"""Commit log: what each commit changed, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from memcli.jsonl import Json
from store.user_tables import name_of

if TYPE_CHECKING:
    from store import Commit, Store


def entries(store: Store, limit: int | None = None) -> Iterator[Json]:
    """
    Yield commit records, newest first, with `changes`, `kept` and, where so, `undone`.

    Of the commits, of which an old store has thousands, no more are read than are shown, and one.
    """
    # What the oldest that is shown changed is told by the one before it.
    read = list(islice(store.commits(), limit and limit + 1))
    if not read:
        return
    by_number = {commit.number: commit for commit in read}
    kept, standing = store.kept_commits(min(by_number)), in_effect(read)
    for commit in read[:limit]:
        record = entry(commit, by_number.get(commit.parent or 0))
        record["kept"] = commit.number in kept
        if commit.restores is None and commit.number not in standing:
            record["undone"] = True
        yield record


def entry(commit: Commit, parent: Commit | None) -> Json:
    """Return a commit record with how many rows each table gained or lost."""
    before, after = _rows(parent), _rows(commit)
    gains = {name: after.get(name, 0) - before.get(name, 0) for name in {**after, **before}}
    record = commit.to_json()
    # Signatures of questions tell a reader nothing.
    record.pop("verdicts", None)
    return {**record, "changes": {name: gain for name, gain in gains.items() if gain}}


def _rows(commit: Commit | None) -> dict[str, int]:
    """Return how many rows each table had; those of the user's own by their names."""
    return {name_of(key): state.rows for key, state in commit.tables.items()} if commit else {}


def in_effect(commits: Iterable[Commit]) -> set[int]:
    """Return those of the newest commits whose work the first still has: an undo leaves some."""
    by_number = {commit.number: commit for commit in commits}
    number: int | None = max(by_number, default=None)
    standing = set()
    while number is not None and number in by_number:
        commit = by_number[number]
        if commit.restores is None:
            standing.add(number)
        number = commit.parent if commit.restores is None else commit.restores
    return standing
