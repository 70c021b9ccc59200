"""Files that are there whole or not at all, and errors of the operating system as ours."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from store.errors import StoreIOError

FULL: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
FREE_SPACE: Final = "free some space, run it again"
# Some file systems cannot link; there a rename after a look has to do.
NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


@contextmanager
def io_errors(doing: str, remedy: str = "check owner, mode and disk") -> Iterator[None]:
    """Turn what the operating system refuses into StoreIOError; a closed pipe is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        advice = FREE_SPACE if error.errno in FULL else remedy
        raise StoreIOError(f"cannot {doing}: {error.strerror or error}", advice) from error


def sync(path: str | Path) -> None:
    """Make the content of a file, or the names in a directory, survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_synced(
    path: Path, data: bytes | Iterable[bytes], mode: int | None = None, *, is_new: bool = False
) -> None:
    """
    Write a file whose content survives a power loss; its name does when its folder is synced.

    data: all of it, or its parts in their order.
    mode: its rights, whatever the umask; None is as the umask says. is_new: FileExistsError where
    something has the name, a link too.
    """
    opened = 0o666 if mode is None else mode & 0o600
    with open(path, "xb" if is_new else "wb", opener=partial(os.open, mode=opened)) as file:
        if mode is not None:
            os.chmod(file.fileno() if os.chmod in os.supports_fd else path, mode)
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


def temporary_beside(path: Path) -> Path:
    """Return a hidden name beside a path that no other process or thread writes to."""
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")


def write_whole(
    path: Path, data: bytes | Iterable[bytes], *, is_new: bool = False, mode: int | None = None
) -> None:
    """
    Write a file so that readers find the old content or the new, also after a power loss.

    data: all of it, or its parts in their order.
    mode: its rights, whatever the umask; None is as the umask says. Raises FileExistsError for one
    that is there though it `is_new`.
    """
    temporary = temporary_beside(path)
    temporary.unlink(missing_ok=True)  # of a process that was killed and had the same number
    try:
        write_synced(temporary, data, mode, is_new=True)
        give_name(temporary, path, is_new)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def give_name(temporary: Path, path: Path, is_new: bool) -> None:
    """Let a file have its name at once; FileExistsError where it is taken though it `is_new`."""
    if is_new:
        os.link(temporary, path)
    else:
        os.replace(temporary, path)
