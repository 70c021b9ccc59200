"""Connecting: the folder that is the copy of a store at a URL, made where there is such a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from store.errors import StoreCorrupt, UnsupportedVersion
from store.remote.local_copy import CopyState, LocalCopy
from store.remote.objects import CloudObjects, Objects
from store.remote.settings import StorageSettings, read_settings
from store.remote.urls import REMOTE_FORMAT, SEALED_FORMAT, note_copy, remote_identity
from store.sealing import unsealed

IDENTITY: Final = "store.json"


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
    try:
        identity: dict[str, Any] = unsealed(data)
        version, store_id = int(identity["format"]), str(identity["id"])
        form = str(identity["form"]) if version == SEALED_FORMAT else ""
    except (ValueError, KeyError, TypeError) as error:
        raise StoreCorrupt(f"{IDENTITY} of {url} is damaged", "run memcli repair") from error
    if version not in (REMOTE_FORMAT, SEALED_FORMAT):
        what = f"{url} is of format version {version}, not one of object storage"
        raise UnsupportedVersion(what, "copy it to a disk, and push from there")
    copy.make(url)
    copy.empty()
    copy.write_state(CopyState())
    if not form:
        copy.make_folders()
    copy.write(IDENTITY, remote_identity(store_id, form, url))
