"""Opening a store that is there, and making one that is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store.errors import StoreNotFound
from store.location import is_own_store, store_path, user_store

if TYPE_CHECKING:
    from store import Store

Mode = Literal["read", "write"]


def open_store(given: Path | None, mode: Mode = "write") -> Store:
    """Open the store that a command is to use; StoreNotFound where there is none."""
    path = store_path(given)
    from store.layout import is_store

    if not is_store(path) and not path.exists():
        raise StoreNotFound(f"no store at {path}", f"make one: memcli init --store {path}")
    from store import Store

    return Store.open(path, mode=mode, is_own=is_own_store(given, path))


def open_or_create(
    given: Path | None,
    create: bool,
    say: Callable[[str], None] = lambda line: None,
    mode: Mode = "write",
) -> Store:
    """Open the store; make the per-user one at its first use, one that was named if asked to."""
    from store.layout import is_store

    path = store_path(given)
    if not is_store(path) and (create or path == user_store()):
        create_store(path)
        say(f"made a new store at {path}")
    return open_store(given, mode)


def create_store(path: Path, encoder: str | None = None) -> Path:
    """Make a store at a path for an encoder, after loading it once to be sure that it works."""
    from memcli.memory.encoders import load_encoder
    from memcli.models.encoder import DEFAULT_ENCODER
    from store import Store

    Store.create(path, load_encoder(encoder or DEFAULT_ENCODER).stamp())
    return path.resolve()
