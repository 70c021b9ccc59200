"""
Sealed objects: those of an encrypted store in a bucket, sealed and opened on this machine.

    FORM/keyring          the keys, encrypted by the user's own
    FORM/commits/N.json   commits
    FORM/tables/NAME      files of tables; so are keys/ and accesses/

FORM is what `store.json` says: where a store is encrypted, or gets another key, it is a new one.
Names are encrypted so that the same is always the same (AES-SIV, RFC 5297), contents as files of
an encrypted store are (store.encryption.streams). What identifies a store, and its settings, is
plain.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.encryption import streams
from store.encryption.keyring import Keyring
from store.encryption.streams import DamagedStream
from store.errors import MemcliError, StoreCorrupt
from store.files import io_errors, write_whole
from store.remote.naming import COMMITS, KEYS, TABLES
from store.remote.objects import Fetched, Objects, ObjectStat

KEYRING: Final = "keyring"
KEY_FOLDER: Final = "keys"
RECALLS: Final = "accesses"
SEALED: Final = (TABLES, RECALLS, COMMITS)
# Stands before each content, which may be empty.
MARK: Final = b"\x01"
SIV_BYTES: Final = 64


class SealedObjects:
    """
    The objects of a store, by the names that they have in one that is not encrypted.

    form: the folder in the bucket; kept: where what is sealed is kept on this machine, if it is.
    """

    def __init__(self, inner: Objects, form: str, ring: Keyring, kept: Path | None = None) -> None:
        self.inner = inner
        self.url = inner.url
        self.form = form
        self.ring = ring
        self.kept = kept
        names = HKDF(SHA256(), SIV_BYTES, None, b"memcli: names of objects").derive(ring.names)
        self._names = AESSIV(names)

    # ---------------------------------------------------------------- names

    def place(self, name: str) -> str:
        """Return what an object is called in the bucket."""
        folder = KEY_FOLDER if name.endswith(KEYS) and "/" not in name else name.partition("/")[0]
        if folder == COMMITS:
            return f"{self.form}/{name}"
        if folder not in (*SEALED, KEY_FOLDER):
            return name
        told = base64.b32encode(self._names.encrypt(name.encode(), None)).decode()
        return f"{self.form}/{folder}/{told.rstrip('=').lower()}"

    def _name(self, place: str) -> str | None:
        """Return what an object in the bucket is called in the store, None for none of its own."""
        folder, _, told = place.removeprefix(f"{self.form}/").partition("/")
        if folder == COMMITS:
            return f"{COMMITS}/{told}"
        try:
            code = base64.b32decode(told.upper() + "=" * (-len(told) % 8))
            return self._names.decrypt(code, None).decode()
        except (ValueError, InvalidTag):
            return None

    # ---------------------------------------------------------------- contents

    def sealed(self, name: str, data: bytes) -> bytes:
        """Return what the bucket has of an object."""
        place, out = self.place(name), BytesIO()
        if place == name:
            return data
        epoch = self.ring.epoch
        streams.encrypt([MARK, data], out, epoch, self.ring.epochs[epoch], place)
        return out.getvalue()

    def _opened(self, name: str, found: Fetched) -> Fetched:
        place = self.place(name)
        if place == name:
            return found
        try:
            chunks = streams.decrypt(BytesIO(found.data), self.ring.epochs, place)
            return Fetched(b"".join(chunks)[len(MARK) :], found.tag)
        except DamagedStream as error:
            what = f"{name} of {self.url} is damaged: {error}"
            raise StoreCorrupt(what, "run memcli repair", tag=found.tag) from error

    # ---------------------------------------------------------------- the interface

    def get(self, name: str) -> Fetched | None:
        """Return an object, None where there is none; StoreCorrupt for a damaged one."""
        path = self._kept_at(name)
        if path is not None and path.exists():
            with suppress(MemcliError, OSError):
                return self._opened(name, Fetched(path.read_bytes(), ""))
        found = self.inner.get(self.place(name))
        if found is None:
            return None
        opened = self._opened(name, found)
        self._keep(path, found.data)
        return opened

    def get_changed(self, name: str, tag: str) -> Fetched | None:
        """Return an object that is not as its tag says, None for one that is; FileNotFoundError."""
        found = self.inner.get_changed(self.place(name), tag)
        return None if found is None else self._opened(name, found)

    def listing(self, folder: str, after: str = "") -> Iterator[ObjectStat]:
        """Yield the objects in a folder and below, in the order of their names, after one."""
        if folder == COMMITS:
            inside = f"{self.form}/{COMMITS}"
            yield from self._listed(inside, f"{self.form}/{after}" if after else "")
            return
        top = folder.partition("/")[0]
        found = list(self._listed(f"{self.form}/{top}" if top else self.form))
        if not folder:
            found += [stat for stat in self.inner.top() if self.place(stat.name) == stat.name]
        prefix = f"{folder}/" if folder else ""
        found = [s for s in found if s.name.startswith(prefix) and s.name > after]
        yield from sorted(found)

    def _listed(self, folder: str, after: str = "") -> Iterator[ObjectStat]:
        for stat in self.inner.listing(folder, after):
            name = self._name(stat.name)
            if name is not None:
                yield stat._replace(name=name, size=streams.plain_size(stat.size) - len(MARK))

    def top(self) -> list[ObjectStat]:
        """Return the objects that are in no folder."""
        own = [stat for stat in self.inner.top() if self.place(stat.name) == stat.name]
        return [*own, *self._listed(f"{self.form}/{KEY_FOLDER}")]

    def put(self, name: str, data: bytes, tag: str | None = None) -> str:
        """Write an object and return its tag; CommitConflict if it is not as a tag says."""
        sealed = self.sealed(name, data)
        done = self.inner.put(self.place(name), sealed, tag)
        self._keep(self._kept_at(name), sealed)
        return done

    def put_new(self, name: str, data: bytes) -> str:
        """Write an object that is not there and return its tag; FileExistsError where it is."""
        return self.inner.put_new(self.place(name), self.sealed(name, data))

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; none of them need be there."""
        some = list(names)
        self.inner.delete(self.place(name) for name in some)
        for name in some:
            if (path := self._kept_at(name)) is not None:
                path.unlink(missing_ok=True)

    def delete_old_versions(self) -> bool:
        """Delete the versions that a bucket keeps of objects; say whether none is left."""
        return self.inner.delete_old_versions()

    # ---------------------------------------------------------------- what is kept here

    def _kept_at(self, name: str) -> Path | None:
        """Return where a sealed file is kept that never changes, None for any other."""
        if self.kept is None or not name.startswith(f"{TABLES}/") or "/_versions/" in name:
            return None
        return self.kept / self.place(name).rpartition("/")[2]

    def _keep(self, path: Path | None, data: bytes) -> None:
        if path is not None:
            with io_errors(f"write {path}", "free some space, or set cache_folder"):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(path, data, mode=0o600)

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove what is kept here of others than some names."""
        if self.kept is None:
            return
        stay = {path for name in names if (path := self._kept_at(name)) is not None}
        for path in self.kept.glob("*"):
            if path not in stay:
                path.unlink(missing_ok=True)
