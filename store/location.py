"""Location of the store: named, in the environment, upward from here, or the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, NamedTuple

from store.remote.urls import url_of

Reason = Literal["option", "environment", "upward", "user"]


class StorePlace(NamedTuple):
    """Where a store is, and what it was found by."""

    path: Path
    reason: Reason

    @property
    def is_named(self) -> bool:
        """Whether the user named it, here or in the environment."""
        return self.reason in ("option", "environment")


def store_path(given: Path | None) -> Path:
    """Return the path of the store to use: the option, the environment, .memory/, the user's."""
    return store_place(given).path


def store_place(given: Path | None) -> StorePlace:
    """Return the path of the store to use, and what it was found by."""
    if given is not None:
        return StorePlace(local_path(given), "option")
    if named := os.environ.get("MEMCLI_STORE"):
        return StorePlace(local_path(named), "environment")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".memory" / "store.json").is_file():
            return StorePlace(folder / ".memory", "upward")
    return StorePlace(user_store(), "user")


def named_url(given: Path | None) -> str | None:
    """Return the URL that the store to use is named by, None for a folder; no bucket is asked."""
    name = given or os.environ.get("MEMCLI_STORE")
    return url_of(name) if name else None


def own_store_path(given: Path | None) -> Path:
    """
    Return the path of the user's own store: the option, the environment, the per-user one.

    A `.memory/` found upward may be somebody else's, come with a repository: what it says is not
    put before an agent unasked, and what is said to one is not kept there.
    """
    return local_path(given or os.environ.get("MEMCLI_STORE") or user_store())


def local_path(name: str | Path) -> Path:
    """
    Return the folder of a store that is named: for one on object storage, that of its copy here.

    The folder of a store that is not there is not there either. StoreIOError or BadUsage where the
    bucket cannot be asked.
    """
    url = url_of(name)
    if url is None:
        return Path(name)
    from store.remote.connecting import connect

    return connect(url)


def user_store() -> Path:
    """Return the path of the per-user store."""
    from platformdirs import user_data_path

    return user_data_path("memcli")
