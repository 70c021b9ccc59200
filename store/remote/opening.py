"""Opening of stores on object storage: each is open once in a process, until that ends."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import Any

from store.errors import StoreCorrupt, UnsupportedVersion
from store.remote.local_copy import CopyState, LocalCopy
from store.remote.mirror import IDENTITY, Mirror
from store.remote.objects import CloudObjects, Objects
from store.remote.settings import StorageSettings, read_settings
from store.remote.urls import REMOTE_FORMAT, copied_url, note_copy, url_of
from store.sealing import unsealed

_open: dict[Path, Mirror] = {}
_lock = threading.Lock()


def objects_of(url: str, settings: StorageSettings) -> Objects:
    """Objects below a URL, with the options that the user set for it."""
    return CloudObjects(url, settings.options_of(url))


def connect(url: str) -> Path:
    """
    Return the folder of the copy of a store at a URL; where there is no store, neither is it there.

    StoreIOError where the bucket cannot be asked, UnsupportedVersion for a store of another form.
    """
    settings = read_settings()
    copy = LocalCopy.of(url, settings.cache)
    note_copy(copy.store, url)
    if not copy.path(IDENTITY).exists():
        found = objects_of(url, settings).get(IDENTITY)
        if found is not None:
            _take_identity(copy, url, found.data)
    return copy.store


def _take_identity(copy: LocalCopy, url: str, data: bytes) -> None:
    """Make the copy of a store, empty yet."""
    from store.layout import identity_of

    try:
        identity: dict[str, Any] = unsealed(data)
        version, store_id = int(identity["format"]), str(identity["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreCorrupt(
            f"{IDENTITY} of {url} is damaged", "put it back from a backup"
        ) from error
    if version != REMOTE_FORMAT:
        what = f"{url} is of format version {version}, not one of object storage"
        raise UnsupportedVersion(what, "copy it to a disk, and push from there")
    copy.make(url)
    copy.empty()
    copy.write_state(CopyState())
    copy.make_folders()
    copy.write(IDENTITY, identity_of(store_id, encrypted=False, url=url))


def open_mirror(root: Path, identity: dict[str, Any]) -> Mirror:
    """
    Return what keeps a store and its copy in a folder alike; StoreCorrupt where it is no copy.

    A folder that says so and lies elsewhere than the user's copies may have come from anybody.
    """
    url = url_of(str(identity.get("url", "")))
    settings = read_settings()
    if url is None or LocalCopy.of(url, settings.cache).store.resolve() != root.resolve():
        what = f"{root} is a copy of a store on object storage, and not where such copies are"
        raise StoreCorrupt(what, "name the store by its URL")
    note_copy(root, url)
    with _lock:
        known = _open.get(root)
        if known is not None and known.store_id == identity["id"]:
            known.expire()
            return known
        copy = LocalCopy.of(url, settings.cache)
        mirror = Mirror(objects_of(url, settings), copy, str(identity["id"]), settings)
        _open[root] = mirror
        return mirror


def new_mirror(root: Path, store_id: str) -> Mirror:
    """Return what keeps a store that is made now and its copy alike."""
    return open_mirror(root, {"id": store_id, "url": copied_url(root)})


def forget_mirrors() -> None:
    """Close all that this process has open."""
    with _lock:
        _open.clear()


atexit.register(forget_mirrors)
