"""Opening of stores on object storage: each is open once in a process, until that ends."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import Any

from store.errors import StoreCorrupt
from store.remote import connecting
from store.remote.local_copy import LocalCopy
from store.remote.mirror import Mirror
from store.remote.settings import read_settings
from store.remote.urls import copied_url, note_copy, url_of

_open: dict[Path, Mirror] = {}
_lock = threading.Lock()


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
        copy.touch()
        mirror = Mirror(connecting.objects_of(url, settings), copy, str(identity["id"]), settings)
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
