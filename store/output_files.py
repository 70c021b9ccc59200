"""
Output files: what the user names to be written is there only when it is whole.

In a folder that others write to, a name may be a link that somebody else put there, to have us
write where they cannot: no link of another owner is followed, nor one that leads nowhere, and what
is written has a folder of its own until it gets its name.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from store.errors import BadUsage, StoreExists, StoreIOError
from store.files import NO_LINKS, give_name, io_errors, sync

LAST: Final = "README.md"
# Files that are open already, which may have no name to be replaced.
STREAMS: Final = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")

# As the kernel has it.
MOST_LINKS: Final = 40


@contextmanager
def new_file(path: Path, force: bool) -> Iterator[Path]:
    """
    Yield a temporary path; what is written there gets its name when the body has ended well.

    StoreExists when something has that name, unless `force`, or a link that is not followed has; a
    pipe or device is written as it is.
    """
    place = path if _is_stream(path) else followed(path)
    if _is_special(path):
        with _writing(path):
            yield path
        return
    _require_free(path, place, force)
    with _writing(path):
        draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent))
    try:
        with _writing(path):
            yield draft / place.name
            sync(draft / place.name)
            _publish_file(draft / place.name, place, force)
            sync(place.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def followed(path: Path) -> Path:
    """
    Return where a path leads, by links of this user and of the system alone.

    StoreExists for a link of another owner, and for one that leads nowhere.
    """
    for _ in range(MOST_LINKS):
        if not path.is_symlink():
            return path.parent.resolve() / path.name
        if hasattr(os, "geteuid") and path.lstat().st_uid not in (os.geteuid(), 0):
            raise StoreExists(f"{path} is a link of another owner", "choose another name")
        if not path.exists():
            break
        path = path.parent / path.readlink()
    raise StoreExists(f"{path} is a link that leads nowhere", "choose another name, or remove it")


def _is_stream(path: Path) -> bool:
    return str(path.absolute()).startswith(STREAMS)


def _is_special(path: Path) -> bool:
    """Say whether a path is a pipe, a device or an open stream: no file is made there."""
    if _is_stream(path):
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
        place = followed(path)
        if place.exists() and not (place.is_dir() and not any(place.iterdir())):
            what = "is not empty" if place.is_dir() else "is a file"
            raise StoreExists(f"{path} {what}", "choose a new or empty folder")
        if not place.parent.is_dir():
            raise StoreIOError(f"there is no folder {path.parent}", "make it first")
        name = f".memcli-export.{os.getpid()}.tmp"
        temporary = place / name if place.exists() else place.with_name(name)
        temporary.mkdir()
    try:
        with _writing(path):
            yield temporary
            _publish_folder(temporary, place)
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
