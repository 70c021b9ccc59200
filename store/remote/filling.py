"""Filling: objects are brought into the copy of a store, each compared with its digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from store.digests import is_as_written
from store.errors import ObjectGone, StoreCorrupt, StoreIOError
from store.files import io_errors
from store.layout import Layout
from store.remote.local_copy import make_room
from store.remote.naming import FileNames, manifest_name, state_files
from store.remote.objects import side_by_side
from store.sealing import DIGEST_BYTES

if TYPE_CHECKING:
    from store.remote.local_copy import CopyState, LocalCopy
    from store.remote.objects import Objects

TRIES: Final = 2


class CopyFilling:
    """What brings objects into a copy, up to some bytes."""

    def __init__(self, objects: Objects, copy: LocalCopy, cache_bytes: int) -> None:
        self.objects = objects
        self.copy = copy
        self.cache_bytes = cache_bytes

    def bring_in(
        self, layout: Layout, states: Mapping[str, int], names: FileNames, state: CopyState
    ) -> None:
        """Bring in what versions of tables are read from; ObjectGone where something is gone."""
        lacking = {n: v for n, v in states.items() if not state.has(n, v)}
        self._fetch_named([manifest_name(n, v) for n, v in lacking.items()], names)
        needed = [
            name
            for table, version in lacking.items()
            for name in state_files(layout, table, version, names)
        ]
        self._fetch_named(needed, names)
        for table, version in lacking.items():
            state.note(table, version)

    def _fetch_named(self, needed: Iterable[str], names: FileNames) -> None:
        """Fetch those of some files that are not here."""
        lacking = {name: names.digest(name) for name in needed if not self.copy.path(name).exists()}
        side_by_side(lambda name: self.fetch(name, lacking[name]), lacking)
        if lacking:
            self._require_room()

    def fetch(self, name: str, digest: str | None) -> None:
        """Bring in an object that has a digest; StoreCorrupt for one that has another."""
        if digest is None:
            raise StoreCorrupt(f"no commit has the digest of {name}", "run memcli check")
        for _ in range(TRIES):
            found = self.objects.get(name)
            if found is None:
                raise ObjectGone(f"{name} is gone from {self.objects.url}", "run memcli repair")
            if blake2b(found.data, digest_size=DIGEST_BYTES).hexdigest() == digest:
                self.copy.write(name, found.data)
                return
        what = f"{name} of {self.objects.url} is not as it was written"
        raise StoreCorrupt(what, "run memcli repair, or put back an earlier version of that object")

    def _require_room(self) -> None:
        """
        Raise StoreIOError where the copies are larger than the user lets them be.

        Those of other stores go first.
        """
        with io_errors(f"look into {self.copy.folder.parent}"):
            size = make_room(self.copy, self.cache_bytes)
        if size > self.cache_bytes:
            what = f"the copy of {self.objects.url} takes more than {self.cache_bytes >> 20:,} MB"
            raise StoreIOError(what, "raise cache_mb in object-storage.toml, or compact the store")

    def remove_others(self, written: Mapping[str, str]) -> None:
        """Remove files of the copy that have the names of what a commit wrote, and are other."""
        for name, digest in written.items():
            path = self.copy.path(name)
            with io_errors(f"read {path}"):
                if path.exists() and not is_as_written(path, digest):
                    path.unlink()

    def make_exact(self, known: Collection[str], kept: Collection[str]) -> None:
        """Remove what writers that failed left of tables: what no commit names, but for some."""
        for name in self.copy.walk("tables"):
            if name not in known and name not in kept and not name.startswith(RECALLED):
                self.copy.remove(name)


# No transaction covers it: the bucket has other files of it.
RECALLED: Final = "tables/accesses.lance/"
