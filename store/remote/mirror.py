"""
Mirror: a store on object storage and the copy of it on this machine, kept alike.

The bucket is the store; the copy is worked on as any store on a disk is. What keeps them alike, and
why nothing that was reported as written is lost whenever a process dies:

1. Before a reader looks for the head, the commits from the copy's head on are listed. What is new
   is brought in: first the files that the newest commit's state is read from, each compared with
   its digest, then the commits.
2. With the lock of this machine's writers, what a writer that failed left in the copy goes. There
   is no lock between machines.
3. Before a commit is published, the files that it names are written to the bucket, versions of
   tables only where there is none of that number. Then the commit is put if it is not there: only
   now does the transaction exist. The copy has it last.
4. Who finds that another was faster is outpaced: the transaction is begun anew on the newest head
   (`Store.write`), or ends with status 75. A version that is there without a commit is of a writer
   that died, or is about to publish: the next try takes a higher number, and nobody takes back what
   another wrote. `compact` deletes what is left so, once it is old enough.
5. At the end, still with the lock, what no transaction covers is written: settings, commits that a
   purge redacted, recalls.

A purge that was made elsewhere empties the copy before anything more is read.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from store.commits import Commit
from store.errors import (
    MemcliError,
    ObjectGone,
    Outpaced,
    StoreCorrupt,
    StoreIOError,
    StoreLocked,
)
from store.files import io_errors
from store.remote.connecting import IDENTITY
from store.remote.filling import CopyFilling
from store.remote.local_copy import CopyState, LocalCopy
from store.remote.naming import (
    COMMITS,
    TABLES,
    FileNames,
    commit_name,
    manifest_name,
    number_of,
)
from store.remote.objects import Fetched, Objects, ObjectStat, side_by_side
from store.remote.recalls import RecallLogs
from store.remote.settings import StorageSettings
from store.sealing import unsealed

if TYPE_CHECKING:
    import pyarrow as pa

    from store.layout import Layout

TRIES: Final = 5
# What was seen of the bucket holds that long for what one command does.
FRESH_S: Final = 1.0
FRESH_FOR_WRITING_S: Final = 0.1
CONFIG: Final = "config.toml"
KEYS: Final = ".key"
# Where what is looked through lies, until the next writer removes it.
STRAYS: Final = "cache/bucket"
VERSIONS: Final = "/_versions/"


class Mirror:
    """One store on object storage that is open: its bucket, and the copy that is worked on."""

    def __init__(
        self, objects: Objects, copy: LocalCopy, store_id: str, settings: StorageSettings
    ) -> None:
        self.objects = objects
        self.copy = copy
        self.store_id = store_id
        self.settings = settings
        self.filling = CopyFilling(objects, copy, settings.cache_mb << 20)
        self.recalls = RecallLogs(objects, copy)
        self.state = copy.read_state()
        self._thread = threading.RLock()
        self._seen_at = float("-inf")
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._listed: list[ObjectStat] = []

    @property
    def url(self) -> str:
        """The URL of the store."""
        return self.objects.url

    @property
    def layout(self) -> Layout:
        """Where the files of the copy are."""
        from store.layout import Layout

        return Layout(self.copy.store)

    # ---------------------------------------------------------------- reading

    def expire(self) -> None:
        """Look at the bucket again the next time, however short ago that was."""
        self._seen_at = float("-inf")

    def refresh(self, within_s: float = FRESH_S) -> None:
        """
        Bring in the commits that the copy lacks, with what the newest is read from.

        within_s: how long ago one may have looked for the last time.
        """
        with self._thread:
            if time.monotonic() - self._seen_at < within_s:
                return
            self.state = self.copy.read_state()
            listing, config = self._look()
            if config is not None or not self._is_current(listing):
                with self.copy.filling():
                    self.state = self.copy.read_state()
                    self._take_config(config)
                    self._bring_in(listing)
            self._seen_at = time.monotonic()

    def _look(self) -> tuple[list[ObjectStat], Fetched | None]:
        """Return the commits from the copy's head on, and the settings if they are others."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            config = pool.submit(self._changed_config)
            listing = self._commits_since(self.state.head)
            return listing, config.result()

    def _changed_config(self) -> Fetched | None:
        known = self.state.config if (self.copy.path(CONFIG)).exists() else ""
        try:
            return self.objects.get_changed(CONFIG, known)
        except FileNotFoundError:
            return None

    def _take_config(self, config: Fetched | None) -> None:
        if config is not None:
            self.copy.write(CONFIG, config.data)
            self.state.config = config.tag
            self.copy.write_state(self.state)

    def _commits_since(self, number: int) -> list[ObjectStat]:
        """Return the commits in the bucket, from one on."""
        after = commit_name(number - 1) if number > 1 else ""
        return [stat for stat in self.objects.listing(COMMITS, after) if number_of(stat.name)]

    def _is_current(self, listing: list[ObjectStat]) -> bool:
        """Say whether the copy's head is the newest commit, as it is in the bucket."""
        return bool(listing) and {str(number_of(s.name)): s.tag for s in listing} == {
            str(self.state.head): self.state.tags.get(str(self.state.head), "")
        }

    def _bring_in(self, listing: list[ObjectStat]) -> None:
        """Bring in what is new, until nothing was compacted meanwhile."""
        for _ in range(TRIES):
            try:
                self._bring_in_commits(listing)
            except ObjectGone:
                newest = number_of(listing[-1].name) if listing else 0
                listing = self._commits_since(self.state.head)
                if not listing or number_of(listing[-1].name) == newest:
                    raise
                continue
            return
        raise StoreLocked(f"{self.url} is being compacted", "try again later")

    def _bring_in_commits(self, listing: list[ObjectStat]) -> None:
        if not self._goes_on(listing):
            self._require_same_store()
            listing = self._commits_since(0)
        self._require_commits(listing)
        new = self._fetch_commits(listing)
        if any(commit.is_purge and commit.number > self.state.purge for commit in new.values()):
            self._heed_purge(new)
            listing = self._commits_since(0)
            new = self._fetch_commits(listing)
        head = new[max(new)] if new else None
        self._write_commits({n: c for n, c in new.items() if head is None or n != head.number})
        if head is not None:
            self._bring_in_head(head)
        self.state.tags |= {str(number_of(stat.name)): stat.tag for stat in listing}
        self.state.head = max(self.state.head, number_of(listing[-1].name))
        self._fetch_keys()
        self.copy.write_state(self.state)

    def _goes_on(self, listing: list[ObjectStat]) -> bool:
        """Say whether a listing begins with the copy's head, as it was."""
        known = self.state.tags.get(str(self.state.head))
        return not self.state.head or (
            bool(listing)
            and number_of(listing[0].name) == self.state.head
            and listing[0].tag == known
        )

    def _require_same_store(self) -> None:
        """Raise StoreLocked, with an empty copy, where another store has the place of this."""
        found = self.objects.get(IDENTITY)
        if found is None:
            raise StoreIOError(f"there is no store at {self.url} any more", "it was deleted")
        if identity_id(found.data) != self.store_id:
            self.copy.empty()
            self.copy.write_state(CopyState())
            self.copy.remove(IDENTITY)
            raise StoreLocked(f"{self.url} is another store by now", "run it again")

    def _require_commits(self, listing: list[ObjectStat]) -> None:
        if not listing:
            raise StoreCorrupt(f"{self.url} holds no commit", "restore the store from a backup")

    def _fetch_commits(self, listing: list[ObjectStat]) -> dict[int, _CommitFile]:
        """Return the commits of a listing that the copy lacks or has otherwise, by number."""
        wanted = [s for s in listing if self._lacks(s)]
        found = side_by_side(lambda stat: self.objects.get(stat.name), wanted)
        return {
            number_of(stat.name): _CommitFile(number_of(stat.name), fetched.data)
            for stat, fetched in zip(wanted, found, strict=True)
            if fetched is not None
        }

    def _lacks(self, stat: ObjectStat) -> bool:
        known = self.state.tags.get(str(number_of(stat.name)))
        return known != stat.tag or not self.copy.path(stat.name).exists()

    def _heed_purge(self, new: Mapping[int, _CommitFile]) -> None:
        """Empty the copy: a purge elsewhere took away what may be in it."""
        if self.state.head:
            self.copy.empty()
            self.state.complete, self.state.strays, self.state.tags = {}, {}, {}
            self.recalls.forget(self.state)
        self.copy.make_folders()
        self.state.purge = max(commit.number for commit in new.values() if commit.is_purge)

    def _write_commits(self, commits: Mapping[int, _CommitFile]) -> None:
        for number, commit in commits.items():
            self.copy.write(commit_name(number), commit.data)

    def _bring_in_head(self, head: _CommitFile) -> None:
        """Bring in the files of a commit, and then the commit."""
        if self.copy.walk(TABLES):
            self.filling.remove_others(head.written)
            for number in range(self.state.head + 1, head.number):
                self.filling.remove_others(_CommitFile.read(self.copy, number).written)
        names = _names_before(self.copy, head)
        self.filling.bring_in(self.layout, head.versions, names, self.state)
        if not self.recalls.has_table(self.layout):
            self.recalls.take_over(self.layout, self.state)
        self._write_commits({head.number: head})

    def _fetch_keys(self) -> None:
        """Bring in the store's keys, which never change."""
        for stat in self.objects.top():
            if stat.name.endswith(KEYS) and not self.copy.path(stat.name).exists():
                found = self.objects.get(stat.name)
                if found is not None:
                    self.copy.write(stat.name, found.data)

    def require(self, versions: Mapping[str, int]) -> None:
        """Bring in what versions of tables are read from, if they are not here."""
        if all(self.state.has(table, version) for table, version in versions.items()):
            return
        with self._thread, self.copy.filling():
            self.state = self.copy.read_state()
            names = FileNames(self.copy.path(COMMITS), self.state.head)
            try:
                self.filling.bring_in(self.layout, versions, names, self.state)
            finally:
                self.copy.write_state(self.state)

    def require_states(self, commits: Iterable[Commit]) -> None:
        """Bring in what the states of commits are read from."""
        for commit in commits:
            self.require({name: state.version for name, state in commit.tables.items()})

    # ---------------------------------------------------------------- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin and end what is done with the lock of this machine's writers."""
        with self._thread:
            self._begin()
        yield
        with self._thread:
            self._end()

    def _begin(self) -> None:
        self.refresh(FRESH_FOR_WRITING_S)
        with self.copy.filling():
            self.state = self.copy.read_state()
            self._remove_strays()
            if not self.state.is_clean:
                self._make_exact()
            self._place_strays()
            self.recalls.write_kept(self.state)
            self.recalls.take_over(self.layout, self.state)
            self.state.is_clean = False
            self.copy.write_state(self.state)
        self._head = self.state.head
        self._stamps = self._stamped()

    def _remove_strays(self) -> None:
        shutil.rmtree(self.copy.path(STRAYS), ignore_errors=True)

    def _make_exact(self) -> None:
        """Remove what no commit names from the copy, and forget what cannot be read then."""
        names = FileNames(self.copy.path(COMMITS), self.state.head).all()
        kept = {name for name in self.copy.walk(TABLES) if "/_refs/" in name}
        self.filling.make_exact(names, kept)

    def _place_strays(self) -> None:
        """Let the copy have versions that are in the bucket without a commit, to go beyond them."""
        for table, version in list(self.state.strays.items()):
            newest = max(self.state.complete.get(table, [0]))
            if not newest:
                continue  # its table is yet to be made
            if version <= newest:
                del self.state.strays[table]
                continue
            name = manifest_name(table, version)
            found = self.objects.get(name)
            if found is None:
                del self.state.strays[table]
            else:
                self.copy.write(name, found.data)

    def pass_strays(self, table: Any) -> None:
        """Let a table that is made now have a version that is beyond those in the bucket."""
        while table.version <= self.state.strays.get(table.name, 0):
            table.restore(table.version)

    def _stamped(self) -> dict[str, tuple[int, int, int]]:
        """Return by what it is seen that a file of the store that is no table's is another."""
        found = self.copy.walk(COMMITS)
        for path in (*self.copy.store.glob(f"*{KEYS}"), self.copy.path(CONFIG)):
            with suppress(FileNotFoundError):
                found[path.name] = path.stat()
        return {n: (s.st_mtime_ns, s.st_size, s.st_ino) for n, s in found.items()}

    def publish(self, number: int, data: bytes) -> None:
        """
        Write a commit, with the files that it names, to the bucket, and then to the copy.

        Outpaced where another published that number, or took that of a version of a table.
        """
        with self._thread:
            commit = _CommitFile(number, data)
            self._push_changed()
            self._push_files(commit)
            tag = self._push_commit(commit)
            self._write_commits({number: commit})
            self.state.head, self.state.tags[str(number)] = number, tag
            for table, version in commit.versions.items():
                self.state.note(table, version)
            if commit.is_purge:
                self.state.purge = number
            self.copy.write_state(self.state)
            self._seen_at = time.monotonic()

    def _push_changed(self) -> None:
        """Write to the bucket what changed beside the tables: keys, redacted commits, settings."""
        now = self._stamped()
        for name in sorted(now):
            if now[name] == self._stamps.get(name):
                continue
            data = self.copy.path(name).read_bytes()
            if name.endswith(KEYS):
                self._push_key(name, data)
            elif name == CONFIG:
                self.state.config = self.objects.put(name, data, self.state.config or None)
            elif name in self._stamps:  # a new one is published
                self.state.tags[str(number_of(name))] = self.objects.put(name, data)
        self._stamps = now

    def _push_key(self, name: str, data: bytes) -> None:
        """Write a key that was made; who made one of that name before has the right one."""
        try:
            self.objects.put_new(name, data)
        except FileExistsError:
            found = self.objects.get(name)
            if found is not None and found.data != data:
                self.copy.write(name, found.data)
                raise self._outpaced(f"{name} was made by another meanwhile") from None

    def _push_files(self, commit: _CommitFile) -> None:
        """Write the files that a commit names, versions of tables last."""
        written = sorted(commit.written)
        side_by_side(
            lambda name: self.objects.put(name, self.copy.path(name).read_bytes()),
            [name for name in written if VERSIONS not in name],
        )
        versions = [name for name in written if VERSIONS in name]
        taken = [name for name in side_by_side(self._put_version, versions) if name]
        if taken:
            self._note_strays(versions, taken)
            raise self._outpaced(f"{taken[0]} was written by another meanwhile")

    def _put_version(self, name: str) -> str:
        """Write a version of a table; return its name where another has that number."""
        data = self.copy.path(name).read_bytes()
        try:
            self.objects.put_new(name, data)
        except FileExistsError:
            found = self.objects.get(name)
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
                found = [stat.name for stat in self.objects.listing(f"{folder}/_versions")]
            table = folder.rpartition("/")[2].removesuffix(".lance")
            newest = max((manifest_version(Path(each)) for each in found), default=0)
            self.state.strays[table] = max(newest, self.state.strays.get(table, 0))
        self.copy.write_state(self.state)

    def _push_commit(self, commit: _CommitFile) -> str:
        """Put a commit if its number is free, and return its tag; Outpaced where it is not."""
        try:
            return self.objects.put_new(commit.name, commit.data)
        except FileExistsError:
            outpaced = self._outpaced(f"commit {commit.number} exists already")
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

    def _tag_if_mine(self, commit: _CommitFile) -> str | None:
        found = self.objects.get(commit.name)
        return found.tag if found is not None and found.data == commit.data else None

    def _outpaced(self, what: str) -> Outpaced:
        self.expire()
        return Outpaced(what, "run it again")

    def _end(self) -> None:
        """Write what no transaction covers, and keep that the copy has nothing else."""
        self._push_changed()
        with suppress(MemcliError):  # what was published is reported as written
            self.recalls.write_kept(self.state)
        # What a transaction wrote that was not published goes at the next beginning.
        self.state.is_clean = self.state.head != self._head
        self.copy.write_state(self.state)

    # ---------------------------------------------------------------- collecting

    def collect(self, kept: list[Commit]) -> int:
        """Delete from the bucket what no kept commit needs, and return the bytes freed."""
        from schemas.tables import accesses
        from store.remote.collecting import collect

        with self._thread:
            freed = collect(self, kept)
            self.recalls.join(accesses())
            return freed

    def tag_kept(self, kept: list[Commit]) -> None:
        """Protect versions of the copy that are kept from its cleaning up."""
        from store.remote.collecting import tag_kept

        tag_kept(self, kept)

    def has_unneeded(self, kept: list[Commit]) -> bool:
        """Say whether something of before a purge is still in the bucket."""
        from store.remote.collecting import unneeded

        return next(unneeded(self, kept), None) is not None

    def faults(self, kept: list[Commit]) -> Iterator[tuple[str, str]]:
        """Yield the objects that kept commits need and that are gone, or of another length."""
        from store.remote.collecting import needed_names

        there = {stat.name: stat.size for stat in self.objects.listing(TABLES)}
        for name in sorted(needed_names(self, kept)):
            if name not in there:
                yield name, "is missing"
            elif there[name] != self.copy.path(name).stat().st_size:
                yield name, "has another length than it had"

    def mend_copy(self) -> Iterator[str]:
        """Fetch files of the copy anew that are not as they were written, and yield their names."""
        from store.digests import is_as_written

        names = FileNames(self.copy.path(COMMITS), self.state.head).all()
        for name in sorted(self.copy.walk(TABLES)):
            if name in names and not is_as_written(self.copy.path(name), names[name]):
                self.filling.fetch(name, names[name])
                yield name

    def bring_strays(self) -> None:
        """Bring in, to be looked through, what is in the bucket beside what the copy has."""
        for stat in self.objects.listing(""):
            if not self.copy.path(stat.name).exists():
                found = self.objects.get(stat.name)
                if found is not None:
                    self.copy.write(f"{STRAYS}/{stat.name}", found.data)

    # ---------------------------------------------------------------- recalls

    def note_recalls(self, rows: pa.Table) -> None:
        """Keep what was recalled, and write it to the bucket at times."""
        with self._thread:
            self.recalls.keep(rows)
            if self.recalls.are_due():
                with self.copy.filling():
                    self.state = self.copy.read_state()
                    if self.recalls.write_kept_if_due(self.state):
                        self.copy.write_state(self.state)

    def replace_recalls(self, rows: pa.Table) -> None:
        """Put recalls in the place of all that there are, as a purge does."""
        with self._thread:
            self.recalls.replace(rows, self.state)
            self.copy.write_state(self.state)


