"""Timings of the steps of a search."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Timings:
    """How long each step of a search took, in milliseconds."""

    ms: dict[str, float] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[[], T]) -> T:
        """Do some work and note how long it took."""
        started = time.perf_counter()
        result = work()
        self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - started) * 1e3
        return result
