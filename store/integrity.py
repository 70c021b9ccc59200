"""
Integrity of the files of tables: which are damaged or gone, what is lost by it, and what stands.

Every file that a kept commit needs is looked for and compared with the digest that the commit has
that wrote it. An earlier program wrote no digests: its files are looked for, and opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from store import _lance, lance_versions
from store.commits import Commit, read_digests
from store.digests import CHANGING, Digests, is_as_written, latest
from store.errors import MemcliError
from store.files import io_errors
from store.indexes import SEGMENTS
from store.layout import Layout
from store.upkeep import DATA

if TYPE_CHECKING:
    from store._lance import Table
    from store.store import Store
    from store.upkeep import TablePart

# Parts of a table without which a version of it cannot be read.
READ_BY_ALL: Final = frozenset({"version", "data", "deletion"})
# Where Lance keeps them inside a table.
KINDS: Final = {
    "_versions": "version",
    "data": "data",
    "_deletions": "deletion",
    "_indices": "index",
    "_refs": "tag",
    "_transactions": "transaction",
}
DAMAGED, MISSING, UNREADABLE = "is damaged", "is missing", "cannot be opened"


class Damage(NamedTuple):
    """
    A file that is not as it was written: its path below tables/, and what is lost by that.

    commits: the kept ones whose state needs it.
    """

    path: str
    table: str
    kind: str
    fault: str
    loses: str
    commits: tuple[int, ...] = ()

    @property
    def is_fatal(self) -> bool:
        """Whether those commits cannot be read without it."""
        return self.kind in READ_BY_ALL


@dataclass
class Survey:
    """What was found of the files of a store, and the commits that were looked at."""

    commits: list[Commit]
    damages: list[Damage]
    undigested: set[str]

    @property
    def whole(self) -> list[int]:
        """The kept commits whose rows can all be read, newest first."""
        broken = {n for damage in self.damages if damage.is_fatal for n in damage.commits}
        return [commit.number for commit in self.commits if commit.number not in broken]

    def broken_tables(self, number: int) -> set[str]:
        """Return the tables that cannot be read as a commit left them."""
        fatal = (damage for damage in self.damages if damage.is_fatal)
        return {damage.table for damage in fatal if number in damage.commits}


def survey(store: Store) -> Survey:
    """Look at every file that a kept commit needs, or that a commit wrote and is still there."""
    readable, kept = list(store.readable_commits()), store.kept_commits()
    commits = [commit for commit in readable if commit.number in kept]
    known = all_digests(store.layout, readable)
    files = _Files(store.layout, known, set(_damaged(store.layout, known)))
    damaged = files.damaged
    found = Survey(commits, [], set())
    for (table, version), numbers in versions_of(commits).items():
        parts = _Parts(files, table, version)
        found.damages += [damage._replace(commits=numbers) for damage in parts.damages()]
        found.undigested |= parts.undigested
    named = {damage.path for damage in found.damages}
    rest = sorted(path for path in damaged if named.isdisjoint((path, os.path.dirname(path))))
    found.damages = _merged(found.damages) + [_needed_by_none(path) for path in rest]
    return found


def all_digests(layout: Layout, commits: Iterable[Commit]) -> Digests:
    """Return the digests that commits have of files, which may be gone by now."""
    numbers = sorted(commit.number for commit in commits)
    return latest(read_digests(layout.commits, number) or {} for number in numbers)


def versions_of(commits: Iterable[Commit]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Return the versions of tables that commits name, each with the numbers of these."""
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for commit in sorted(commits, key=lambda commit: commit.number):
        for table, state in commit.tables.items():
            key = (table, state.version)
            found[key] = (*found.get(key, ()), commit.number)
    return found


