"""Files of tables on the disk: which there are, which a version needs, and the tags of commits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from store import lance_versions, wholeness
from store.errors import StoreCorrupt
from store.files import io_errors, sync

if TYPE_CHECKING:
    from store import _lance


def needed_only(table: _lance.Table, folder: Path, new: set[str]) -> set[str]:
    """
    Return those of the new files of a table that its open version is read from.

    The others, versions in between and tags, are of this machine alone.
    """
    parts = frozenset(part.path for part in table.parts())
    manifest = str(lance_versions.manifest_path(folder, table.version))
    return {
        path
        for path in new
        if path == manifest or wholeness.is_of_parts(os.path.relpath(path, folder), parts)
    }


def tag_name(number: int) -> str:
    """Return the tag that protects the versions that a commit made."""
    return f"commit-{number:08d}"


def tag_number(tag: str) -> int:
    """Return the number of the commit that a tag protects; 0 for tags that are not ours."""
    digits = tag.removeprefix("commit-")
    return int(digits) if digits != tag and digits.isdigit() else 0


def list_files(path: Path) -> set[str]:
    """Return every file below a folder; StoreCorrupt when there is no such folder."""
    if not path.is_dir():
        raise StoreCorrupt(f"{path} is missing", "restore it from a backup")
    with io_errors(f"read {path}"):
        return set(_walk(str(path)))


def _walk(path: str) -> Iterator[str]:
    folders = [path]
    while folders:
        # One that is not there was cleaned up by another process since it was listed.
        with suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry.path


def sync_files(paths: set[str], root: Path) -> None:
    """Make files and the folders between them and `root`'s parent survive a power loss."""
    top = str(root)
    folders = {top, str(root.parent)}
    with io_errors(f"sync {root}"):
        for name in sorted(paths):
            sync(name)
            folder = os.path.dirname(name)
            while folder not in folders and folder.startswith(top):
                folders.add(folder)
                folder = os.path.dirname(folder)
        for folder in sorted(folders):
            sync(folder)
