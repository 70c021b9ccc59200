"""Purge of rows of the user's own tables: they are out of the newest state, and history goes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Commit, Store, Transaction


def publish_purge(store: Store, transaction: Transaction, now: datetime) -> Commit:
    """
    Publish what a transaction took out of tables of the user's own as a purge.

    All tables are written anew, and what is older than this commit is removed. The arguments of
    commits never have values of rows, so nothing of them is left in these either.
    """
    from store.purge import remove_history, require_no_versions, rewrite
    from store.symlinks import refuse_symlinks

    refuse_symlinks(store.layout)
    commit = rewrite(transaction, lambda table, batch: batch, now=now)
    remove_history(store)
    require_no_versions(store)
    return commit
