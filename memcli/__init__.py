"""
memcli: long-term memory, in the shell and in Python.

>>> import memcli
>>> with memcli.open("notes.memory", create=True) as memory:
...     memory.add("The gate code is with Ida.")
...     hits = memory.search("who has the gate code?")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.version import VERSION as __version__
from store.errors import MemcliError

if TYPE_CHECKING:
    from os import PathLike

    from memcli.agents.memory_store import MemoryStore

__all__ = ["MemcliError", "__version__", "open"]


def open(
    path: str | PathLike[str] | None = None,
    *,
    namespace: str | None = None,
    create: bool = False,
    read_only: bool = False,
) -> MemoryStore:
    """
    MemoryStore at a path, else the one that the commands take: see `memcli help store`.

    namespace: bounds all that is read, and `shared` is read beside it, and takes what is written.
    create: make the store where there is none. read_only: refuse to write, and count no recalls.
    Raises StoreNotFound without one, and what else is wrong with it as a MemcliError.
    """
    from pathlib import Path

    from memcli.agents.memory_store import MemoryStore
    from memcli.memory.opening import open_or_create
    from memcli.search.resident import ResidentMemory

    given = None if path is None else Path(path)
    store = open_or_create(given, create, mode="read" if read_only else "write")
    return MemoryStore(ResidentMemory(store, namespace))
