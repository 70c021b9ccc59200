"""
Working copy: the decrypted store in memory, shared by the processes that have it open.

Each holds a shared lock for as long as it works; the last one removes the copy, or leaves it for
some minutes if the user set that. Of a process that was killed the lock is free, but nobody has
removed the copy: the next one that finds it alone, for this store or another, removes it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from store.encryption import sweeping
from store.encryption.runtime import STORE, base_folder, copy_name
from store.files import io_errors

TEMPORARY_LENGTH: Final = len("tmp????????")


class WorkingCopy:
    """
    The folder in memory of one encrypted store.

    store: where the files are, as in a plain store.
    """

    def __init__(self, root: Path, store_id: str) -> None:
        self._base = base_folder()
        self.folder = self._base / copy_name(root, store_id)
        self.store = self.folder / STORE
        self._mark = self.folder / "purges"
        self._number: int | None = None

    @property
    def temporary(self) -> Path:
        """Where temporary files go."""
        return self.folder / "tmp"

    def acquire(self) -> None:
        """Take part in its use; copies that processes left that were killed are removed before."""
        with io_errors(f"open {self.folder}"):
            for users in self._base.glob(f"*{sweeping.USERS}"):
                sweeping.remove_unused(str(users).removesuffix(sweeping.USERS))
            self._number = sweeping.take_part(str(self.folder))
            # Whoever is killed from here on leaves one that nobody answers for.
            (self.folder / sweeping.KEPT).unlink(missing_ok=True)
            self.store.mkdir(mode=0o700, parents=True, exist_ok=True)

    def release(self, keep_minutes: float) -> None:
        """Leave it; the last one removes it, unless it is to be kept for some minutes."""
        if self._number is None:
            return
        if keep_minutes > 0:
            self._keep(keep_minutes)
        os.close(self._number)
        self._number = None
        with suppress(OSError):
            sweeping.remove_unused(str(self.folder))

    def _keep(self, minutes: float) -> None:
        """Leave it for some minutes, with a process that removes it then."""
        with suppress(OSError):
            until = str(time.time() + minutes * 60)
            (self.folder / sweeping.KEPT).write_text(until, encoding="ascii")
            if not sweeping.is_at_work(str(self.folder)):
                nowhere = subprocess.DEVNULL
                subprocess.Popen(
                    [sys.executable, "-I", "-S", sweeping.__file__, str(self.folder)],
                    stdin=nowhere,
                    stdout=nowhere,
                    stderr=nowhere,
                    start_new_session=True,
                    cwd="/",
                )

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Be the only one that brings files in from the container."""
        with io_errors(f"open {self.folder}"):
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            number = os.open(self.folder / "filling.lock", flags, 0o600)
            fcntl.flock(number, fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(number)

    @property
    def purges(self) -> int:
        """The oldest epoch that was known when it was filled: a purge since then raises it."""
        with suppress(OSError, ValueError):
            return int(self._mark.read_text("ascii"))
        return 0

    @purges.setter
    def purges(self, epoch: int) -> None:
        if self.purges != epoch:
            self._mark.write_text(str(epoch), encoding="ascii")

    def room(self) -> int:
        """Return how many bytes more it can take."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def walk(self, below: str = "") -> dict[str, os.stat_result]:
        """Return its files by their names in the store; temporary ones and locks are none."""
        found: dict[str, os.stat_result] = {}
        todo = [below]
        while todo:
            inside = todo.pop()
            prefix = f"{inside}/" if inside else ""
            with (
                suppress(FileNotFoundError, NotADirectoryError),
                os.scandir(self.store / inside) as entries,
            ):
                for entry in entries:
                    name = prefix + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(name)
                    elif not is_passing(name):
                        with suppress(FileNotFoundError):
                            found[name] = entry.stat(follow_symlinks=False)
        return found


def is_passing(name: str) -> bool:
    """Say whether a file of a store is a lock, or is only there until it has another name."""
    last = name.rpartition("/")[2]
    is_unnamed = "/" not in name and len(name) == TEMPORARY_LENGTH and name.startswith("tmp")
    return last.endswith(".lock") or (last.startswith(".") and last.endswith(".tmp")) or is_unnamed
