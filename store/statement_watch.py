"""
Watch over a statement of a user: its time, its memory, and Ctrl-C.

DuckDB heeds an interrupt between two blocks of rows. What it computes at once, a constant that it
folds while it plans or one call of a function, goes on for as long and in as much memory as it
takes; then nothing but the end of the process stops it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from threading import Thread
from typing import Any, Final, TypeVar

from store.errors import BadUsage, Interrupted, MemcliError

T = TypeVar("T")
POLL_S: Final = 0.05
# What an interrupt is given to be heeded, and how much less where memory runs out.
GRACE_S: Final = 1.0
MEMORY_GRACE_S: Final = 0.1
# What DuckDB counts is bounded by its own limit, which is half of this.
GROWTH_BYTES: Final = 2 << 30
MEMORY_REMEDY: Final = "narrow it, or aggregate less at a time"


def watched(
    work: Callable[[], T],
    interrupt: Callable[[], None],
    timeout_s: float | None,
    give_up: Callable[[MemcliError], Any] = lambda error: None,
) -> T:
    """
    Return what `work` gives, done in a thread of its own.

    Raises BadUsage where it takes longer than `timeout_s` or grows by more than GROWTH_BYTES, and
    Interrupted at Ctrl-C. interrupt: asks it to stop; give_up: is called with the error where that
    is not heeded, and is to end the process; else it is waited for.
    """
    running = _started(work)
    began, before = time.monotonic(), resident_bytes()
    why: MemcliError | None = None
    grace = GRACE_S
    try:
        while not wait([running], POLL_S).done and why is None:
            if timeout_s is not None and time.monotonic() - began > timeout_s:
                what = f"the statement took longer than {timeout_s:g} s"
                why = BadUsage(what, "narrow it, or raise --timeout")
            elif resident_bytes() - before > GROWTH_BYTES:
                what = f"the statement needs more than {GROWTH_BYTES >> 30}GB of memory"
                why, grace = BadUsage(what, MEMORY_REMEDY), MEMORY_GRACE_S
    except KeyboardInterrupt:
        why = Interrupted("interrupted")
    if why is None:
        return running.result()
    interrupt()
    if not wait([running], grace).done:
        give_up(why)
    raise why


def _started(work: Callable[[], T]) -> Future[T]:
    """Return the future of work in a thread that keeps no process alive."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def resident_bytes() -> int:
    """Return the bytes of memory that this process has now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
