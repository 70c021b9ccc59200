"""
Naming: which files the commits of a store name, and which of them a state is read from.

Each commit has the digests of the files that it wrote; a version of a table says of which of these
it is made. Names are those below the store, such as `tables/memories.lance/data/....lance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from store.errors import StoreCorrupt
from store.layout import Layout
from store.sealing import unsealed

COMMITS: Final = "commits"
TABLES: Final = "tables"
CONFIG: Final = "config.toml"
KEYS: Final = ".key"
# Where what is looked through lies, until the next writer removes it.
STRAYS: Final = "cache/bucket"


def commit_name(number: int) -> str:
    """Name of the object of a commit."""
    return f"{COMMITS}/{number:08d}.json"


def manifest_name(table: str, version: int) -> str:
    """Return the name of a version of a table."""
    from store.lance_versions import manifest_path

    return str(manifest_path(Path(TABLES, f"{table}.lance"), version))


def number_of(name: str) -> int:
    """Return the number of a commit by the name of its object, 0 for another."""
    from store.commits import NAME

    match = NAME.fullmatch(name.rpartition("/")[2])
    return int(match[1]) if match else 0


class FileNames:
    """
    The digests of all files that some commits wrote, by their names.

    Commits are read from a folder, newest first, and only as far back as is asked for.
    """

    def __init__(self, folder: Path, newest: int) -> None:
        self._folder = folder
        self._next = newest
        self._digests: dict[str, str] = {}
        self._folders: dict[str, list[str]] = {}

    def digest(self, name: str) -> str | None:
        """Return the digest of a file, None where no commit has it."""
        while name not in self._digests and self._read_one():
            pass
        return self._digests.get(name)

    def inside(self, folder: str) -> list[str]:
        """Return the files in a folder, which one commit wrote."""
        while folder not in self._folders and self._read_one():
            pass
        return self._folders.get(folder, [])

    def all(self) -> dict[str, str]:
        """Return the digests of all files."""
        while self._read_one():
            pass
        return self._digests

    def _read_one(self) -> bool:
        """Read the next older commit; say whether there was one."""
        if self._next < 1:
            return False
        path = self._folder / Path(commit_name(self._next)).name
        self._next -= 1
        try:
            record: dict[str, Any] = unsealed(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreCorrupt(f"{path} is damaged", "run memcli check") from error
        files = record.get("files") or {}
        self.add({f"{TABLES}/{below}": digest for below, digest in files.items()})
        return True

    def add(self, written: Mapping[str, str]) -> None:
        """Take in what a commit wrote that is older than those that were read."""
        for name, digest in written.items():
            if name not in self._digests:
                self._digests[name] = digest
                self._folders.setdefault(name.rpartition("/")[0], []).append(name)


def state_files(layout: Layout, table: str, version: int, names: FileNames) -> Iterator[str]:
    """Yield the files that a version of a table is read from, whose manifest is here."""
    from store.lance_versions import open_at

    yield manifest_name(table, version)
    folder = f"{TABLES}/{table}.lance"
    for part in open_at(table, layout.table(table), version).parts():
        name = f"{folder}/{part.path}"
        yield from names.inside(name) if part.kind == "index" else [name]
