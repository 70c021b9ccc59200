"""
Local copy of a store on object storage: its folder, and what is known of it.

    CACHE/HASH/url          which store it is the copy of
    CACHE/HASH/state.json   how far the copy is, and what of the bucket is known
    CACHE/HASH/recalls/     what was recalled and is not in the bucket yet
    CACHE/HASH/store/       files as in a store on a disk

All of it can be deleted at any time: what is lost are recalls of the last minutes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from store.files import io_errors, write_whole

STATE: Final = "state.json"
URL_FILE: Final = "url"
RECALLS: Final = "recalls"
COPY: Final = "store"
MODE: Final = 0o600
# What is plain of encrypted stores too.
APART: Final = ("store.json", "config.toml")
IN_USE_S: Final = 3_600.0


class CopyState(msgspec.Struct):
    """
    What is known of the bucket, and of the copy.

    head: the newest commit of the copy; tags: those of commits, by their numbers; config: the tag
    of config.toml; is_clean: nothing is in the copy that no commit names; complete: the versions of
    tables that can be read, by table; strays: the newest version in the bucket, by table, where
    that is one that no commit names; writer: what this copy's recalls are called by; merged: how
    many recalls of each writer are here; purge: the newest purge that the copy has heeded.
    """

    head: int = 0
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    config: str = ""
    is_clean: bool = False
    complete: dict[str, list[int]] = msgspec.field(default_factory=dict)
    strays: dict[str, int] = msgspec.field(default_factory=dict)
    writer: str = msgspec.field(default_factory=lambda: secrets.token_hex(8))
    merged: dict[str, int] = msgspec.field(default_factory=dict)
    purge: int = 0

    def has(self, table: str, version: int) -> bool:
        """Say whether a version of a table can be read."""
        return version in self.complete.get(table, ())

    def note(self, table: str, version: int) -> None:
        """Keep that a version of a table can be read."""
        if not self.has(table, version):
            self.complete.setdefault(table, []).append(version)


class LocalCopy:
    """The folder of the copy of a store at a URL."""

    def __init__(self, folder: Path, root: Path | None = None, also: tuple[Path, ...] = ()) -> None:
        """
        Have a folder; root: where identity and settings are, if not with the rest.

        also: folders that are emptied with it.
        """
        self.folder = folder
        self.store = folder / COPY
        self.root = root or self.store
        self._also = also
        self.recalls = folder / RECALLS

    @classmethod
    def of(cls, url: str, cache: Path) -> LocalCopy:
        """Return the copy of a store at a URL, which need not be there."""
        return cls(cache / blake2b(url.encode(), digest_size=12).hexdigest())

    def make(self, url: str) -> None:
        """Make its folders."""
        with io_errors(f"make {self.folder}", "set cache_folder in object-storage.toml"):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in (self.store, self.recalls):
                path.mkdir(mode=0o700, exist_ok=True)
            (self.folder / URL_FILE).write_text(url, encoding="utf-8")

    def touch(self) -> None:
        """Keep that it is used now."""
        with suppress(OSError):
            os.utime(self.folder / URL_FILE)

    def used_at(self) -> float:
        """Return when it was used the last time, in seconds since 1970."""
        with suppress(OSError):
            return (self.folder / URL_FILE).stat().st_mtime
        return 0.0

    def url(self) -> str:
        """Return the URL that it is the copy of, empty where there is none."""
        try:
            return (self.folder / URL_FILE).read_text(encoding="utf-8")
        except OSError:
            return ""

    def read_state(self) -> CopyState:
        """Return what is known; of a copy that says nothing that can be read, nothing is."""
        try:
            return msgspec.json.decode((self.folder / STATE).read_bytes(), type=CopyState)
        except (OSError, ValueError):
            return CopyState()

    def write_state(self, state: CopyState) -> None:
        """Keep what is known."""
        with io_errors(f"write {self.folder}"):
            write_whole(self.folder / STATE, msgspec.json.encode(state), mode=MODE)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Be the only process that brings objects in."""
        from filelock import FileLock

        lock = FileLock(self.folder / "filling.lock", mode=MODE)
        with io_errors(f"open {self.folder}"):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def path(self, name: str) -> Path:
        """Return where a file of the store is."""
        return (self.root if name in APART else self.store) / name

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the store whole or not at all."""
        path = self.path(name)
        with io_errors(f"write {path}", "free some space, or set cache_folder"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, data, mode=MODE)

    def walk(self, below: str) -> dict[str, os.stat_result]:
        """Return its files below a folder by their names; those without a name yet are none."""
        found: dict[str, os.stat_result] = {}
        for folder, _, names in os.walk(self.store / below):
            for name in names:
                path = os.path.join(folder, name)
                if not (name.startswith(".") and name.endswith(".tmp")):
                    found[os.path.relpath(path, self.store)] = os.lstat(path)
        return found

    def remove(self, name: str) -> None:
        """Remove a file of the store, if it is there."""
        with io_errors(f"clean up {self.store}"):
            self.path(name).unlink(missing_ok=True)

    def empty(self) -> None:
        """Remove what is remembered: tables, commits, keys and caches."""
        with io_errors(f"clean up {self.store}"):
            for name in ("tables", "commits", "cache"):
                shutil.rmtree(self.store / name, ignore_errors=True)
            for path in self.store.glob("*.key"):
                path.unlink(missing_ok=True)
            for path in self.recalls.glob("*"):
                path.unlink(missing_ok=True)
            for folder in self._also:
                shutil.rmtree(folder, ignore_errors=True)

    def make_folders(self) -> None:
        """Make the folders that a store has."""
        with io_errors(f"make {self.store}"):
            for name in ("tables", "commits"):
                (self.store / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def bytes_in(folder: Path) -> int:
    """Return what the files below a folder take."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def make_room(own: LocalCopy, limit: int) -> int:
    """
    Remove copies of other stores, the one that was used longest ago first, down to some bytes.

    Those that were used in the last hour stay. Returns what the copies take then.
    """
    cache = own.folder.parent
    total = bytes_in(cache)
    others = [copy for copy in copies(cache) if copy.folder != own.folder]
    for copy in sorted(others, key=LocalCopy.used_at):
        if total > limit and time.time() - copy.used_at() > IN_USE_S:
            total -= bytes_in(copy.folder)
            shutil.rmtree(copy.folder, ignore_errors=True)
    return total


def copies(cache: Path) -> Iterator[LocalCopy]:
    """Yield the copies in a folder of copies."""
    for path in sorted(cache.glob(f"*/{URL_FILE}")):
        yield LocalCopy(path.parent)
