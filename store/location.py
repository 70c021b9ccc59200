"""Location of the store: named, in the environment, upward from here, or the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

Reason = Literal["option", "environment", "upward", "user"]


def store_path(given: Path | None) -> Path:
    """Return the path of the store to use: the option, the environment, .memory/, the user's."""
    return store_place(given)[0]


def store_place(given: Path | None) -> tuple[Path, Reason]:
    """Return the path of the store to use, and what it was found by."""
    if given is not None:
        return given, "option"
    if named := os.environ.get("MEMCLI_STORE"):
        return Path(named), "environment"
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".memory" / "store.json").is_file():
            return folder / ".memory", "upward"
    return user_store(), "user"


def own_store_path(given: Path | None) -> Path:
    """
    Return the path of the user's own store: the option, the environment, the per-user one.

    A `.memory/` found upward may be somebody else's, come with a repository: what it says is not
    put before an agent unasked, and what is said to one is not kept there.
    """
    return given or Path(os.environ.get("MEMCLI_STORE") or user_store())


def is_own_store(given: Path | None, root: Path) -> bool:
    """Say whether the user named the store, or it is their own one, rather than found near by."""
    return given is not None or bool(os.environ.get("MEMCLI_STORE")) or root == user_store()


def user_store() -> Path:
    """Return the path of the per-user store."""
    from platformdirs import user_data_path

    return user_data_path("memcli")
