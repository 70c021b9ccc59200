"""
Transactions over several Lance tables.

Lance commits one table at a time, so a transaction writes new versions first and then publishes
them all with one commit file. What holds, and the order that keeps it:

1. A writer holds the lock from here to the end, so at most one transaction is open.
2. On taking the lock, a table whose newest version is not the one that the head names is a
   crashed writer's debris: it is rolled back, and tags of commits that never were are removed.
3. New table versions are written. No reader opens them, for no commit names them.
4. The total of memories may not fall unless the command said that it would.
5. Each new version is tagged, so that no cleaning up can take it.
6. Every new file of the tables, and every folder above one, is fsynced.
7. Every new file has to be whole: Lance does not tell of a last write that failed.
8. The digest of each of them goes into the commit, so that `check` finds a bit that flips later.
9. The commit file is written, synced and linked to its number: only now does the transaction
   exist. A crash before that leaves debris for step 2, a crash after it loses nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from store import _lance, lance_versions, wholeness
from store.commits import Commit, EncoderStamp, TableState, publish_commit
from store.cores import at_once
from store.debris import remove_debris
from store.digests import Digests, digests
from store.errors import StoreCorrupt
from store.files import io_errors
from store.indexes import ROWS_PER_SEGMENT
from store.layout import MEMORY_TABLES, PROTOCOL_TABLES, TOMBSTONES, Layout, read_identity
from store.new_rows import index_new_rows, index_slow
from store.reading import TableReader, portions
from store.table_files import list_files, needed_only, sync_files, tag_name, tag_number
from store.user_tables import is_user_table, key_of, remove_unborn, user_tables

if TYPE_CHECKING:
    import pyarrow as pa

    from store.snapshot import Snapshot

# What is appended, and what is indexed, in one go: Lance's memory grows with both. A segment of an
# index of twice as many rows took 60 MB more.
ROWS_AT_ONCE: Final = 65_536
MOST_UNINDEXED_ROWS: Final = ROWS_PER_SEGMENT // 4


class Transaction(TableReader):
    """One writer's changes, published all together by `publish` or not at all."""

    def __init__(
        self,
        layout: Layout,
        head: Commit,
        command: str,
        arguments: dict[str, Any] | None = None,
        may_shrink: bool = False,
    ) -> None:
        self.layout = layout
        self.head = head
        self.command = command
        self.arguments = arguments or {}
        self.may_shrink = may_shrink
        self.encoder = head.encoder
        self.restores: int | None = None
        self.keeps_from: int | None = None
        self.watermarks = dict(head.watermarks)
        self.weights = {name: dict(factors) for name, factors in head.weights.items()}
        self.verdicts = {name: list(given) for name, given in head.verdicts.items()}
        self.models = dict(head.models)
        remove_debris(layout)
        remove_unborn(layout, head)
        self._files = {name: list_files(layout.table(name)) for name in head.tables}
        # None until it is asked for: most commands write to few of them.
        self._tables: dict[str, _lance.Table | None] = {
            name: None if self._is_clean(name) else self._rolled_back(name) for name in head.tables
        }
        self._changed: set[str] = set()
        self._dropped: set[str] = set()
        self._undigested: set[str] = set()

    def _is_clean(self, name: str) -> bool:
        """Tell by its files whether a table is at the head, with no later version or tag."""
        files, state = self._files[name], self.head.tables[name]
        names = (os.path.basename(file) for file in files if file.endswith(".json"))
        tags = (tag_number(name.removesuffix(".json")) for name in names)
        if max(tags, default=0) > self.head.number:
            return False
        return lance_versions.is_newest(self.layout.table(name), state.version, files)

    def _rolled_back(self, name: str) -> _lance.Table:
        """Return a table at the head's content, undoing what a crashed writer left."""
        version = self.head.tables[name].version
        table = _lance.Table.open(name, self.layout.table(name), version)
        lance_versions.remove_torn_versions(name, self.layout.table(name), after=version)
        if table.newest_version != version:
            table.restore(version)
        table.untag([tag for tag in table.tag_names() if tag_number(tag) > self.head.number])
        return table

    @cached_property
    def store_id(self) -> str:
        """The id of the store."""
        return str(read_identity(self.layout)["id"])

    @property
    def changed(self) -> bool:
        """Say whether anything was written: rows, watermarks, what feedback taught, or a model."""
        own = (self.watermarks, self.weights, self.verdicts, self.models)
        head = self.head
        marked = own != (head.watermarks, head.weights, head.verdicts, head.models)
        is_written = bool(self._changed or self._dropped or self._undigested)
        return is_written or self.restores is not None or marked

    @property
    def written(self) -> frozenset[str]:
        """The tables that were written to."""
        return frozenset(self._changed)

    @property
    def names(self) -> list[str]:
        """The tables that the store has, in their order; the user's own come last."""
        own = [name for name in PROTOCOL_TABLES if name in self._tables]
        return [*own, *user_tables(self._tables).values()]

    def has(self, name: str) -> bool:
        """Say whether the store has a table."""
        return name in self._tables

    def make(self, name: str) -> None:
        """Make a table that the store does not have yet; what a crashed writer left of it goes."""
        from schemas.tables import table_schemas

        self._make(name, table_schemas(self.encoder.dimension)[name])

    def make_user_table(self, name: str, schema: pa.Schema) -> str:
        """Make a table of the user's own and return its key; there is none of its name."""
        key = key_of(name, self.head.number + 1)
        self._make(key, schema)
        return key

    def _make(self, name: str, schema: pa.Schema) -> None:
        path = self.layout.table(name)
        with io_errors(f"make {path}"):
            shutil.rmtree(path, ignore_errors=not path.exists())
        self._files[name] = set()
        table = self._tables[name] = _lance.Table.create(name, path, schema)
        if self.layout.remote:
            self.layout.remote.pass_strays(table)
        self._changed.add(name)

    def drop_user_table(self, key: str) -> None:
        """Take a table of the user's own out of the commit; earlier ones that name it keep it."""
        del self._tables[key]
        self._dropped.add(key)
        self._changed.discard(key)

    def table(self, name: str) -> _lance.Table:
        """Return a table with this transaction's own changes."""
        table = self._tables[name]
        if table is None:
            version = self.head.tables[name].version
            table = self._tables[name] = _lance.Table.open(name, self.layout.table(name), version)
        return table

    def writable(self, name: str) -> _lance.Table:
        """Return a table to be changed."""
        self._changed.add(name)
        return self.table(name)

    def append(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add rows to a table and return how many they were."""
        before = self.table(name).count()
        for some in instalments(rows):
            self.writable(name).add_absent()
            self.writable(name).append(some)
            if self.table(name).unindexed_rows() >= MOST_UNINDEXED_ROWS:
                index_new_rows(self.table(name))
        return self.table(name).count() - before

    def append_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add the rows of batches, of which there may be none, and return how many they were."""
        import pyarrow as pa

        some = (batch for batch in batches if batch.num_rows)
        first = next(some, None)
        if first is None:
            return 0
        reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], some))
        return self.append(name, reader)

    def upsert(self, name: str, rows: pa.Table, on: list[str]) -> None:
        """Replace the rows that equal these in `on`, add the others."""
        if rows.num_rows:
            self.writable(name).add_absent()
            self.writable(name).upsert(rows, on)

    def delete(self, name: str, where: str) -> None:
        """Take rows out of a table."""
        self.writable(name).delete(where)

    def move(self, source: str, target: str, ids: Sequence[str]) -> int:
        """Move rows from one table to another of the same schema and return how many they were."""
        moved = self.append_batches(target, self.scan_ids(source, ids))
        for some in portions(ids) if moved else ():
            self.delete(source, f"id IN ({some})")
        return moved

    def overwrite(self, name: str, rows: pa.RecordBatchReader) -> None:
        """Replace a table's rows and schema, and build its indexes anew."""
        table = self.writable(name)
        table.overwrite(rows)
        table.create_indexes()

    def restore(self, snapshot: Snapshot) -> None:
        """Take every table back to what it was at another commit."""
        target = snapshot.commit
        if self.layout.remote:
            self.layout.remote.require_states([target])
        for name, state in target.tables.items():
            if name not in self._tables:
                self._take_up(name, state.version)
            elif state.version != self.head.tables[name].version:
                self.writable(name).restore(state.version)
        for name in set(self._tables) - set(target.tables) - {TOMBSTONES}:  # made later
            if is_user_table(name):
                self.drop_user_table(name)
            else:
                self.delete(name, "true")
        self.encoder, self.restores = target.encoder, target.number
        self.watermarks = dict(target.watermarks)
        self.weights = {name: dict(factors) for name, factors in target.weights.items()}
        self.verdicts = {name: list(given) for name, given in target.verdicts.items()}
        self.models = dict(target.models)

    def _take_up(self, name: str, version: int) -> None:
        """Name a table again, at a version of it, that was dropped."""
        path = self.layout.table(name)
        self._files[name] = list_files(path)
        table = self._tables[name] = _lance.Table.open(name, path, version)
        lance_versions.remove_torn_versions(name, path, after=version)
        if table.newest_version != version:
            self.writable(name).restore(version)

    def digest_too(self, paths: Iterable[str]) -> None:
        """Take the digests of files that earlier commits wrote, too."""
        self._undigested |= set(paths)

    def set_encoder(self, encoder: EncoderStamp) -> None:
        """State which encoder the vectors are of after this transaction."""
        if encoder != self.encoder:
            self.verdicts = {}  # their questions are signatures of vectors that no longer compare
        self.encoder = encoder

    def publish(self, now: datetime | None = None) -> Commit:
        """Make the changes the head, durably, and return the commit."""
        index_slow([self.table(name) for name in sorted(self._changed)])
        commit = Commit(
            v=1,
            number=self.head.number + 1,
            parent=self.head.number,
            time=now or datetime.now(UTC),
            command=self.command,
            encoder=self.encoder,
            tables={name: self._state(name) for name in self.names},
            arguments=self.arguments,
            restores=self.restores,
            keeps_from=self.keeps_from,
            watermarks=self.watermarks,
            weights=self.weights,
            verdicts=self.verdicts,
            models=self.models,
        )
        self._refuse_to_shrink(commit)
        digests_, layout = self._protect(commit), self.layout
        publish_commit(
            layout.commits, commit, digests_, vault=layout.disk_vault, remote=layout.remote
        )
        return commit

    def _state(self, name: str) -> TableState:
        """Return the version of a table and how many rows it has."""
        table = self._tables[name]
        return self.head.tables[name] if table is None else TableState(table.version, table.count())

    def _protect(self, commit: Commit) -> Digests:
        """
        Tag the new versions, make their files survive a power loss, and refuse torn ones.

        Returns the digests of the new files.
        """
        found = digests(self._undigested, self.layout.tables)
        changed = (n for n, s in commit.tables.items() if s.version != self._version_before(n))
        tables = [partial(self._protect_table, name, tag_name(commit.number)) for name in changed]
        for each in at_once(tables):  # most of it is waiting for the disk
            found |= each
        return found

    def _protect_table(self, name: str, tag: str) -> Digests:
        self.table(name).tag(tag)
        path = self.layout.table(name)
        files = list_files(path)
        new = files - self._files[name]
        sync_files(new, path)
        wholeness.require_whole(self.table(name), path, files, self._files[name])
        return digests(self._of_commit(name, new), self.layout.tables)

    def _of_commit(self, name: str, new: set[str]) -> set[str]:
        """Return those of the new files of a table that its commit names; on a disk all."""
        if self.layout.remote is None:
            return new
        return needed_only(self.table(name), self.layout.table(name), new)

    def new_files(self) -> Iterator[str]:
        """Yield the files that are in the tables since this transaction began."""
        for name, known in self._files.items():
            yield from list_files(self.layout.table(name)) - known

    def _refuse_to_shrink(self, commit: Commit) -> None:
        """Stop a transaction that would make memories disappear without having said so."""
        before, after = (
            sum(c.tables[name].rows for name in MEMORY_TABLES) for c in (self.head, commit)
        )
        if after < before and not self.may_shrink:
            raise StoreCorrupt(
                f"{self.command} would leave {after} of {before} memories; nothing was changed",
                "this is a bug, please report it",
            )

    def _version_before(self, name: str) -> int:
        """Return the version of a table that the head names, 0 for one that is new."""
        state = self.head.tables.get(name)
        return state.version if state else 0

    def roll_back(self) -> None:
        """
        Undo what was written; what was dropped before and taken up again is as it was.

        The copy of a store on object storage is made exact by its next writer.
        """
        if self.layout.remote:
            return
        for name in self._changed:
            table, version = self.table(name), self._version_before(name)
            if not version:
                if not self._files[name]:
                    shutil.rmtree(self.layout.table(name), ignore_errors=True)
                continue
            lance_versions.remove_torn_versions(name, self.layout.table(name), after=version)
            if table.newest_version != version:
                table.restore(version)


def instalments(
    rows: pa.Table | pa.RecordBatchReader,
) -> Iterator[pa.Table | pa.RecordBatchReader]:
    """Yield rows in parts of at least ROWS_AT_ONCE rows, but for the last."""
    import pyarrow as pa

    if not isinstance(rows, pa.RecordBatchReader):
        yield rows
        return
    batches = iter(rows)
    for first in batches:

        def part(first: pa.RecordBatch = first) -> Iterator[pa.RecordBatch]:
            taken = first.num_rows
            yield first
            while taken < ROWS_AT_ONCE and (batch := next(batches, None)) is not None:
                taken += batch.num_rows
                yield batch

        yield pa.RecordBatchReader.from_batches(rows.schema, part())
