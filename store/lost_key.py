"""
Lost key: what to do with hashes of what was purged when the key that they were made with is gone.

Nobody can tell any more what they are of, so they keep nothing back; yet while they are there,
nothing may pass for known to be gone. Only a repair, which copies the store first, takes them away.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from store.errors import StoreCorrupt
from store.files import io_errors
from store.keys import read_key
from store.layout import TOMBSTONES

if TYPE_CHECKING:
    from store.transaction import Transaction

REMEDY: Final = "restore it from a backup; memcli repair goes on without what was purged before"


def has_key(path: Path) -> bool:
    """Say whether there is a key that can be used in a file."""
    try:
        return read_key(path) is not None
    except StoreCorrupt:
        return False


def drop_unknown(transaction: Transaction) -> int:
    """Take away the hashes of which the key is lost, and what is left of it; return how many."""
    path = transaction.layout.tombstone_key
    if not transaction.has(TOMBSTONES) or has_key(path):
        return 0
    table = transaction.table(TOMBSTONES)
    # Those of other stores were made with keys of theirs.
    own = "true" if table.absent else "key IS NULL"
    count = table.count(own)
    if count:
        transaction.delete(TOMBSTONES, own)
        with io_errors(f"remove {path}"):
            path.unlink(missing_ok=True)
    return count
