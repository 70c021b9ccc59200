"""Working: what a process does with its parts, wherever it is, and how it finds the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from memcli import __version__
from store.errors import ClusterFailed, MemcliError, StoreNotFound
from store.trust import Trust

if TYPE_CHECKING:
    from memcli.memory.workers import BatchTask
    from store import Commit, Snapshot, Store

Part = TypeVar("Part")
Made = TypeVar("Made")


@dataclass(frozen=True)
class StatePlace:
    """
    The state of a store that workers are to read, wherever they are.

    root: a path that all of them see; digest: of the commit, to tell it from another store's;
    reason, is_own: of the trust of who asks them; version: of the memcli that asks.
    """

    root: str
    commit: int
    digest: str
    reason: str = ""
    is_own: bool = True
    version: str = __version__

    @classmethod
    def of(cls, snapshot: Snapshot) -> StatePlace:
        """Return the place of a snapshot; ClusterFailed for a store that is encrypted."""
        layout = snapshot.layout
        if layout.vault is not None:
            raise ClusterFailed(
                f"{layout.root} is encrypted: its key is not given to other machines",
                "run it without --on",
            )
        root = str(Path(layout.root).resolve())
        trust = layout.trust
        return cls(
            root, snapshot.commit.number, digest_of(snapshot.commit), trust.reason, trust.is_own
        )

    def open(self) -> tuple[Store, Snapshot]:
        """Open it to read; ClusterFailed where another store, or another memcli, is there."""
        from store import Store

        if self.version != __version__:
            what = f"a worker has memcli {__version__}, this is {self.version}"
            raise ClusterFailed(what, f"on each node: pip install 'memcli[ray]=={self.version}'")
        trust = Trust(self.reason, self.is_own, _allows_none)
        try:
            store = Store.open(Path(self.root), mode="read", trust=trust)
            snapshot = store.snapshot(self.commit)
        except StoreNotFound as error:
            what = f"a worker does not see {self.root}"
            raise ClusterFailed(what, "put it on a disk that all nodes have") from error
        if digest_of(snapshot.commit) != self.digest:
            raise ClusterFailed(
                f"at {self.root} a worker sees another store", "give one path that all nodes share"
            )
        return store, snapshot


def _allows_none(commands: str) -> bool:
    """Say that no program of config.toml is run: workers need none."""
    return False


def digest_of(commit: Commit) -> str:
    """Return what tells a commit from those of other stores."""
    text = json.dumps(commit.to_json(), sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def _opened(place: StatePlace, task: BatchTask[Any, Any]) -> Callable[[Any], Any]:
    """Return what does a task at a place: models and tables are opened once in a process."""
    return task.open(*place.open())


@dataclass(frozen=True)
class Failure:
    """An expected error of a worker, as it travels back."""

    error: type[MemcliError]
    what: str
    remedy: str

    def raised(self) -> MemcliError:
        """Return it as the error that it was."""
        error = MemcliError.__new__(self.error)
        MemcliError.__init__(error, self.what, self.remedy)
        return error


def work(place: StatePlace, task: BatchTask[Part, Made], part: Part) -> Made | Failure:
    """Do a part in the process of a worker, and return what is made of it or why it is not."""
    try:
        made: Made = _opened(place, task)(part)
        return made
    except MemcliError as error:
        told = getattr(error, "what", "") or str(error)
        return Failure(type(error), told, getattr(error, "remedy", ""))
