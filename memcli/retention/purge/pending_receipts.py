"""
Pending receipts: a receipt is begun before its purge, so that no kill in between leaves none.

What stands there first is signed, and names the commit that the store had. It is finished by the
run that ends the purge, or by the check of the receipt: what was removed is in the purge's commit.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from memcli.retention.purge.receipts import (
    is_signed,
    read_receipt,
    removed_by,
    require_place,
    signed_record,
    write_receipt,
    written,
)
from store.errors import MemcliError, StoreCorrupt
from store.purge import unfinished_purge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memcli.jsonl import Json
    from store import Commit, Store

PENDING: Final = "pending"


def read_pending(path: Path, store: Store) -> Json | None:
    """Return what stands in a file where that is a pending receipt of this store."""
    if not path.is_file():
        return None
    try:
        record = read_receipt(path)
    except MemcliError:
        return None
    is_own = record.get(PENDING) is True and record["store"] == store.id and is_signed(record)
    return record if is_own else None


def require_place_or_pending(path: Path, store: Store) -> Commit | None:
    """
    Raise as `require_place` does, but for a receipt that was begun here.

    Returns the purge that this one was begun for, if that is done.
    """
    record = read_pending(path, store)
    if record is None:
        require_place(path, store.layout.root)
        return None
    return purge_since(store, record)


def purge_since(store: Store, record: Json) -> Commit | None:
    """Return the purge that a pending receipt was begun for, None where it was not published."""
    purges = [c for c in store.commits() if c.is_purge and c.number > int(record["commit"])]
    return min(purges, key=lambda commit: commit.number, default=None)


@contextmanager
def begun_receipt(path: Path, store: Store) -> Iterator[None]:
    """Have a pending receipt in its place during a purge; none is left of one that failed."""
    before = store.head()
    if read_pending(path, store) is None:
        written(path, signed_record(store, before, {PENDING: True}), is_new=True)
    try:
        yield
    except MemcliError as error:
        if isinstance(error, StoreCorrupt) or store.head().number == before.number:
            path.unlink(missing_ok=True)
        raise


def finished_receipt(path: Path, store: Store) -> Json:
    """
    Return a receipt, after finishing one that was left pending by a purge that was killed.

    Raises StoreCorrupt where its purge is still to be done, or to be finished.
    """
    record = read_pending(path, store)
    if record is None:
        return read_receipt(path)
    commit = purge_since(store, record)
    if commit is None:
        what = f"{path} was begun, and the purge that it is for was not done"
        raise StoreCorrupt(what, f"run the purge again, or delete {path}")
    if unfinished_purge(store) is not None:
        what = f"{path} was begun, and its purge was cut short"
        raise StoreCorrupt(what, f"memcli forget --purge --receipt {path}")
    write_receipt(path, store, commit, removed_by(store, commit), is_new=False)
    return read_receipt(path)
