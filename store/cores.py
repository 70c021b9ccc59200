"""Cores that this process may use, and how Lance is told to use few of them."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Final

# Lance keeps so many cores for waiting for disks, and computes on the rest, on one at least.
KEPT_BY_LANCE: Final = 2


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_with_lance(variables: MutableMapping[str, str], cores: int) -> None:
    """Let Lance compute on two cores, where there are not many; what the user has set stays."""
    if 1 < cores < 2 + KEPT_BY_LANCE:
        variables.setdefault("LANCE_CPU_THREADS", "2")
