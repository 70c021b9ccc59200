"""
Symbolic links in a store, which nothing that deletes may follow.

A store may have come with an archive or a repository, and a link in it lead to files of the user's
that have nothing to do with it. memcli makes none itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreCorrupt
from store.files import io_errors

if TYPE_CHECKING:
    from store.layout import Layout

NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
HAS_DIR_FD = os.open in os.supports_dir_fd and os.unlink in os.supports_dir_fd


def refuse_symlinks(layout: Layout) -> None:
    """Raise StoreCorrupt where the tables or commits are, or hold, symbolic links."""
    for folder in (layout.tables, layout.commits):
        with io_errors(f"read {folder}"):
            for path in _links_in(folder):
                raise link_refused(path)


def _links_in(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        yield folder
    for inside, folders, files in os.walk(folder):
        paths = (os.path.join(inside, name) for name in (*folders, *files))
        yield from (Path(path) for path in paths if os.path.islink(path))


def link_refused(path: Path) -> StoreCorrupt:
    """Return the error for a link where a folder or file of the store should be."""
    return StoreCorrupt(f"{path} is a symbolic link, which is not followed", "remove it")


class OwnFolder:
    """A folder inside a store, opened so that no link on the way or in it is followed."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path, self._descriptor = path, descriptor

    def names(self) -> list[str]:
        """Return the names of what is in it."""
        return sorted(os.listdir(self._path if self._descriptor is None else self._descriptor))

    def read(self, name: str) -> bytes:
        """Return the content of a file; OSError for a link."""
        place = self._place(name)
        number = os.open(place, os.O_RDONLY | NO_FOLLOW, dir_fd=self._descriptor)
        with open(number, "rb") as file:
            return file.read()

    def unlink(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            os.unlink(self._place(name), dir_fd=self._descriptor)
        except FileNotFoundError:
            return

    def _place(self, name: str) -> str:
        return os.path.join(self._path, name) if self._descriptor is None else name


@contextmanager
def own_folder(root: Path, *names: str) -> Iterator[OwnFolder | None]:
    """
    Open a folder below a root for a while; None where there is none.

    StoreCorrupt where a link stands for it, or for a folder on the way.
    """
    path, paths = root, []
    for name in names:
        path = path / name
        paths.append(path)
    for each in paths:
        if each.is_symlink():
            raise link_refused(each)
    if not path.is_dir():
        yield None
        return
    if not HAS_DIR_FD:
        yield OwnFolder(path, None)
        return
    descriptor = _opened(root, names)
    try:
        yield OwnFolder(path, descriptor)
    finally:
        os.close(descriptor)


def _opened(root: Path, names: tuple[str, ...]) -> int:
    """Open folder by folder, so that one that became a link meanwhile is not followed either."""
    with io_errors(f"open {root.joinpath(*names)}"):
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for name in names:
            flags = os.O_RDONLY | os.O_DIRECTORY | NO_FOLLOW
            try:
                inner = os.open(name, flags, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            descriptor = inner
    return descriptor
