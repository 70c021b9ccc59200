"""Process lock: one process at a time does a kind of work on a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreIOError, StoreLocked


@contextmanager
def only_process(path: Path, wait_s: float, what: str, remedy: str) -> Iterator[None]:
    """Hold the lock in a file; StoreLocked, in those words, when another has it for that long."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=wait_s)
    try:
        lock.acquire()
    except Timeout:
        raise StoreLocked(what, remedy) from None
    except OSError as error:
        raise StoreIOError(
            f"cannot write to {path.parent}: {error.strerror}", "is it read-only?"
        ) from error
    try:
        yield
    finally:
        lock.release()
