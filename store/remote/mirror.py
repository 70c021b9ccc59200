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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from store.commits import Commit
from store.errors import MemcliError, StoreLocked
from store.remote.incoming import FRESH_S, Incoming
from store.remote.local_copy import LocalCopy
from store.remote.naming import COMMITS, STRAYS, TABLES, FileNames, manifest_name
from store.remote.objects import Objects
from store.remote.outgoing import Outgoing
from store.remote.pairing import Pairing
from store.remote.settings import StorageSettings

if TYPE_CHECKING:
    import pyarrow as pa

FRESH_FOR_WRITING_S: Final = 0.1


class Mirror(Pairing):
    """One store on object storage that is open: its bucket, and the copy that is worked on."""

    def __init__(
        self,
        objects: Objects,
        copy: LocalCopy,
        store_id: str,
        settings: StorageSettings,
        form: str = "",
    ) -> None:
        super().__init__(objects, copy, store_id, settings, form)
        self.converts = False
        self._is_retired = False
        self.incoming = Incoming(self)
        self.outgoing = Outgoing(self)
        self._head = 0

    def refresh(self, within_s: float = FRESH_S) -> None:
        """
        Bring in the commits that the copy lacks, with what the newest is read from.

        within_s: how long ago one may have looked for the last time.
        """
        self.incoming.refresh(within_s)

    def require(self, versions: Mapping[str, int]) -> None:
        """Bring in what versions of tables are read from, if they are not here."""
        self.incoming.require(versions)

    def require_states(self, commits: Iterable[Commit]) -> None:
        """Bring in what the states of commits are read from."""
        self.incoming.require_states(commits)

    def mend_copy(self) -> Iterator[str]:
        """Fetch files of the copy anew that are not as they were written, and yield their names."""
        return self.incoming.mend_copy()

    def bring_strays(self) -> None:
        """Bring in, to be looked through, what is in the bucket beside what the copy has."""
        self.incoming.bring_strays()

    # ---------------------------------------------------------------- writing

    def publish(self, number: int, data: bytes) -> None:
        """Write a commit, with the files that it names, to the bucket, and then to the copy."""
        self.outgoing.publish(number, data)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin and end what is done with the lock of this machine's writers."""
        with self.thread:
            self._begin()
        yield
        with self.thread:
            if not self._is_retired:
                self._end()

    def _begin(self) -> None:
        self.refresh(FRESH_FOR_WRITING_S)
        if self.is_claimed and not self.converts:
            what = f"{self.url} is being encrypted or decrypted"
            raise StoreLocked(what, "let it finish; if it was killed, run it again")
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
        self.outgoing.begin()

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

    def _end(self) -> None:
        """Write what no transaction covers, and keep that the copy has nothing else."""
        self.outgoing.push_changed()
        with suppress(MemcliError):  # what was published is reported as written
            self.recalls.write_kept(self.state)
        # What a transaction wrote that was not published goes at the next beginning.
        self.state.is_clean = self.state.head != self._head
        self.copy.write_state(self.state)

    def retire(self, form: str) -> None:
        """Have nothing more of the store here: it has another form now."""
        self._is_retired = True
        self.incoming.empty(form)

    # ---------------------------------------------------------------- collecting

    def collect(self, kept: list[Commit]) -> int:
        """Delete from the bucket what no kept commit needs, and return the bytes freed."""
        from schemas.tables import accesses
        from store.remote.collecting import collect

        with self.thread:
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

    # ---------------------------------------------------------------- recalls

    def note_recalls(self, rows: pa.Table) -> None:
        """Keep what was recalled, and write it to the bucket at times."""
        with self.thread:
            self.recalls.keep(rows)
            if self.recalls.are_due():
                with self.copy.filling():
                    self.state = self.copy.read_state()
                    if self.recalls.write_kept_if_due(self.state):
                        self.copy.write_state(self.state)

    def replace_recalls(self, rows: pa.Table) -> None:
        """Put recalls in the place of all that there are, as a purge does."""
        with self.thread:
            self.recalls.replace(rows, self.state)
            self.copy.write_state(self.state)
