"""Memory that the C library holds on to."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress
from typing import Final

M_ARENA_MAX: Final = -8  # malloc.h of the GNU C library
ARENAS: Final = 2


def limit_arenas() -> None:
    """
    Let all threads of this process share two arenas of glibc's malloc; elsewhere, do nothing.

    By default each of Lance's threads gets its own, up to eight a core, and what is freed in one
    serves no other: indexing a million and a half turns took 880 MB like that, and 630 MB so.
    It has to be called before those threads exist.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what is free to the system, on glibc; elsewhere, only collect garbage."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
