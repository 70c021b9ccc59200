"""Cores that this process may use, two at once, and how Lance is told to use few of them."""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping, Sequence
from typing import Final, TypeVar

Result = TypeVar("Result")

# Lance keeps so many cores for waiting for disks, and computes on the rest, on one at least.
KEPT_BY_LANCE: Final = 2


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_with_lance(variables: MutableMapping[str, str], cores: int) -> None:
    """Let Lance compute on two cores, where there are not many; what the user has set stays."""
    if 1 < cores < 2 + KEPT_BY_LANCE:
        variables.setdefault("LANCE_CPU_THREADS", "2")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """
    Return what some calls give, in their order, made on two cores where there are several.

    The first is made in this thread, the others one after the other in another; if one fails, the
    error is raised when all have ended.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        others = [pool.submit(call) for call in calls[1:]]
        first = calls[0]()
    return [first, *(other.result() for other in others)]
