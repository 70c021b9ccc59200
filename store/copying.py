"""
Copies of the files of a store: hard links where what is linked never changes, else bytes.

A file of a table or of a commit is never written to again, so a link to it is as good as a copy
until the disk fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from store.digests import CHANGING
from store.errors import StoreExists
from store.files import io_errors, sync
from store.output_files import followed

# Below these, files are written once.
UNCHANGING: Final = ("tables", "commits")
ENCRYPTED: Final = "encrypted"


def all_files(root: Path) -> Iterator[Path]:
    """Yield the paths of all files of a store, below it; links are none of them."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root)


def require_new(target: Path) -> None:
    """Raise StoreExists for a place where there is something, or a link that is not followed."""
    followed(target)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreExists(f"{target} exists and is not empty", "choose an empty or new folder")


def copy_files(
    root: Path, target: Path, files: Iterable[Path], may_link: bool, is_new: bool = True
) -> int:
    """
    Copy files of a store to a folder, durably, and return how many became links.

    Raises StoreExists where there is something though it `is_new`, StoreIOError when the disk is
    full.
    """
    if is_new:
        require_new(target)
    linked = 0
    folders = {target}
    with io_errors(f"copy {root} to {target}", "choose a folder that you can write to"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.chmod(0o700)
        for name in files:
            place = target / name
            folder = place.parent
            folder.mkdir(parents=True, exist_ok=True)
            while folder not in folders:
                folders.add(folder)
                folder = folder.parent
            linked += _copy(root / name, place, may_link and _never_changes(name))
        for folder in folders:
            sync(folder)
        sync(target.parent)
    return linked


def _never_changes(name: Path) -> bool:
    if name.parts[0] == ENCRYPTED:
        return len(name.parts) > 2  # the keys themselves are written over
    return name.parts[0] in UNCHANGING and name.name != CHANGING


def _copy(source: Path, place: Path, may_link: bool) -> bool:
    """Link or copy a file; say whether it was linked."""
    if may_link:
        try:
            os.link(source, place)
        except OSError:
            may_link = False  # another file system, or one without links
    if not may_link:
        shutil.copy2(source, place)
        sync(place)
    return may_link
