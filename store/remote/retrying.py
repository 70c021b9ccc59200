"""Retrying: how often and after which pauses an outpaced writer tries again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Final

FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 2.0


def pauses(wait: float | Callable[[], float]) -> Iterator[Callable[[], bool]]:
    """
    Pauses, one for each try, as functions that say whether there is another after a while.

    wait: for how many seconds it is tried, or what says that when it is first needed. Pauses double
    and are by chance, so that those who met once do not meet again (full jitter; Brooker 2015).
    """
    until: float | None = None
    longest = FIRST_PAUSE_S

    def pause() -> bool:
        nonlocal until, longest
        if until is None:
            until = time.monotonic() + (wait() if callable(wait) else wait)
        waited = random.uniform(0, longest)
        longest = min(2 * longest, LONGEST_PAUSE_S)
        if time.monotonic() + waited > until:
            return False
        time.sleep(waited)
        return True

    while True:
        yield pause
