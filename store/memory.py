"""Memory that the C library holds on to, and how much there may be of it."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

# malloc.h of the GNU C library.
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
ARENAS: Final = 2
LARGE_BYTES: Final = 1 << 20


# Of version 2, as a container sees it, which says "max" where there is none; and of version 1.
CONTROL_GROUP_FILES: Final = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)


def limit_heap() -> None:
    """
    Let threads share two arenas of glibc's malloc, without what is large; elsewhere, do nothing.

    By default each of Lance's threads gets its own, up to eight a core, and what is freed in one
    serves no other: indexing a million and a half turns took 880 MB like that, and 630 MB so.
    What is larger than a megabyte is mapped by itself and goes when it is freed: by default
    glibc raises that bound to 32 MB as it meets large ones, and they tear holes into the arenas
    that nothing else fits into. To write 1.4 million turns took 253 MB of heap, and 215 so.
    It has to be called before those threads exist.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            library.mallopt(M_ARENA_MAX, ARENAS)
            library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Return what is free to the system, on glibc; elsewhere, only collect garbage."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def memory_bound() -> int | None:
    """Return how many bytes the control group of a container allows, None where it sets none."""
    for path in CONTROL_GROUP_FILES:
        with suppress(OSError, ValueError):
            return int(Path(path).read_text("ascii"))
    return None
