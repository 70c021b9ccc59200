"""
Outgoing: what a transaction wrote goes from the copy to the bucket, and its commit last.

Files are written first, versions of tables only where there is none of that number, then the commit
is put if it is not there: only now does the transaction exist. Who finds that another was faster is
outpaced. A version that is there without a commit is of a writer that died, or is about to publish:
the next try takes a higher number, and nobody takes back what another wrote.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from store.errors import MemcliError, StoreIOError
from store.remote.commit_files import CommitFile
from store.remote.naming import COMMITS, CONFIG, KEYS, number_of
from store.remote.objects import side_by_side
from store.remote.pairing import Pairing

VERSIONS: Final = "/_versions/"


class Outgoing:
    """What publishes commits, and what changed beside the tables, of one store."""

    def __init__(self, at: Pairing) -> None:
        self.at = at
        self._stamps: dict[str, tuple[int, int, int]] = {}

    def begin(self) -> None:
        """Keep how the copy is now: what is other at the end is to be written."""
        self._stamps = self._stamped()

    def _stamped(self) -> dict[str, tuple[int, int, int]]:
        """Return by what it is seen that a file of the store that is no table's is another."""
        found = self.at.copy.walk(COMMITS)
        for path in (*self.at.copy.store.glob(f"*{KEYS}"), self.at.copy.path(CONFIG)):
            with suppress(FileNotFoundError):
                found[path.name] = path.stat()
        return {n: (s.st_mtime_ns, s.st_size, s.st_ino) for n, s in found.items()}

    def publish(self, number: int, data: bytes) -> None:
        """
        Write a commit, with the files that it names, to the bucket, and then to the copy.

        Outpaced where another published that number, or took that of a version of a table.
        """
        with self.at.thread:
            commit = CommitFile(number, data)
            self.push_changed()
            self._push_files(commit)
            tag = self._push_commit(commit)
            self.at.copy.write(commit.name, commit.data)
            self.at.state.head, self.at.state.tags[str(number)] = number, tag
            for table, version in commit.versions.items():
                self.at.state.note(table, version)
            if commit.is_purge:
                self.at.state.purge = number
            self.at.copy.write_state(self.at.state)
            self.at.seen_at = time.monotonic()

    def push_changed(self) -> None:
        """Write to the bucket what changed beside the tables: keys, redacted commits, settings."""
        now = self._stamped()
        for name in sorted(now):
            if now[name] == self._stamps.get(name):
                continue
            data = self.at.copy.path(name).read_bytes()
            if name.endswith(KEYS):
                self._push_key(name, data)
            elif name == CONFIG:
                self.at.state.config = self.at.objects.put(name, data, self.at.state.config or None)
            elif name in self._stamps:  # a new one is published
                self.at.state.tags[str(number_of(name))] = self.at.objects.put(name, data)
        self._stamps = now

    def _push_key(self, name: str, data: bytes) -> None:
        """Write a key that was made; who made one of that name before has the right one."""
        try:
            self.at.objects.put_new(name, data)
        except FileExistsError:
            found = self.at.objects.get(name)
            if found is not None and found.data != data:
                self.at.copy.write(name, found.data)
                raise self.at.outpaced(f"{name} was made by another meanwhile") from None

    def _push_files(self, commit: CommitFile) -> None:
        """Write the files that a commit names, versions of tables last."""
        written = sorted(commit.written)
        side_by_side(
            lambda name: self.at.objects.put(name, self.at.copy.path(name).read_bytes()),
            [name for name in written if VERSIONS not in name],
        )
        versions = [name for name in written if VERSIONS in name]
        taken = [name for name in side_by_side(self._put_version, versions) if name]
        if taken:
            self._note_strays(versions, taken)
            raise self.at.outpaced(f"{taken[0]} was written by another meanwhile")

    def _put_version(self, name: str) -> str:
        """Write a version of a table; return its name where another has that number."""
        data = self.at.copy.path(name).read_bytes()
        try:
            self.at.objects.put_new(name, data)
        except FileExistsError:
            found = self.at.objects.get(name)
            return "" if found is not None and found.data == data else name
        return ""

    def _note_strays(self, versions: list[str], taken: list[str]) -> None:
        """
        Keep which numbers of versions are taken, to begin beyond them.

        versions: those of this try, which are there now without a commit; taken: those that
        another has.
        """
        from store.lance_versions import manifest_version

        for name in versions:
            folder = name.partition(VERSIONS)[0]
            found = [name]
            if name in taken:
                found = [stat.name for stat in self.at.objects.listing(f"{folder}/_versions")]
            table = folder.rpartition("/")[2].removesuffix(".lance")
            newest = max((manifest_version(Path(each)) for each in found), default=0)
            self.at.state.strays[table] = max(newest, self.at.state.strays.get(table, 0))
        self.at.copy.write_state(self.at.state)

    def _push_commit(self, commit: CommitFile) -> str:
        """Put a commit if its number is free, and return its tag; Outpaced where it is not."""
        try:
            return self.at.objects.put_new(commit.name, commit.data)
        except FileExistsError:
            outpaced = self.at.outpaced(f"commit {commit.number} exists already")
        except StoreIOError as error:
            # It may be there in spite of that: an answer that was lost, or came too late.
            with suppress(MemcliError):
                if (tag := self._tag_if_mine(commit)) is not None:
                    return tag
            raise error
        if (tag := self._tag_if_mine(commit)) is not None:
            return tag  # a request that was tried again
        self._note_strays([name for name in commit.written if VERSIONS in name], [])
        raise outpaced

    def _tag_if_mine(self, commit: CommitFile) -> str | None:
        found = self.at.objects.get(commit.name)
        return found.tag if found is not None and found.data == commit.data else None
