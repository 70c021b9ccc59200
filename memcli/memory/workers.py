"""
Workers: who does the batch work of a step, in parts that are the same whoever does it.

A step cuts its work into parts, by session or by rows, and a `BatchTask` makes of each what it
makes: in this process, or in any that reads the same commit of the store. What comes back is Arrow,
in the order of the parts, and this process alone writes it, as one commit. Quantized models give
vectors that depend on what is encoded together, so parts are cut alike for one process and for
many: then all is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from store import Snapshot, Store

Part = TypeVar("Part")
Made = TypeVar("Made")
Taken = TypeVar("Taken", contravariant=True)
Given = TypeVar("Given", covariant=True)


class BatchTask(Protocol[Taken, Given]):
    """What is done with each part: a frozen dataclass, which travels to where that is done."""

    def open(self, store: Store, snapshot: Snapshot) -> Callable[[Taken], Given]:
        """Return what does it, over the state of a store; called once in each process."""

    def __hash__(self) -> int:
        """Return the same for equal ones: what was opened for one serves the other."""


class Workers(Protocol):
    """Processes that do the parts of a task, on this machine or on others."""

    def map(
        self, task: BatchTask[Part, Made], snapshot: Snapshot, parts: Iterable[Part]
    ) -> Iterator[Made]:
        """Yield what is made of each part, in order; ClusterFailed where they cannot."""
