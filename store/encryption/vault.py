"""
Vault: an encrypted store and its working copy, kept alike.

The container is the store; the copy in memory is worked on as any plain store is. What keeps them
alike, and why nothing is lost whenever a process dies:

1. On opening, and before a reader looks for the head, commits that the copy lacks are brought in,
   each after its files.
2. With the writers' lock, before anything else, the copy is made exactly what the container is:
   what a writer that died left in it goes.
3. Before a commit is published, all new files of the copy are encrypted, written and synced. Then
   its encrypted file is linked to its number: only now does the transaction exist. The copy has it
   last.
4. At the end, before the lock is free, what else changed in the copy is done in the container: new
   files first, versions of tables after what they are read from; what is gone goes last.
5. What no transaction covers (recalls, caches) is brought into the container when a process ends.

A purge begins a new epoch of keys before it publishes; in step 4 what stays of older epochs is
encrypted anew, and their keys are destroyed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from store.encryption import keyring
from store.encryption.container import (
    ASIDE,
    COMMITS,
    FOLDER,
    KINDS,
    OBJECTS,
    TEMPORARY,
    Container,
)
from store.encryption.filling import Filling, Stamps
from store.encryption.key_source import find_secret
from store.encryption.keyring import Keyring, UserKey
from store.encryption.leftovers import remove_plain
from store.encryption.runtime import shield_process
from store.encryption.settings import read_settings
from store.encryption.streams import DamagedStream
from store.encryption.working_copy import WorkingCopy
from store.errors import MemcliError, StoreCorrupt, StoreIOError, StoreLocked
from store.files import io_errors

TRIES: Final = 5
# How often a process that lives long keeps what no transaction covers.
KEPT_EACH_S: Final = 60.0
SURELY_LEFT_S: Final = 3_600.0


class Vault:
    """
    One encrypted store that is open: its container, its keys, and the copy that is worked on.

    work: where the files of the store are, decrypted; is_tolerant: go on without what is damaged,
    as `check` and `repair` do.
    """

    def __init__(self, root: Path, store_id: str, ring: Keyring, user: UserKey) -> None:
        self.root = root
        self.store_id = store_id
        self.user = user
        self.container = Container(root / FOLDER, ring)
        self.copy = WorkingCopy(root, store_id)
        self.work = self.copy.store
        self.filling = Filling(self.container, self.copy, self._reload_ring)
        self.is_tolerant = False
        self._keep_minutes = read_settings().keep_minutes
        self._thread = threading.RLock()
        self._ring_stamp = self._stamp()
        self._ring_lock = threading.Lock()
        self._known: Stamps = {}
        self._aside: set[str] = set()
        self._seen = 0
        self._is_retired = False
        self._kept_at = time.monotonic()

    @property
    def ring(self) -> Keyring:
        """The keys of the files."""
        return self.container.ring

    # ---------------------------------------------------------------- opening and reading

    def open(self) -> None:
        """Take part in the use of the working copy, and bring it up to the newest commit."""
        self.copy.acquire()
        shield_process(self.copy.temporary)
        for name in ("tables", "commits"):
            (self.work / name).mkdir(mode=0o700, exist_ok=True)
        self._seen = self._newest_in_copy()
        if self._seen > self.container.newest_commit():
            with self.copy.filling():  # the container is an earlier one, from a backup
                self.filling.make_exact(*KINDS)
            self._seen = self._newest_in_copy()
        self.refresh()
        self._aside = set(self._walk_aside())

    def _newest_in_copy(self) -> int:
        numbers = (name.removesuffix(".json") for name in os.listdir(self.work / COMMITS))
        return max((int(number) for number in numbers if number.isdigit()), default=0)

    def refresh(self) -> None:
        """Bring in the commits that the working copy lacks; readers take no lock of writers."""
        with self._thread:
            if self._seen and not self.container.has_commit(self._seen + 1):
                return
            with self.copy.filling():
                self._bring_in_commits()

    def require_sound(self) -> None:
        """Raise StoreCorrupt where something of the container was found damaged."""
        for place, what in {} if self.is_tolerant else self.filling.damaged.items():
            raise StoreCorrupt(
                f"{self.container.folder / place} is damaged: {what}", "run memcli check"
            )

    def _bring_in_commits(self) -> None:
        """Bring in all that the copy lacks, until nothing was published meanwhile."""
        for _ in range(TRIES):
            self._reload_ring()
            self._forget_what_was_purged()
            newest, have = self.container.newest_commit(), self.copy.walk()
            present = self.filling.by_place(have)
            lacking = {
                place: status
                for place, status in self.container.listing().items()
                if place not in present and place not in self.filling.damaged
            }
            self.filling.require_room(lacking.values())
            commits = sorted(place for place in lacking if place.startswith(COMMITS))
            is_whole = self.filling.fetch_all(set(lacking) - set(commits))
            for place in commits:
                is_whole &= self.filling.bring_in_commit(place, have)
            self._seen = max(self._seen, self._newest_in_copy())
            if is_whole and self.container.newest_commit() == newest:
                self._seen = max(self._seen, newest)
                return
        raise StoreLocked(f"{self.root} is being compacted", "try again later")

    def _forget_what_was_purged(self) -> None:
        """Take out of the copy what a purge through another copy removed."""
        oldest = min(self.ring.epochs)
        if self.copy.purges < oldest:
            if self.copy.purges:
                self.filling.make_exact(ASIDE, OBJECTS, COMMITS)
            self.copy.purges = oldest

    # ---------------------------------------------------------------- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin and end what is done with the writers' lock."""
        with self._thread:
            self._begin()
        yield
        with self._thread:
            if not self._is_retired:
                self._end()

    def _begin(self) -> None:
        """Make the copy exactly what the container is."""
        with self.copy.filling():
            self._reload_ring()
            if self.ring.unreadable:
                self.save_ring()
            self._forget_what_was_purged()
            self._remove_leftovers()
            self.filling.make_exact(OBJECTS, COMMITS)
            lacking = set(self.container.listing(ASIDE)) - set(
                self.filling.by_place(self._walk_aside())
            )
            self.filling.fetch_all(lacking)
        self._seen = self._newest_in_copy()
        self._known = self.copy.walk()
        self._aside |= {name for name in self._known if self.filling.kind(name) == ASIDE}
        self.require_sound()

    def _remove_leftovers(self) -> None:
        """Remove what a killed conversion left in plain, and files that have no name yet."""
        remove_plain(self.root)
        for path in self.container.folder.glob(f"*/.*{TEMPORARY}"):
            # What no transaction covers is written without the lock, at this moment too.
            with io_errors(f"remove {path}"), suppress(FileNotFoundError):
                age = time.time() - path.stat().st_ctime
                if path.parent.name != ASIDE or age > SURELY_LEFT_S:
                    path.unlink()

    @contextmanager
    def publishing(self, number: int, data: bytes) -> Iterator[None]:
        """
        Publish a commit, with all that it needs, before the block lets the copy have it.

        FileExistsError where a commit of that number is there.
        """
        name, now_ns = f"{COMMITS}/{number:08d}.json", time.time_ns()
        self._push()
        self.container.put_new(name, data, now_ns)
        yield
        path = self.work / name
        os.utime(path, ns=(now_ns, now_ns))
        self._known = {**self._known, name: path.stat()}
        self._seen = number

    def _push(self) -> Stamps:
        """Encrypt what is new in the copy, or other than it was known; return all that is there."""
        found = self.copy.walk()
        known = {name: _stamp(status) for name, status in self._known.items()}
        changed = {n: status for n, status in found.items() if known.get(n) != _stamp(status)}
        self._put(sorted(changed, key=_order), is_durable=True)
        # What is gone stays known until it is gone from the container too.
        self._known = {**self._known, **changed}
        return found

    def _put(self, names: Iterable[str], is_durable: bool) -> None:
        """Encrypt files of the copy; where one cannot be, remove those that were new."""
        there, done = None, []
        names = list(names)
        if names:
            there = self.container.listing()
        try:
            for name in names:
                try:
                    self.container.put(name, self.work / name, is_durable)
                except StoreIOError as error:
                    if not isinstance(error.__cause__, FileNotFoundError):
                        raise
                    continue  # cleaned up by another process since
                done.append(self.container.place(name))
            if is_durable and done:
                self.container.sync(*{place.partition("/")[0] for place in done})
        except MemcliError:
            for place in set(done) - set(there or ()):
                with suppress(MemcliError):
                    self.container.remove(place)
            raise

    def _end(self) -> None:
        """Do in the container what was done in the copy, and destroy keys that are to go."""
        now = self._push()
        gone = sorted(self._known.keys() - now.keys(), key=_order)
        for name in gone:
            self.container.remove(self.container.place(name))
        if gone:
            self.container.sync(*{self.filling.kind(name) for name in gone})
        self._known = now
        self._aside = {name for name in now if self.filling.kind(name) == ASIDE}
        if self.is_tolerant:
            self._mend_damaged(now)
        if self.ring.destroyed_before:
            self._destroy_keys(now)

    def _mend_damaged(self, now: Stamps) -> None:
        """Write anew, out of the copy, what is damaged in the container; the rest of it goes."""
        present = self.filling.by_place(now)
        faulty = self.filling.damaged.keys() | self.filling.spoilt
        self._put([present[p] for p in sorted(faulty) if p in present], is_durable=True)
        for place in faulty - present.keys():
            self.container.remove(place)
        self.container.sync(*KINDS)
        self.filling.damaged.clear()
        self.filling.spoilt.clear()

    # ---------------------------------------------------------------- keys

    def begin_epoch(self) -> None:
        """
        Encrypt by a new key from now on, with the writers' lock.

        Before that is free, what is left of earlier epochs is encrypted anew, and their keys are
        destroyed; whoever has the lock next does it if this process dies.
        """
        self.ring.begin_epoch()
        self.ring.destroyed_before = self.ring.epoch
        self.save_ring()

    def rekey(self, user: UserKey) -> None:
        """Let another key of the user's open the store, and no key before it anything of it."""
        self.user = user
        self.begin_epoch()

    def save_ring(self) -> None:
        """Write both copies of the keys."""
        self.ring.save(self.container.folder, self.user)
        self._ring_stamp = self._stamp()

    def _destroy_keys(self, now: Stamps) -> None:
        present = self.filling.by_place(now)
        epochs = self.container.epochs_of(self.container.listing())
        limit = self.ring.destroyed_before
        old = [place for place, epoch in epochs.items() if epoch < limit]
        self._put(sorted((present[p] for p in old if p in present), key=_order), is_durable=True)
        for place in old:
            if place not in present:
                self.container.remove(place)
        self.container.sync(OBJECTS, ASIDE, COMMITS)
        self.ring.epochs = {n: key for n, key in self.ring.epochs.items() if n >= limit}
        self.ring.destroyed_before = 0
        self.save_ring()
        self.copy.purges = min(self.ring.epochs)

    def _stamp(self) -> tuple[int, int]:
        """Return by what it is seen that the keys are others."""
        try:
            found = os.stat(self.root / FOLDER / keyring.COPIES[0])
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def _reload_ring(self) -> bool:
        """Read the keys again if they were written meanwhile; say whether they were."""
        with self._ring_lock:
            stamp = self._stamp()
            if stamp == self._ring_stamp:
                return False
            secret = find_secret(self.store_id, self.root)
            self.container.ring, self.user = keyring.load(self.container.folder, secret)
            self._ring_stamp = stamp
            return True

    # ---------------------------------------------------------------- verifying and closing

    def keys(self) -> Iterator[Path]:
        """Yield the paths of the copies of the keys, below the store."""
        yield from (
            Path(FOLDER, name) for name in keyring.COPIES if (self.root / FOLDER / name).exists()
        )

    def place_of(self, path: Path) -> Path | None:
        """Return the path, below the store, of what a file is encrypted as; None if it is not."""
        place = self.container.place(path.as_posix())
        return Path(FOLDER, place) if (self.container.folder / place).exists() else None

    def verify(self) -> Iterator[tuple[str, str]]:
        """Yield the places in the container that are not as they were encrypted, and why."""
        self._reload_ring()
        for place in sorted(self.container.listing()):
            try:
                self.container.verify(place)
            except FileNotFoundError:
                continue  # removed since it was listed
            except DamagedStream as error:
                if place.startswith(ASIDE):
                    self.filling.spoilt.add(place)
                else:
                    self.filling.damaged[place] = str(error)
                yield place, str(error)

    def _walk_aside(self) -> dict[str, os.stat_result]:
        found = {**self.copy.walk("tables/accesses.lance"), **self.copy.walk("cache")}
        return {name: s for name, s in found.items() if self.filling.kind(name) == ASIDE}

    def keep_aside_at_times(self) -> None:
        """Do what `keep_aside` does once in a while, for a process that lives long."""
        if time.monotonic() - self._kept_at > KEPT_EACH_S:
            self.keep_aside()

    def keep_aside(self) -> None:
        """Bring into the container what no transaction covers; losing it costs only that."""
        self._kept_at = time.monotonic()
        with self._thread, suppress(MemcliError, OSError, DamagedStream), self.copy.filling():
            self._reload_ring()
            if self.copy.purges < min(self.ring.epochs):
                return  # of before a purge through another copy
            there, now = self.container.listing(ASIDE), self._walk_aside()
            other = [
                name
                for name, status in now.items()
                if (found := there.get(self.container.place(name))) is None
                or (
                    not self.container.is_alike(found, name, status)
                    and found.st_mtime_ns < status.st_mtime_ns
                )
            ]
            self._put(sorted(other, key=_order), is_durable=False)
            for name in sorted(self._aside - set(now), key=_order):
                self.container.remove(self.container.place(name))
            self._aside = set(now)

    def retire(self) -> None:
        """Keep nothing more in the container: the store is in plain now."""
        self._is_retired = True

    def close(self) -> None:
        """Keep what no transaction covers, and leave the working copy."""
        if not self._is_retired:
            self.keep_aside()
        self.copy.release(0.0 if self._is_retired else self._keep_minutes)


def _order(name: str) -> tuple[bool, bool, bool, str]:
    """Return what sorts files so that each comes after those that are read by it."""
    is_version = "/_versions/" in name
    return name.startswith(COMMITS), is_version, "/_refs/" in name, name


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino
