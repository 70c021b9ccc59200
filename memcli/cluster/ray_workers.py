"""
Workers on Ray: the one importer of ray, which is asked to call home to nobody.

Each part is one task with one core. A task whose worker dies is run again, by Ray; what it makes is
the same then, for it only reads. Few parts are under way at a time, so that what comes back waits
in the memory of the cluster in small numbers, and is taken in the order of the parts.
"""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from memcli.cluster.address import Address, parse_address, require_answer, unreachable
from memcli.cluster.working import Failure, StatePlace, work
from store.errors import ClusterFailed

if TYPE_CHECKING:
    from memcli.memory.workers import BatchTask, Workers
    from store import Snapshot

Part = TypeVar("Part")
Made = TypeVar("Made")

# How often a part is begun again whose worker died: of memory, or with its machine.
RETRIES: Final = 3
# Parts under way for each core: one at work, one that waits for it.
PARTS_A_CORE: Final = 2
# Whatever is set, nobody asked memcli to call anybody: no statistics of usage.
SETTINGS: Final = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0"}
INSTALL: Final = "pip install 'memcli[ray]'"


class RayWorkers:
    """The processes of a cluster that is connected."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self.cores = max(1, int(ray.cluster_resources().get("CPU", 1)))

    def map(
        self, task: BatchTask[Part, Made], snapshot: Snapshot, parts: Iterable[Part]
    ) -> Iterator[Made]:
        """Yield what is made of each part, in order; ClusterFailed, or what a worker raised."""
        remote = self._ray.remote(num_cpus=1, max_retries=RETRIES)(work)
        # What all parts share goes to each machine once.
        shared = self._ray.put(StatePlace.of(snapshot)), self._ray.put(task)
        begun = (remote.remote(*shared, part) for part in parts)
        under_way = deque(islice(begun, self.cores * PARTS_A_CORE))
        while under_way:
            made = self._got(under_way.popleft())
            under_way.extend(islice(begun, 1))
            yield made

    def _got(self, promise: Any) -> Any:
        """Return what a task made."""
        try:
            made = self._ray.get(promise)
        except self._ray.exceptions.RayError as error:
            raise _failed(error) from error
        except ConnectionError as error:
            raise ClusterFailed(f"the cluster is gone: {_line(error)}", "run it again") from error
        if isinstance(made, Failure):
            raise made.raised()
        return made


@contextmanager
def open_workers(on: str | None, cores: int | None = None) -> Iterator[Workers | None]:
    """
    Connect to what `--on` names, and disconnect; None where it names nothing.

    cores: how many Ray has on this machine, by default all.
    BadUsage for no address; ClusterFailed where Ray is not installed or does not answer.
    """
    if on is None:
        yield None
        return
    address = parse_address(on)
    os.environ.update(SETTINGS)
    try:
        import ray
    except ImportError as error:
        raise ClusterFailed("Ray is not installed", INSTALL) from error
    if address is not None:
        require_answer(address)
    _connect(ray, address, cores)
    try:
        yield RayWorkers(ray)
    finally:
        ray.shutdown()


def _connect(ray: Any, address: Address | None, cores: int | None) -> None:
    """Connect to a cluster, or start Ray on this machine, in silence."""
    silent = {"logging_level": "ERROR", "log_to_driver": False}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if address is None:
                ray.init(address="local", num_cpus=cores, include_dashboard=False, **silent)
            else:
                ray.init(address=str(address), **silent)
    except Exception as error:  # of many kinds, with no public base
        if address is not None:
            raise unreachable(address, _line(error)) from error
        raise ClusterFailed(
            f"Ray does not start here: {_line(error)}", "run it without --on"
        ) from error


def _failed(error: Exception) -> ClusterFailed:
    """Return what a failure of Ray's means, in a line."""
    cause = getattr(error, "cause", None) or error
    if isinstance(cause, ImportError):
        return ClusterFailed(
            f"a worker lacks a library: {_line(cause)}", f"on each node: {INSTALL}"
        )
    kind = type(cause).__name__
    if kind in ("WorkerCrashedError", "NodeDiedError", "LocalRayletDiedError"):
        what = f"a worker was killed {RETRIES + 1} times at the same part"
        return ClusterFailed(what, "is there memory enough? run it again, or without --on")
    return ClusterFailed(
        f"a worker failed: {kind}: {_line(cause)}", "run it again, or without --on"
    )


def _line(error: BaseException) -> str:
    """Return the last line of a message that has any: where a trace is, what it is of."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:300]
