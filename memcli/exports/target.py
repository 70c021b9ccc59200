"""Export target: a new file or folder that is there only when it is whole."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from store.errors import BadUsage, StoreExists, StoreIOError
from store.files import NO_LINKS, give_name, io_errors, sync, temporary_beside

LAST: Final = "README.md"
# Files that are open already, which may have no name to be replaced.
STREAMS: Final = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")


@contextmanager
def new_file(path: Path, force: bool) -> Iterator[Path]:
    """
    Yield a temporary path; what is written there gets its name when the body has ended well.

    StoreExists when something has that name, unless `force`; a pipe or device is written as it is.
    """
    if _is_special(path):
        with _writing(path):
            yield path
        return
    place = path.resolve()
    _require_free(path, place, force)
    temporary = temporary_beside(place)
    try:
        with _writing(path):
            yield temporary
            sync(temporary)
            _publish_file(temporary, place, force)
    finally:
        for leftover in (temporary, Path(f"{temporary}.wal")):
            leftover.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    """Say whether a path is a pipe, a device or an open stream: no file is made there."""
    if str(path.absolute()).startswith(STREAMS):
        return True
    with suppress(OSError):
        mode = path.stat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


def _require_free(path: Path, place: Path, force: bool) -> None:
    if place.is_dir():
        raise StoreExists(f"{path} is a folder", "name a file")
    if place.exists() and not force:
        raise StoreExists(f"{path} exists already", "choose another name, or add --force")
    if not place.parent.is_dir():
        raise StoreIOError(f"there is no folder {path.parent}", "make it first")


def _publish_file(temporary: Path, place: Path, force: bool) -> None:
    """Give a file its name; StoreExists when another got it meanwhile."""
    try:
        give_name(temporary, place, is_new=not force)
    except FileExistsError:
        raise StoreExists(f"{place} exists already", "choose another name") from None
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        temporary.rename(place)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """
    Yield a temporary folder; what is put there is moved to `path` when the body has ended well.

    StoreExists when something is at that path, other than an empty folder.
    """
    with _writing(path):
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            what = "is not empty" if path.is_dir() else "is a file"
            raise StoreExists(f"{path} {what}", "choose a new or empty folder")
        if not path.resolve().parent.is_dir():
            raise StoreIOError(f"there is no folder {path.parent}", "make it first")
        name = f".memcli-export.{os.getpid()}.tmp"
        temporary = path / name if path.exists() else path.resolve().with_name(name)
        temporary.mkdir()
    try:
        with _writing(path):
            yield temporary
            _publish_folder(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _publish_folder(temporary: Path, path: Path) -> None:
    """Give a folder its name, or move what is in it into the empty one that has the name."""
    if not path.exists():
        temporary.rename(path)
        return
    for child in sorted(temporary.iterdir(), key=lambda child: child.name == LAST):
        child.rename(path / child.name)


def _writing(path: Path) -> AbstractContextManager[None]:
    return io_errors(f"write {path}", "check the path and its permissions")


def require_regular(path: Path, form: str) -> None:
    """Raise BadUsage for a pipe or a device, which a format cannot be written to."""
    if _is_special(path):
        raise BadUsage(f"{form} cannot be written to {path}", "name a file with -o")
