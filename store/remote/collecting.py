"""
Collecting: what no kept commit needs is deleted from the bucket.

A file that a commit names goes as soon as no kept state is read from it. What no commit names is of
a writer that died, or is at work: it goes once it is so old as the user sets, or is older than the
newest purge, for a writer that began before that cannot publish any more. In the bucket no version
of a table is deleted whose number could be given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from store.remote.naming import COMMITS, TABLES, FileNames, commit_name, number_of, state_files

if TYPE_CHECKING:
    from store.commits import Commit
    from store.layout import Layout
    from store.remote.filling import CopyFilling
    from store.remote.local_copy import CopyState, LocalCopy
    from store.remote.objects import Objects, ObjectStat
    from store.remote.settings import StorageSettings


class Collected(Protocol):
    """What of a mirror is needed here."""

    objects: Objects
    copy: LocalCopy
    state: CopyState
    filling: CopyFilling
    settings: StorageSettings

    @property
    def layout(self) -> Layout:
        """Where the files of the copy are."""

    def require_states(self, commits: Iterable[Commit]) -> None:
        """Bring in what the states of commits are read from."""


def needed_names(mirror: Collected, kept: list[Commit]) -> set[str]:
    """Names of the files that the states of some commits are read from."""
    mirror.require_states(kept)
    names = FileNames(mirror.copy.path(COMMITS), mirror.state.head)
    versions = {(n, s.version) for commit in kept for n, s in commit.tables.items()}
    found = {
        name
        for table, version in versions
        for name in state_files(mirror.layout, table, version, names)
    }
    return found | {name for name in _tags(kept) if names.digest(name)}


def _tags(kept: list[Commit]) -> Iterator[str]:
    """Yield what the tags of commits are called; only those of a store on a disk have digests."""
    from store.table_files import tag_name

    for commit in kept:
        for table in commit.tables:
            yield f"{TABLES}/{table}.lance/_refs/tags/{tag_name(commit.number)}.json"


def unneeded(mirror: Collected, kept: list[Commit]) -> Iterator[ObjectStat]:
    """Yield the objects of tables that no kept commit needs, and that may go."""
    needed = needed_names(mirror, kept)
    named = FileNames(mirror.copy.path(COMMITS), mirror.state.head).all()
    limit = datetime.now(UTC) - timedelta(hours=mirror.settings.debris_hours)
    purged = _time_of_purge(mirror)
    if purged is not None:
        limit = max(limit, purged)
    for stat in mirror.objects.listing(TABLES):
        if stat.name not in needed and (stat.name in named or stat.modified < limit):
            yield stat


def tag_kept(mirror: Collected, kept: list[Commit]) -> None:
    """
    Protect versions of the copy that are kept from its cleaning up.

    Tags are of a copy alone, but for those of a store that was on a disk before.
    """
    from store.lance_versions import open_at
    from store.table_files import tag_name

    names, layout = FileNames(mirror.copy.path(COMMITS), mirror.state.head), mirror.layout
    for name in _tags(kept):
        digest = names.digest(name)
        if digest and not mirror.copy.path(name).exists():
            mirror.filling.fetch(name, digest)
    for name in {name for commit in kept for name in commit.tables}:
        states = [(commit.number, c) for commit in kept if (c := commit.tables.get(name))]
        table = open_at(name, layout.table(name), states[0][1].version)
        tagged = set(table.tags().values())
        for number, state in states:
            if state.version not in tagged:
                table.tag_version(tag_name(number), state.version)
                tagged.add(state.version)


def _time_of_purge(mirror: Collected) -> datetime | None:
    """Return when the newest purge was published, by the storage's clock; None without any."""
    if not mirror.state.purge:
        return None
    name, before = commit_name(mirror.state.purge), commit_name(max(mirror.state.purge - 1, 0))
    found = (stat for stat in mirror.objects.listing(COMMITS, before) if stat.name == name)
    return next((stat.modified for stat in found if number_of(stat.name)), None)


def collect(mirror: Collected, kept: list[Commit]) -> int:
    """Delete what no kept commit needs, and return the bytes freed."""
    gone = list(unneeded(mirror, kept))
    # A version of a table goes before what it is read from.
    for is_version in (True, False):
        mirror.objects.delete(s.name for s in gone if ("/_versions/" in s.name) == is_version)
    return sum(stat.size for stat in gone)
