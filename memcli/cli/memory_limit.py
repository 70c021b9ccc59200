"""
Memory limit: too little address space is said in a line before the libraries are loaded.

Lance, Arrow and DuckDB map hundreds of megabytes that they never fill; where they may not, they
fail each in its own way, by a traceback, an abort or for ever. A limit on the memory that is really
used (a control group) is another matter: 512 MB are enough.
"""

from __future__ import annotations

import os
from typing import Final

from store.errors import StoreIOError

# Of a command on a small store; with 1,000 some ended in an abort.
NEEDED_MB: Final = 1_200
# Which allocator Arrow takes; to be said before it is loaded.
ARROW_POOL: Final = "ARROW_DEFAULT_MEMORY_POOL"
REMEDY: Final = "raise ulimit -v; to bound what is really used, take a control group"
# How the dynamic loader says it.
NO_ROOM: Final = ("failed to map segment", "Cannot allocate memory", "cannot allocate memory")


def require_address_space() -> None:
    """
    Raise StoreIOError where this process may have too little address space.

    Under a limit Arrow takes memory as it needs it, from the C library: its own allocator begins
    with a gigabyte, where that fits, and leaves nothing of 1,200 MB to anybody else.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_DATA, getrlimit
    except ImportError:  # Windows has no such limit
        return
    limit, _ = getrlimit(RLIMIT_AS)
    if {limit, getrlimit(RLIMIT_DATA)[0]} != {RLIM_INFINITY}:
        os.environ.setdefault(ARROW_POOL, "system")
    if limit != RLIM_INFINITY and limit < NEEDED_MB << 20:
        has = f"{limit >> 20:,} MB of address space"
        raise StoreIOError(f"{has} are too little, memcli needs {NEEDED_MB:,}", REMEDY)


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error is that there is no memory left, for data or for a library."""
    if isinstance(error, ImportError):
        return any(words in str(error) for words in NO_ROOM)
    return isinstance(error, MemoryError)


def out_of_memory() -> tuple[str, int]:
    """Return the line and the status for that."""
    return "out of memory (close other programs, or raise the limit on memory)", os.EX_IOERR
