"""
Symbolic links inside a store, which must not lead out of it.

What cleans up or locks follows them: one that leads to a folder of somebody else's files would let
a store that came from elsewhere take these away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from store.errors import StoreCorrupt
from store.files import io_errors


def refuse_outward_links(root: Path, wholly: bool) -> None:
    """
    Raise StoreCorrupt for a link that leads out of a store.

    wholly: look at every file, as is needed to write; else only at the folder and its tables.
    """
    with io_errors(f"look into {root}"):
        for path in _links(root, "" if wholly else "tables"):
            # Settings may be kept elsewhere: what is none of ours is neither read nor written.
            if path != root / "config.toml" and not _is_inside(path, root):
                raise StoreCorrupt(
                    f"{path} is a link that leads out of the store",
                    "put what it leads to in its place, or delete it",
                )


def _links(root: Path, only: str) -> Iterator[Path]:
    """Yield the links in a store: all, or those of its folder and of one in it."""
    top = os.fspath(root)
    folders = [top]
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    yield Path(entry.path)
                elif entry.is_dir() and (not only or (folder == top and entry.name == only)):
                    folders.append(entry.path)


def _is_inside(path: Path, root: Path) -> bool:
    """Say whether a link leads to somewhere in the store; one that goes round does not."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False
