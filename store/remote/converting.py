"""
Converting of a store in a bucket: encrypted, decrypted, or given another key.

The bucket has all of a store once, in one form: plain, or a folder of sealed objects. All that is
kept is written beside it in the new form. Then a commit says so, published like any other, if no
other writer was faster: from then on writers of the earlier form are refused. Then come commits and
keys, and one conditional PUT of `store.json` says which form the store has. What it had before goes
last. Killed before the commit, it left debris; killed after it, it has to be run again, and is
begun anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Final

from store.encryption.container import FOLDER
from store.encryption.key_source import Secret
from store.encryption.keyring import UserKey
from store.errors import ObjectGone, Outpaced, StoreLocked
from store.remote.collecting import needed_names
from store.remote.commit_files import PLAIN, identity_form
from store.remote.connecting import IDENTITY
from store.remote.mirror import Mirror
from store.remote.naming import COMMITS, KEYS, TABLES, number_of
from store.remote.objects import Objects, side_by_side
from store.remote.recalls import FOLDER as RECALLS
from store.remote.retrying import pauses
from store.remote.sealed_copy import SealedCopy, new_ring
from store.remote.sealed_objects import SealedObjects
from store.remote.urls import remote_identity
from store.store import Store
from store.transaction import Transaction

AT_ONCE: Final = 64
# How the folders of sealed objects begin.
SEALED: Final = "encrypted-"


class Conversion:
    """One store that gets another form; target: its objects in that form."""

    def __init__(
        self,
        store: Store,
        bucket: Objects,
        target: Objects,
        form: str,
        advance: Callable[[int], None],
    ) -> None:
        mirror = store.layout.remote
        assert isinstance(mirror, Mirror)
        self.store = store
        self.mirror = mirror
        self.bucket = bucket
        self.target = target
        self.form = form
        self.advance = advance
        self._written: set[str] = set()

    def run(self, command: str) -> int:
        """Convert the store, and return how many objects it has in its new form."""
        self.mirror.converts = True
        for pause in pauses(self.store.lock_wait_s):
            try:
                with self.store.locked():
                    return self._converted(command)
            except Outpaced:
                if not pause():
                    raise
        raise AssertionError("there is always a last try")

    def _converted(self, command: str) -> int:
        head, kept = self.store.head(), self.store.kept()
        found = self.bucket.get(IDENTITY)
        if found is None or identity_form(found.data) != self.mirror.form:
            raise StoreLocked(f"{self.mirror.url} has another form by now", "run it again")
        needed = sorted(needed_names(self.mirror, kept))
        self._write(needed)
        # Over one of a conversion that was killed, too: each has a form of its own.
        arguments = {"form": self.form or PLAIN}
        Transaction(self.store.layout, head, command, arguments).publish()
        there = {stat.name for stat in self.target.listing(TABLES)}
        side_by_side(self._put, [name for name in needed if name not in there])
        self._write_rest()
        identity = remote_identity(self.mirror.store_id, self.form)
        self.bucket.put(IDENTITY, identity, found.tag)
        self.mirror.retire(self.form)
        remove_form(self.bucket, self.mirror.form)
        return len(self._written)

    def _write(self, names: Iterable[str]) -> None:
        """Write files that never change in the new form, as the copy has them."""
        some = [name for name in names if name not in self._written]
        for start in range(0, len(some), AT_ONCE):
            part = some[start : start + AT_ONCE]
            side_by_side(self._put, part)
            self._written.update(part)
            self.advance(len(part))

    def _put(self, name: str) -> None:
        path = self.mirror.copy.path(name)
        if path.exists():
            self.target.put(name, path.read_bytes())
            return
        found = self.mirror.objects.get(name)  # a tag, which nothing is read from
        if found is None:
            raise ObjectGone(f"{name} is gone from {self.mirror.url}", "run memcli repair")
        self.target.put(name, found.data)

    def _write_rest(self) -> None:
        """Write what may have changed until now: commits, keys, recalls."""
        copy = self.mirror.copy
        names = [name for name in copy.walk(COMMITS) if number_of(name)]
        names += [path.name for path in copy.store.glob(f"*{KEYS}")]
        side_by_side(self._put, sorted(names))
        self._written.update(names)
        for stat in list(self.mirror.objects.listing(RECALLS)):
            found = self.mirror.objects.get(stat.name)
            if found is not None:
                self.target.put(stat.name, found.data)


def remove_form(bucket: Objects, form: str) -> int:
    """Delete what a bucket has of a store in one form, which is no more, and return how much."""
    folders = [form] if form else [COMMITS, TABLES, RECALLS]
    names = [stat.name for folder in folders for stat in bucket.listing(folder)]
    if not form:
        names += [stat.name for stat in bucket.top() if stat.name.endswith(KEYS)]
    bucket.delete(names)
    return len(names)


def remove_other_forms(bucket: Objects, form: str, debris_hours: float) -> int:
    """
    Delete what conversions that were killed left of other forms, and return how much.

    debris_hours: what is younger may be of one that is at work.
    """
    limit = datetime.now(UTC) - timedelta(hours=debris_hours)
    plain = (f"{COMMITS}/", f"{TABLES}/", f"{RECALLS}/") if form else ()
    gone = [
        stat.name
        for stat in bucket.listing("")
        if stat.modified < limit
        and (stat.name.startswith((SEALED, *plain)) and not stat.name.startswith(f"{form or '-'}/"))
    ]
    bucket.delete(gone)
    return len(gone)


def encrypt_in_bucket(store: Store, secret: Secret, advance: Callable[[int], None]) -> int:
    """Encrypt a store in a bucket, or give one that is encrypted another key."""
    mirror = store.layout.remote
    assert isinstance(mirror, Mirror)
    bucket, form = bucket_of(mirror), f"{SEALED}{token_hex(8)}"
    ring = new_ring(bucket, form, store.id, UserKey.new(secret))
    target = SealedObjects(bucket, form, ring)
    return _run(store, Conversion(store, bucket, target, form, advance), "encrypt")


def decrypt_in_bucket(store: Store, advance: Callable[[int], None]) -> int:
    """Decrypt an encrypted store in a bucket."""
    mirror = store.layout.remote
    assert isinstance(mirror, Mirror)
    bucket = bucket_of(mirror)
    return _run(store, Conversion(store, bucket, bucket, "", advance), "decrypt")


def _run(store: Store, conversion: Conversion, command: str) -> int:
    count = conversion.run(command)
    if isinstance(store.layout.vault, SealedCopy):
        store.layout.vault.retire()
    shutil.rmtree(store.layout.root / FOLDER, ignore_errors=True)
    return count


def remove_leftovers(store: Store) -> int:
    """Delete what conversions of a store that were killed left, once that is old enough."""
    mirror = store.layout.remote
    assert isinstance(mirror, Mirror)
    return remove_other_forms(bucket_of(mirror), mirror.form, mirror.settings.debris_hours)


def bucket_of(mirror: Mirror) -> Objects:
    """Return the objects of the bucket themselves, sealed or not."""
    objects = mirror.objects
    return objects.inner if isinstance(objects, SealedObjects) else objects