def _damaged(layout: Layout, known: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that are there and not as they were written."""
    tables = layout.tables
    for path, expected in known.items():
        with io_errors(f"read {path}"):
            try:
                if not is_as_written(os.path.join(tables, path), expected):
                    yield path
            except (FileNotFoundError, NotADirectoryError):
                continue  # no commit that is kept needs it, or it is found to be missing


@dataclass
class _Files:
    """The files of all tables, by their paths in `root`: their digests, and what is wrong."""

    layout: Layout
    known: Mapping[str, str]
    damaged: set[str]
    # Whether the indexes in some folders can be opened, which versions of a table share.
    opens: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.layout.tables
        self._folders: dict[str, list[str]] = {}
        for path in self.known:
            self._folders.setdefault(os.path.dirname(path), []).append(path)

    def in_folder(self, name: str) -> list[str]:
        """Return the files that are in a folder or ought to be, the folder where none is known."""
        try:
            there = {f"{name}/{file}" for file in os.listdir(self.root / name)}
        except (FileNotFoundError, NotADirectoryError):
            there = set()
        return sorted(there.union(self._folders.get(name, ()))) or [name]


@dataclass
class _Parts:
    """The files of one version of a table."""

    files: _Files
    table: str
    version: int

    def __post_init__(self) -> None:
        self.folder = self.files.layout.table(self.table)
        self.name = self.folder.relative_to(self.files.root).as_posix()
        self.undigested: set[str] = set()

    def damages(self) -> Iterator[Damage]:
        """Yield the files that the version needs and that are not as they were written."""
        manifest = lance_versions.manifest_path(self.folder, self.version)
        own = f"version {self.version} of {self.table}"
        name = manifest.relative_to(self.files.root).as_posix()
        if (fault := self._fault(name)) is not None:
            yield Damage(name, self.table, "version", fault, own)
            return
        try:
            table = lance_versions.open_at(self.table, self.folder, self.version)
            parts = list(table.parts())
        except MemcliError:
            yield Damage(name, self.table, "version", UNREADABLE, own)
            return
        for part in parts:
            yield from self._of_index(table, part) if part.kind == "index" else self._of_file(part)
        yield from self._of_deletions(table, parts)

    def broken_indexes(self) -> Iterator[TablePart]:
        """Yield the folders of indexes that are not as they were written, or cannot be opened."""
        table = lance_versions.open_at(self.table, self.folder, self.version)
        indexes = (part for part in table.parts() if part.kind == "index")
        return (part for part in indexes if any(True for _ in self._of_index(table, part)))

    def _of_file(self, part: TablePart) -> Iterator[Damage]:
        """Yield what is wrong with a file."""
        name = f"{self.name}/{part.path}"
        if (fault := self._fault(name, part.size)) is not None:
            yield Damage(name, self.table, part.kind, fault, part.loses)

    def _of_deletions(self, table: Table, parts: Iterable[TablePart]) -> Iterator[Damage]:
        """Yield the lists of deleted rows that were not compared, and cannot be read."""
        losses = {part.path: part.loses for part in parts if part.kind == "deletion"}
        for piece in table.fragments() if losses else ():
            path = f"{self.name}/{piece.deletion}"
            if piece.deletion and path in self.undigested:
                try:
                    table.live_offsets(piece.number)
                except MemcliError:
                    held = losses[piece.deletion]
                    yield Damage(path, self.table, "deletion", UNREADABLE, held)

    def _of_index(self, table: Table, part: TablePart) -> Iterator[Damage]:
        """Yield what is wrong with the files of an index, else whether it cannot be opened."""
        folder = f"{self.name}/{part.path}"
        names = self.files.in_folder(folder)
        faults = [(name, fault) for name in names if (fault := self._fault(name)) is not None]
        if len(faults) > 1:
            # All of it is built anew, whatever of it is left.
            faults = [(folder, faults[0][1])]
        for name, fault in faults:
            yield Damage(name, self.table, "index", fault, part.loses)
        if not faults and not self._opens(table, part.of, folder, names):
            yield Damage(folder, self.table, "index", UNREADABLE, part.loses)

    def _opens(self, table: Table, index: str, folder: str, names: Iterable[str]) -> bool:
        """Tell whether an index can be opened; all of it is read where it was not compared."""
        opens = self.files.opens
        if folder not in opens:
            compared = all(name in self.files.known for name in names)
            opens[folder] = table.index_opens(index, wholly=not compared)
        return opens[folder]

    def _fault(self, name: str, size: int | None = None) -> str | None:
        """Return what is wrong with a file, None for nothing."""
        if name in self.files.damaged:
            return DAMAGED
        path = os.path.join(self.files.root, name)
        if not os.path.isfile(path):
            return MISSING
        if name in self.files.known:
            return None
        self.undigested.add(name)
        if size is not None and os.stat(path).st_size != size:
            return DAMAGED
        is_data = os.path.basename(os.path.dirname(path)) == DATA
        return UNREADABLE if is_data and not _lance.can_be_read(Path(path)) else None


def _merged(damages: Iterable[Damage]) -> list[Damage]:
    """Return damages with one for each file, of all commits that need it."""
    found: dict[str, Damage] = {}
    for damage in damages:
        before = found.get(damage.path)
        numbers = {*damage.commits, *(before.commits if before else ())}
        found[damage.path] = damage._replace(commits=tuple(sorted(numbers)))
    return list(found.values())


def _needed_by_none(path: str) -> Damage:
    """Return the damage of a file that no kept state is read from."""
    table, folder, name = Path(path).parts[0], Path(path).parts[1], Path(path).stem
    kind = KINDS.get(folder, "other")
    loses = f"the protection of {name}" if kind == "tag" else "nothing that is read"
    return Damage(path, table.removesuffix(".lance"), kind, DAMAGED, loses)


def broken_indexes(store: Store, head: Commit) -> dict[str, set[str]]:
    """Return the names of the indexes of a commit that are damaged, by table."""
    known = all_digests(store.layout, store.readable_commits())
    marks = {f"{store.layout.table(name).name}/{SEGMENTS}/" for name in head.tables}
    of_indexes = {path: one for path, one in known.items() if path.startswith(tuple(marks))}
    files = _Files(store.layout, of_indexes, set(_damaged(store.layout, of_indexes)))
    found: dict[str, set[str]] = {}
    for name, state in head.tables.items():
        parts = _Parts(files, name, state.version)
        if broken := {part.of for part in parts.broken_indexes()}:
            found[name] = broken
    return found


def needed_files(layout: Layout, commits: Iterable[Commit]) -> Iterator[str]:
    """Yield the paths of the files that the states of some commits are read from."""
    for name, version in versions_of(commits):
        folder = layout.table(name)
        yield str(lance_versions.manifest_path(folder, version))
        for part in lance_versions.open_at(name, folder, version).parts():
            path = folder / part.path
            found = path.glob("*") if part.kind == "index" else [path]
            yield from (str(one) for one in found if one.name != CHANGING)
