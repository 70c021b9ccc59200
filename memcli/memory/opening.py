"""Opening a store that is there, and making one that is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store.errors import StoreIOError, StoreNotFound
from store.location import local_path, store_path, store_place, user_store
from store.remote.urls import copied_url, shown

if TYPE_CHECKING:
    from store import Store
    from store.encryption.key_source import Secret
    from store.layout import Layout

Mode = Literal["read", "write"]


def stay_private(given: Path | None) -> None:
    """
    Close to others what this process makes from now on, unless the store is open to some.

    Who makes the folder of a store readable, for a group that shares it, has the umask obeyed.
    """
    root = store_path(given)
    if not root.exists() or not root.stat().st_mode & 0o077:
        os.umask(os.umask(0o077) | 0o077)


def open_store(
    given: Path | None,
    mode: Mode = "write",
    say: Callable[[str], None] = lambda line: None,
    wait_s: float | None = None,
) -> Store:
    """
    Open the store that a command is to use; StoreNotFound where there is none, or Untrusted.

    A store found upward is named when it is written to, and when it is not trusted. wait_s: how
    long to wait for another writer; None is as the settings say.
    """
    place = store_place(given)
    path = place.path
    from store.layout import is_store

    if path.is_file():
        raise StoreNotFound(f"{shown(path)} is a file, no store", "a store is a folder")
    if not is_store(path) and not path.exists():
        name = shown(path)
        raise StoreNotFound(f"no store at {name}", f"make one: memcli init --store {name}")
    from memcli.memory.value_keeping import ValueKeeper
    from store import Store
    from store.trust import remedy, trust_in

    trust = trust_in(place)
    opened = Store.open(path, mode=mode, trust=trust)
    opened.lock_wait_s = partial(_set_wait_s, opened.layout) if wait_s is None else wait_s
    opened.observers.append(ValueKeeper())
    if not trust.is_full:
        say(f"{path} {trust.reason}: its settings are not used ({remedy(path)})")
    elif place.reason == "upward" and mode == "write":
        say(f"the store is {path}")
    return opened


def _set_wait_s(layout: Layout) -> float:
    """Return how long the settings of a store let a writer wait for another."""
    from memcli.config import settings_of

    return settings_of(layout).lock.wait_s


def open_or_create(
    given: Path | None,
    create: bool,
    say: Callable[[str], None] = lambda line: None,
    mode: Mode = "write",
    wait_s: float | None = None,
) -> Store:
    """Open the store; make the per-user one at its first use, one that was named if asked to."""
    from store.layout import is_store

    path = store_path(given)
    if not is_store(path) and (create or path == user_store()):
        create_store(path, say=say)
        say(f"made a new store at {shown(path)}")
    return open_store(given, mode, say, wait_s)


def create_store(
    path: Path,
    encoder: str | None = None,
    say: Callable[[str], None] = lambda line: None,
    secret: Secret | None = None,
) -> str:
    """
    Make a store at a path for an encoder, after loading it once to be sure that it works.

    secret: the key of one that is encrypted. It is trusted from then on; where that cannot be kept,
    this is said. Returns its real path, or its URL.
    """
    from memcli.memory.encoders import load_encoder
    from memcli.models.encoder import DEFAULT_ENCODER
    from store import Store

    Store.create(path, load_encoder(encoder or DEFAULT_ENCODER).stamp(), secret=secret)
    return _marked(path, say)


def new_secret(
    root: Path, new_key: Path | None, say: Callable[[str], None], store_id: str = ""
) -> Secret:
    """
    Return the key that a store is to be encrypted by; a file that is named is made if need be.

    KeyRefused where none is named, BadUsage for a passphrase that is guessed too easily.
    """
    from store.encryption import key_source

    if new_key is None:
        secret = key_source.find_secret(store_id, root)
    elif new_key.exists():
        say(f"{new_key} is there already, and is used as it is")
        secret = key_source.read_secret(new_key)
        if key_source.is_open_to_others(new_key):
            say(f"{new_key} can be read by others (chmod 600 {new_key})")
    else:
        secret = key_source.make_key_file(new_key)
    key_source.require_strength(secret)
    return secret


def create_from_backup(
    path: Path, backup: Path, say: Callable[[str], None] = lambda line: None
) -> tuple[str, int]:
    """
    Make a store at a path of a backup, and trust it, but for the programs that it names.

    Returns its real path, or its URL, and the number of its head.
    """
    from store.backup import restore_backup

    head = restore_backup(local_path(backup), path)
    return _marked(path, say), head.number


def _marked(path: Path, say: Callable[[str], None]) -> str:
    """Return what a store that was made is called, once it is marked as the user's."""
    from store.trust import put_mark

    try:
        put_mark(path)
    except StoreIOError as error:
        say(f"the store is made, but not marked as yours: {error.what}")
    return shown(path) if copied_url(path) else str(path.resolve())
