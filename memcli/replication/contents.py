"""
What of a store goes into a bundle: all of it, or what changed since an earlier commit.

The sender's keys of tombstones go with these: without them another store could not tell what was
purged here. A bundle is therefore as private as the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.memory.stamps import ROW, read_places
from memcli.memory.tombstones import foreign_key, key_lost, key_name, read_tombstones
from memcli.replication.parts import (
    ARCHIVED,
    LATER_PARTS,
    LINKS,
    MEMORIES,
    OWN_TABLES,
    STAMPS,
    TOMBSTONES,
    VERDICTS,
    ReplicaPart,
)
from memcli.replication.table_contents import own_rows, table_rows
from store.errors import InputNotFound, StoreCorrupt
from store.keys import read_key
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from store import Commit, Snapshot, Store

ROWS_AT_ONCE: Final = 2_000
MARK_BYTES: Final = 6
POINT: Final = re.compile(r"(?P<store>[0-9a-f]{16}):(?P<number>\d{1,15})@(?P<mark>[0-9a-f]{12})")
# The order of a session is settled anew by each store.
SETTLED: Final = "relation != 'next'"


def mark_of(commit: Commit) -> str:
    """Return what tells a commit from one of the same number in a copy that went another way."""
    tables = sorted((name, state.version, state.rows) for name, state in commit.tables.items())
    text = f"{commit.number} {commit.time.isoformat()} {tables}"
    return blake2b(text.encode(), digest_size=MARK_BYTES).hexdigest()


@dataclass(frozen=True)
class Since:
    """A commit of a store that another knows all of; its mark says which of that number."""

    store: str
    number: int
    mark: str

    @classmethod
    def of(cls, store: str, commit: Commit) -> Since:
        """Return it for a commit."""
        return cls(store, commit.number, mark_of(commit))

    @classmethod
    def parse(cls, text: str) -> Since | None:
        """Return what `str` of one means, None for any other text."""
        found = POINT.fullmatch(text)
        return cls(found["store"], int(found["number"]), found["mark"]) if found else None

    def __str__(self) -> str:
        return f"{self.store}:{self.number}@{self.mark}"


def earlier_snapshot(store: Store, known: Iterable[Since]) -> Snapshot | None:
    """Return the newest state of a store that another knows; None where none is kept."""
    for since in sorted(known, key=lambda since: since.number, reverse=True):
        with suppress(InputNotFound, StoreCorrupt):
            snapshot = store.snapshot(since.number) if since.store == store.id else None
            if snapshot is not None and mark_of(snapshot.commit) == since.mark:
                return snapshot
    return None


@dataclass
class ReplicaContents:
    """The rows of a snapshot, or of a namespace of it, that go to another store."""

    store: Store
    snapshot: Snapshot
    earlier: Snapshot | None = None
    namespace: str | None = None
    on_rows: Callable[[int], None] = lambda n: None

    def keys(self) -> dict[str, str]:
        """Return the keys of the hashes of what was purged, in hexadecimal, by name."""
        names = {row["key"] for row in read_tombstones(self.snapshot)}
        found = {}
        for name in names:
            path = self.snapshot.layout.tombstone_key
            key = foreign_key(self.snapshot, name) if name else read_key(path)
            if key is None:
                layout = self.snapshot.layout
                raise key_lost(layout.foreign_tombstone_key(name) if name else path)
            found[key_name(key)] = key.hex()
        return dict(sorted(found.items()))

    def rows(self, part: ReplicaPart) -> Iterator[Row]:
        """Yield the rows of a part in the order of its key; memories by level before that."""
        if part == VERDICTS:
            yield from self._verdicts()
            return
        if part == TOMBSTONES:
            yield from self._tombstones()
            return
        if part in LATER_PARTS:
            yield from self._own_tables(part)
            return
        for some in self._chunks(part):
            self.on_rows(len(some))
            yield from some

    def _own_tables(self, part: ReplicaPart) -> Iterator[Row]:
        """Yield tables of the user's own, or their rows; in a part of a store they stay."""
        if self.namespace is not None:
            return
        if part == OWN_TABLES:
            yield from table_rows(self.snapshot)
            return
        yield from own_rows(self.snapshot, self.earlier, self._stamped_rows())

    def _stamped_rows(self) -> list[str]:
        """Return the identities of rows whose stamps go."""
        if self._is_unchanged(STAMPS):
            return []
        keys = self._keys(STAMPS).to_pylist()
        return [key["id"] for key in keys if key["register"] == ROW]

    def _verdicts(self) -> Iterator[Row]:
        for space, given in sorted(self.snapshot.commit.verdicts.items()):
            if self.namespace in (None, space):
                order = sorted(given, key=lambda verdict: (verdict.question, verdict.id))
                for each in order:
                    yield {
                        "namespace": space,
                        "question": each.question,
                        "id": each.id,
                        "helped": each.helped,
                        "at": each.at,
                    }

    def _tombstones(self) -> Iterator[Row]:
        own = read_key(self.snapshot.layout.tombstone_key)
        name = key_name(own) if own else None
        rows = ({**row, "key": row["key"] or name} for row in read_tombstones(self.snapshot))
        yield from sorted(rows, key=lambda row: (row["key"], row["hash"], row["turn"] or ""))

    # ---------------------------------------------------------------- by key

    def _chunks(self, part: ReplicaPart) -> Iterator[list[Row]]:
        """Yield rows, some at a time."""
        if self._is_unchanged(part):
            return
        keys = self._keys(part)
        for start in range(0, keys.num_rows, ROWS_AT_ONCE):
            some = keys.slice(start, ROWS_AT_ONCE)
            wanted = [tuple(key) for key in zip(*_lists(some, part.key), strict=True)]
            found = {tuple(row[n] for n in part.key): row for row in self._read(part, some)}
            yield [found[key] for key in wanted if key in found]

    def _is_unchanged(self, part: ReplicaPart) -> bool:
        """Say whether nothing of a part goes, as far as is known without looking."""
        before = self.earlier.commit.tables if self.earlier else {}
        now = self.snapshot.commit.tables
        states = [(now.get(name), before.get(name)) for name in tables_of(part)]
        return all(not (state and state.rows) or state == old for state, old in states)

    def _read(self, part: ReplicaPart, keys: Any) -> Iterator[Row]:
        on = part.key[0]
        ids = sorted(set(keys[on].to_pylist()))
        if part != MEMORIES:
            where = SETTLED if part == LINKS else None
            yield from self.snapshot.rows_of(ids, part.columns, on, where, [part.name])
            return
        places = read_places(self.snapshot, ids)
        for table in tables_of(part):
            for row in self.snapshot.rows_of(ids, part.columns, tables=[table]):
                row["seq"] = places.get(row["id"], row["seq"])
                yield {**row, ARCHIVED: table == "archive"}

    def _keys(self, part: ReplicaPart) -> Any:
        """Return the keys of the rows that go, as an Arrow table, in their order."""
        from store.changed import changed_keys, keys_of

        order = ("level", *part.key) if part == MEMORIES else part.key
        build = _selected(part)
        if self.earlier is None:
            found = keys_of(self.snapshot, build, order)
        else:
            found = changed_keys(self.earlier, self.snapshot, build, order)
        return found if self.namespace is None else self._within(part, found)

    def _within(self, part: ReplicaPart, keys: Any) -> Any:
        """Return the keys of rows of the namespace."""
        import pyarrow.compute as pc

        from store.namespaces import ids_of

        ids = ids_of(self.snapshot, self.namespace or "")
        for name in ("source_id", "target_id") if part == LINKS else ("id",):
            keys = keys.filter(pc.is_in(keys[name], value_set=ids))
        return keys


def tables_of(part: ReplicaPart) -> tuple[str, ...]:
    """Return the tables that the rows of a part are in."""
    return MEMORY_TABLES if part == MEMORIES else (part.name,)


def _lists(keys: Any, names: tuple[str, ...]) -> list[list[Any]]:
    return [keys[name].to_pylist() for name in names]


def _selected(part: ReplicaPart) -> Callable[[str], str]:
    """Return the statement that gives the rows of a part, of tables whose names begin so."""
    if part == MEMORIES:
        columns = ", ".join(name for name in part.columns if name != "seq")

        def of_both(prefix: str) -> str:
            hot, cold = (f"FROM {prefix}{table}" for table in tables_of(part))
            return f"SELECT {columns}, 0 AS {ARCHIVED} {hot} UNION ALL SELECT {columns}, 1 {cold}"

        return of_both
    where = f" WHERE {SETTLED}" if part == LINKS else ""
    columns = ", ".join(part.columns)
    return lambda prefix: f"SELECT {columns} FROM {prefix}{part.name}{where}"
