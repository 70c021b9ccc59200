"""Conflicts with other writers between the reading of a store and the taking of its lock."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from store.commits import read_commit
from store.errors import CommitConflict
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from store import Commit, Store

# These add turns, move rows about, or write to the vault or tables of the user's own; they change
# nothing that was read.
HARMLESS: Final = frozenset({"ingest", "add", "task", "table", "sql", "vault", "compact"})
# Among the arguments of a commit: it did no more than that, though its command may.
ONLY_ADDED: Final = "only_added"


def refuse_conflicts(
    store: Store, since: Commit, head: Commit, harmless: Collection[str] | None = HARMLESS
) -> None:
    """
    Raise CommitConflict when what was read at a commit is no longer what is there.

    Other commands than `harmless` ones change what was read; None lets all of them pass that leave
    the encoder and the memories.
    """
    if head.encoder != since.encoder:
        raise CommitConflict("the store moved to another encoder", "run it again")
    before = since
    for number in range(since.number + 1, head.number + 1):
        commit = read_commit(store.layout.commits, number)
        if commit.restores is not None or _n_memories(commit) < _n_memories(before):
            # What was known then may be known no more.
            raise CommitConflict("memories were taken out of the store", "run it again")
        only_added = bool(commit.arguments.get(ONLY_ADDED))
        if not (harmless is None or commit.command in harmless or only_added):
            raise CommitConflict(f"{commit.command} changed the store meanwhile", "run it again")
        before = commit


def _n_memories(commit: Commit) -> int:
    return sum(commit.tables[name].rows for name in MEMORY_TABLES)
