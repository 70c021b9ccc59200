"""
Sealed copy: an encrypted store in a bucket, decrypted in memory while processes use it.

On the disk of this machine are only sealed files, and what is plain of every encrypted store: its
identity and settings. The mirror of the store brings objects into the decrypted copy, and back.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from store.encryption import keyring
from store.encryption.container import FOLDER
from store.encryption.key_source import Secret, find_secret
from store.encryption.keyring import Keyring, UserKey
from store.encryption.opening import keep_open, opened_before
from store.encryption.runtime import shield_process
from store.encryption.settings import read_settings
from store.encryption.working_copy import WorkingCopy
from store.errors import MemcliError, StoreCorrupt, StoreNotFound
from store.files import io_errors, write_whole
from store.remote import connecting
from store.remote.local_copy import STATE, CopyState, LocalCopy
from store.remote.mirror import Mirror
from store.remote.objects import Objects
from store.remote.sealed_objects import KEYRING, SealedObjects
from store.remote.settings import StorageSettings
from store.remote.settings import read_settings as storage_settings
from store.remote.urls import url_of

WRITER: Final = "writer"
KEPT: Final = "sealed"


class SealedCopy:
    """
    One encrypted store in a bucket that is open.

    work: where its files are, decrypted; mirror: what keeps them and the bucket alike.
    """

    def __init__(
        self, root: Path, store_id: str, objects: SealedObjects, user: UserKey, cached: LocalCopy
    ) -> None:
        self.root = root
        self.store_id = store_id
        self.objects = objects
        self.user = user
        self.copy = WorkingCopy(root, store_id)
        self.work = self.copy.store
        self._cached = cached
        self._is_retired = False
        self._keep_minutes = read_settings().keep_minutes
        self.mirror: Mirror

    @property
    def ring(self) -> Keyring:
        """The keys of the objects."""
        return self.objects.ring

    def open(self) -> None:
        """Take part in the use of the working copy; the mirror fills it."""
        self.copy.acquire()
        shield_process(self.copy.temporary)
        local = LocalCopy(self.copy.folder, self.root, (self._cached.folder / KEPT,))
        with io_errors(f"make {local.folder}"):
            local.recalls.mkdir(mode=0o700, exist_ok=True)
        local.make_folders()
        if not (local.folder / STATE).exists():
            local.write_state(CopyState(writer=self._writer()))
        form = self.objects.form
        self.mirror = Mirror(self.objects, local, self.store_id, storage_settings(), form)

    def _writer(self) -> str:
        """Return what this machine's recalls are called by, always the same."""
        path = self._cached.folder / WRITER
        with suppress(OSError):
            return path.read_text("ascii")
        name = secrets.token_hex(8)
        with io_errors(f"write {path}"):
            write_whole(path, name.encode(), mode=0o600)
        return name

    def retire(self) -> None:
        """Keep nothing more: the store has another form now."""
        self._is_retired = True

    def close(self) -> None:
        """Write what was recalled to the bucket, and leave the working copy."""
        with suppress(MemcliError, OSError):
            if not self._is_retired and self.mirror.recalls.kept():
                with self.mirror.copy.filling():
                    state = self.mirror.copy.read_state()
                    self.mirror.recalls.write_kept(state)
                    self.mirror.copy.write_state(state)
        with suppress(OSError):
            self.objects.keep_only(() if self._is_retired else self.mirror.copy.walk("tables"))
        self.copy.release(0.0 if self._is_retired else self._keep_minutes)


def open_sealed(root: Path, identity: dict[str, Any]) -> SealedCopy:
    """
    Return the copy of an encrypted store in a bucket, which is open until this process ends.

    KeyRefused, InputNotFound or BadUsage for the want of a key; StoreCorrupt, StoreIOError.
    """
    url, settings = url_of(str(identity.get("url", ""))), storage_settings()
    cached = LocalCopy.of(url or "", settings.cache)
    if url is None or cached.store.resolve() != root.resolve():
        what = f"{root} is a copy of a store on object storage, and not where such copies are"
        raise StoreCorrupt(what, "name the store by its URL")
    known = opened_before(root, str(identity["id"]))
    if isinstance(known, SealedCopy) and known.objects.form == identity["form"]:
        known.mirror.expire()
        return known
    inner = connecting.objects_of(url, settings)
    form = str(identity["form"])
    _bring_ring(root, inner, form)
    ring, user = keyring.load(root / FOLDER, find_secret(str(identity["id"]), root))
    return _opened(root, str(identity["id"]), inner, form, ring, user, cached)


def new_sealed(
    root: Path, store_id: str, form: str, secret: Secret, settings: StorageSettings, url: str
) -> SealedCopy:
    """Return the copy of a store that is made now, encrypted."""
    inner, user = connecting.objects_of(url, settings), UserKey.new(secret)
    ring = new_ring(inner, form, store_id, user)
    return _opened(root, store_id, inner, form, ring, user, LocalCopy.of(url, settings.cache))


def new_ring(inner: Objects, form: str, store_id: str, user: UserKey) -> Keyring:
    """Make keys for a form of a store, and put them into the bucket."""
    ring = Keyring.new(store_id)
    ring.generation = 1
    inner.put(f"{form}/{KEYRING}", ring.written(user))
    return ring


def _opened(
    root: Path,
    store_id: str,
    inner: Objects,
    form: str,
    ring: Keyring,
    user: UserKey,
    cached: LocalCopy,
) -> SealedCopy:
    objects = SealedObjects(inner, form, ring, cached.folder / KEPT)
    sealed = SealedCopy(root, store_id, objects, user, cached)
    keep_open(root, sealed)
    return sealed


def _bring_ring(root: Path, inner: Objects, form: str) -> None:
    """Have the keys of a form here, as files of an encrypted store; they are encrypted."""
    told = root / FOLDER / "form"
    with suppress(OSError):
        if told.read_text("ascii") == form and keyring.has_ring(root / FOLDER):
            return
    found = inner.get(f"{form}/{KEYRING}")
    if found is None:
        what = f"the keys of {inner.url} are not in the bucket"
        raise StoreNotFound(what, "run it again; else put back an earlier version, or a backup")
    with io_errors(f"write {root / FOLDER}"):
        shutil.rmtree(root / FOLDER, ignore_errors=True)
        (root / FOLDER).mkdir(mode=0o700)
        for name in keyring.COPIES:
            write_whole(root / FOLDER / name, found.data, mode=0o600)
        told.write_text(form, encoding="ascii")