class _CommitFile:
    """A commit as its file holds it."""

    def __init__(self, number: int, data: bytes) -> None:
        self.number = number
        self.data = data
        self.name = commit_name(number)
        try:
            self.record: dict[str, Any] = unsealed(data)
            self.versions = {n: int(s["version"]) for n, s in self.record["tables"].items()}
        except (ValueError, KeyError, TypeError) as error:
            raise StoreCorrupt(f"{self.name} is damaged: {error}", "run memcli check") from error

    @classmethod
    def read(cls, copy: LocalCopy, number: int) -> _CommitFile:
        with io_errors(f"read commit {number}"):
            return cls(number, copy.path(commit_name(number)).read_bytes())

    @property
    def is_purge(self) -> bool:
        return self.record["command"] == "forget" and "purge" in self.record.get("arguments", {})

    @property
    def written(self) -> dict[str, str]:
        """The digests of the files that it wrote, by their names."""
        return {f"{TABLES}/{path}": d for path, d in (self.record.get("files") or {}).items()}


def _names_before(copy: LocalCopy, head: _CommitFile) -> FileNames:
    """Return the files of commits up to one that the copy does not have yet."""
    names = FileNames(copy.path(COMMITS), head.number - 1)
    names.add(head.written)
    return names


def identity_id(data: bytes) -> str:
    """Return the id in a store.json, empty for none."""
    with suppress(ValueError, KeyError):
        return str(unsealed(data)["id"])
    return ""
