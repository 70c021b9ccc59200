"""
Incoming: what is new in a bucket is brought into the copy of a store on this machine.

First come the files that the newest commit's state is read from, each compared with its digest,
then the commits. A purge that was made elsewhere empties the copy before anything more is read.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from store.errors import FormChanged, ObjectGone, StoreCorrupt, StoreIOError, StoreLocked
from store.remote.commit_files import CommitFile, identity_form, identity_id, names_before
from store.remote.connecting import IDENTITY
from store.remote.local_copy import CopyState
from store.remote.naming import (
    COMMITS,
    CONFIG,
    KEYS,
    STRAYS,
    TABLES,
    FileNames,
    commit_name,
    number_of,
)
from store.remote.objects import Fetched, ObjectStat, side_by_side
from store.remote.pairing import Pairing
from store.remote.urls import remote_identity

if TYPE_CHECKING:
    from store.commits import Commit

TRIES: Final = 5
# What was seen of the bucket holds that long for what one command does.
FRESH_S: Final = 1.0


class Incoming:
    """What brings in commits, and the files of states, for one store."""

    def __init__(self, at: Pairing) -> None:
        self.at = at

    def refresh(self, within_s: float = FRESH_S) -> None:
        """
        Bring in the commits that the copy lacks, with what the newest is read from.

        within_s: how long ago one may have looked for the last time.
        """
        with self.at.thread:
            if time.monotonic() - self.at.seen_at < within_s:
                return
            self.at.state = self.at.copy.read_state()
            listing, config = self._look()
            if config is not None or not self._is_current(listing):
                with self.at.copy.filling():
                    self.at.state = self.at.copy.read_state()
                    self._take_config(config)
                    self._bring_in(listing)
            self._heed_claim()
            self.at.seen_at = time.monotonic()

    def _look(self) -> tuple[list[ObjectStat], Fetched | None]:
        """Return the commits from the copy's head on, and the settings if they are others."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            config = pool.submit(self._changed_config)
            listing = self._commits_since(self.at.state.head)
            return listing, config.result()

    def _changed_config(self) -> Fetched | None:
        known = self.at.state.config if (self.at.copy.path(CONFIG)).exists() else ""
        try:
            return self.at.objects.get_changed(CONFIG, known)
        except FileNotFoundError:
            return None

    def _take_config(self, config: Fetched | None) -> None:
        if config is not None:
            self.at.copy.write(CONFIG, config.data)
            self.at.state.config = config.tag
            self.at.copy.write_state(self.at.state)

    def _commits_since(self, number: int) -> list[ObjectStat]:
        """Return the commits in the bucket, from one on."""
        after = commit_name(number - 1) if number > 1 else ""
        return [stat for stat in self.at.objects.listing(COMMITS, after) if number_of(stat.name)]

    def _is_current(self, listing: list[ObjectStat]) -> bool:
        """Say whether the copy's head is the newest commit, as it is in the bucket."""
        return bool(listing) and {str(number_of(s.name)): s.tag for s in listing} == {
            str(self.at.state.head): self.at.state.tags.get(str(self.at.state.head), "")
        }

    def _bring_in(self, listing: list[ObjectStat]) -> None:
        """Bring in what is new, until nothing was compacted meanwhile."""
        for _ in range(TRIES):
            try:
                self._bring_in_commits(listing)
            except ObjectGone:
                newest = number_of(listing[-1].name) if listing else 0
                listing = self._commits_since(self.at.state.head)
                if not listing or number_of(listing[-1].name) == newest:
                    raise
                continue
            return
        raise StoreLocked(f"{self.at.url} is being compacted", "try again later")

    def _bring_in_commits(self, listing: list[ObjectStat]) -> None:
        if not self._goes_on(listing):
            self._require_same_store()
            listing = self._commits_since(0)
        self._require_commits(listing)
        new = self._fetch_commits(listing)
        if any(commit.is_purge and commit.number > self.at.state.purge for commit in new.values()):
            self._heed_purge(new)
            listing = self._commits_since(0)
            new = self._fetch_commits(listing)
        head = new[max(new)] if new else None
        self._write_commits({n: c for n, c in new.items() if head is None or n != head.number})
        if head is not None:
            self._bring_in_head(head)
        self.at.state.tags |= {str(number_of(stat.name)): stat.tag for stat in listing}
        self.at.state.head = max(self.at.state.head, number_of(listing[-1].name))
        self._fetch_keys()
        self.at.copy.write_state(self.at.state)

    def _goes_on(self, listing: list[ObjectStat]) -> bool:
        """Say whether a listing begins with the copy's head, as it was."""
        known = self.at.state.tags.get(str(self.at.state.head))
        return not self.at.state.head or (
            bool(listing)
            and number_of(listing[0].name) == self.at.state.head
            and listing[0].tag == known
        )

    def _require_same_store(self) -> None:
        """Raise StoreLocked, with an empty copy, where another store, or form, has its place."""
        found = self.at.objects.get(IDENTITY)
        if found is None:
            raise StoreIOError(f"there is no store at {self.at.url} any more", "it was deleted")
        is_same_store = identity_id(found.data) == self.at.store_id
        form = identity_form(found.data)
        if not is_same_store or form != self.at.form:
            self.empty(form if is_same_store else None)
            if is_same_store:
                raise FormChanged(f"{self.at.url} was encrypted or decrypted", "run it again")
            raise StoreLocked(f"{self.at.url} is another store by now", "run it again")

    def empty(self, form: str | None) -> None:
        """Empty the copy: its store has another form from then on, None for none at all."""
        at = self.at
        at.copy.empty()
        at.copy.write_state(CopyState(writer=at.state.writer))
        if form is None:
            at.copy.remove(IDENTITY)
        else:
            at.copy.write(IDENTITY, remote_identity(at.store_id, form, at.url))

    def _heed_claim(self) -> None:
        """Look whether the store has another form, where its newest commit says that it shall."""
        form = CommitFile.read(self.at.copy, self.at.state.head).form
        self.at.is_claimed = form not in (None, self.at.form)
        if self.at.is_claimed:
            self._require_same_store()

    def _require_commits(self, listing: list[ObjectStat]) -> None:
        if not listing:
            self._require_same_store()
            raise StoreCorrupt(f"{self.at.url} holds no commit", "restore a backup")

    def _fetch_commits(self, listing: list[ObjectStat]) -> dict[int, CommitFile]:
        """Return the commits of a listing that the copy lacks or has otherwise, by number."""
        wanted = [s for s in listing if self._lacks(s)]
        found = side_by_side(lambda stat: self.at.objects.get(stat.name), wanted)
        return {
            number_of(stat.name): CommitFile(number_of(stat.name), fetched.data)
            for stat, fetched in zip(wanted, found, strict=True)
            if fetched is not None
        }

    def _lacks(self, stat: ObjectStat) -> bool:
        known = self.at.state.tags.get(str(number_of(stat.name)))
        return known != stat.tag or not self.at.copy.path(stat.name).exists()

    def _heed_purge(self, new: Mapping[int, CommitFile]) -> None:
        """Empty the copy: a purge elsewhere took away what may be in it."""
        if self.at.state.head:
            self.at.copy.empty()
            self.at.state.complete, self.at.state.strays, self.at.state.tags = {}, {}, {}
            self.at.recalls.forget(self.at.state)
        self.at.copy.make_folders()
        self.at.state.purge = max(commit.number for commit in new.values() if commit.is_purge)

    def _write_commits(self, commits: Mapping[int, CommitFile]) -> None:
        for number, commit in commits.items():
            self.at.copy.write(commit_name(number), commit.data)

    def _bring_in_head(self, head: CommitFile) -> None:
        """Bring in the files of a commit, and then the commit."""
        if self.at.copy.walk(TABLES):
            self.at.filling.remove_others(head.written)
            for number in range(self.at.state.head + 1, head.number):
                self.at.filling.remove_others(CommitFile.read(self.at.copy, number).written)
        names = names_before(self.at.copy, head)
        self.at.filling.bring_in(self.at.layout, head.versions, names, self.at.state)
        if not self.at.recalls.has_table(self.at.layout):
            self.at.recalls.take_over(self.at.layout, self.at.state)
        self._write_commits({head.number: head})

    def _fetch_keys(self) -> None:
        """Bring in the store's keys, which never change."""
        for stat in self.at.objects.top():
            if stat.name.endswith(KEYS) and not self.at.copy.path(stat.name).exists():
                found = self.at.objects.get(stat.name)
                if found is not None:
                    self.at.copy.write(stat.name, found.data)

    def require(self, versions: Mapping[str, int]) -> None:
        """Bring in what versions of tables are read from, if they are not here."""
        if all(self.at.state.has(table, version) for table, version in versions.items()):
            return
        with self.at.thread, self.at.copy.filling():
            self.at.state = self.at.copy.read_state()
            names = FileNames(self.at.copy.path(COMMITS), self.at.state.head)
            try:
                self.at.filling.bring_in(self.at.layout, versions, names, self.at.state)
            finally:
                self.at.copy.write_state(self.at.state)

    def require_states(self, commits: Iterable[Commit]) -> None:
        """Bring in what the states of commits are read from."""
        for commit in commits:
            self.require({name: state.version for name, state in commit.tables.items()})

    def mend_copy(self) -> Iterator[str]:
        """Fetch files of the copy anew that are not as they were written, and yield their names."""
        from store.digests import is_as_written

        names = FileNames(self.at.copy.path(COMMITS), self.at.state.head).all()
        for name in sorted(self.at.copy.walk(TABLES)):
            if name in names and not is_as_written(self.at.copy.path(name), names[name]):
                self.at.filling.fetch(name, names[name])
                yield name

    def bring_strays(self) -> None:
        """Bring in, to be looked through, what is in the bucket beside what the copy has."""
        for stat in self.at.objects.listing(""):
            if not self.at.copy.path(stat.name).exists():
                found = self.at.objects.get(stat.name)
                if found is not None:
                    self.at.copy.write(f"{STRAYS}/{stat.name}", found.data)
