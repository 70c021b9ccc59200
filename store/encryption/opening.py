"""Opening of encrypted stores: each is open once in a process, until that ends or closes all."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from pathlib import Path
from typing import Protocol

from store.encryption import keyring
from store.encryption.container import FOLDER
from store.encryption.key_source import find_secret
from store.encryption.keyring import Keyring, UserKey
from store.encryption.runtime import unshield_process
from store.encryption.vault import Vault
from store.encryption.working_copy import WorkingCopy


class Openable(Protocol):
    """What keeps an encrypted store and its decrypted copy alike, wherever the store is."""

    store_id: str
    work: Path
    copy: WorkingCopy

    def open(self) -> None:
        """Take part in the use of the copy."""

    def close(self) -> None:
        """Keep what no transaction covers, and leave the copy."""


_open: dict[Path, Openable] = {}
_lock = threading.Lock()


def open_vault(root: Path, store_id: str) -> Vault:
    """
    Return the vault of a store, which is open until this process ends.

    KeyRefused, InputNotFound or BadUsage for the want of a key, StoreCorrupt, StoreIOError.
    """
    place = Path(os.path.realpath(root))
    with _lock:
        known = _open.get(place)
        is_same = known is not None and known.store_id == store_id and known.work.is_dir()
        if isinstance(known, Vault) and is_same:
            known.refresh()
            return known
        ring, user = keyring.load(root / FOLDER, find_secret(store_id, root))
        return _opened(place, Vault(root, store_id, ring, user))


def new_vault(root: Path, store_id: str, user: UserKey) -> Vault:
    """Return the vault of a store that is made now, with a new ring."""
    vault = Vault(root, store_id, Keyring.new(store_id), user)
    vault.container.make()
    vault.save_ring()
    with _lock:
        return _opened(Path(os.path.realpath(root)), vault)


def opened_before(root: Path, store_id: str) -> Openable | None:
    """Return what this process has open of a store, None for nothing that can be used."""
    with _lock:
        known = _open.get(Path(os.path.realpath(root)))
    if known is not None and known.store_id == store_id and known.work.is_dir():
        return known
    return None


def keep_open(root: Path, opened: Openable) -> None:
    """Open what an encrypted store is worked on with, until this process ends."""
    with _lock:
        _keep(Path(os.path.realpath(root)), opened)


def _opened(place: Path, vault: Vault) -> Vault:
    _keep(place, vault)
    return vault


def _keep(place: Path, vault: Openable) -> None:
    try:
        vault.open()
    except BaseException:
        vault.copy.release(0.0)
        raise
    if not _open:
        atexit.register(close_vaults)
        _abandon_at_signals()
    _open[place] = vault


def _abandon_at_signals() -> None:
    """Remove what is decrypted when the process is told to end; otherwise it ends as before."""

    def abandon(number: int, frame: object) -> None:
        for vault in _open.values():
            vault.copy.release(0.0)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, abandon)


def close_vaults() -> None:
    """Close the vaults that this process has open; before it ends, however that is."""
    with _lock:
        while _open:
            _open.popitem()[1].close()
        unshield_process()
