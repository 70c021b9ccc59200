"""
What was purged in two stores: what of it is new here, and the memories that go by it.

The hashes travel with the key that they were made with, inside the bundle or the pipe: a store has
no texts of what it purged, so that nobody can make them with another key. What came is kept under
the name of its key, and the key in a file of its own, mode 0600. Which was last, the purge or its
being allowed again, is told by their times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memcli.algorithms.replication import LIFTED, joined_tombstones
from memcli.jsonl import Row
from memcli.memory.tombstones import (
    COLUMNS,
    Barred,
    foreign_key,
    key_lost,
    key_name,
    marker_of,
    read_tombstones,
    write_tombstones,
)
from memcli.replication import parts
from memcli.retention.purge.plan import Plan, plan_purge
from memcli.retention.purge.purging import PurgeStep
from store.errors import BadBundle
from store.files import io_errors, write_whole
from store.keys import KEY_BYTES, MODE, read_key
from store.layout import TOMBSTONES
from store.reading import portions

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from memcli.replication.bundle import Bundle
    from store import Commit, Snapshot, Store, Transaction
    from store.layout import Layout

Hashes = Mapping[str, set[str | None]]


@dataclass(frozen=True)
class Graves:
    """
    What is purged here once a bundle is taken.

    rows: of `tombstones`, those of each hash of which anything is new; barred: what may not be
    written; newly: what was not purged here before; keys: those of the bundle, by name.
    """

    rows: list[Row]
    barred: Barred
    newly: Barred
    keys: Mapping[str, bytes]

    def purged(self, snapshot: Snapshot) -> Plan | None:
        """Return what goes of a store, None for nothing."""
        if not self.newly:
            return None
        rows = snapshot.rows(COLUMNS)
        named = {row["id"] for row in rows if self.newly.bars(row)}
        return plan_purge(snapshot, named) if named else None

    def write(self, transaction: Transaction) -> None:
        """Write what is new, in the place of what was known of the same."""
        if not self.rows:
            return
        self.keep_keys(transaction.layout)
        hashes = sorted({row["hash"] for row in self.rows})
        for some in portions(hashes) if transaction.count(TOMBSTONES) else ():
            transaction.delete(TOMBSTONES, f"hash IN ({some})")
        write_tombstones(transaction, self.rows)

    def keep_keys(self, layout: Layout) -> None:
        """Keep the keys of what came: one that no row names does no harm."""
        for name in sorted({row["key"] for row in self.rows if row["key"]}):
            path = layout.foreign_tombstone_key(name)
            if read_key(path) is None:
                with io_errors(f"write {path}"):
                    write_whole(path, self.keys[name], mode=MODE)


def no_graves(barred: Barred) -> Graves:
    """Return what a source may not purge."""
    return Graves([], barred, Barred(barred.marker), {})


def read_graves(snapshot: Snapshot, bundle: Bundle, is_allowed: bool = False) -> Graves:
    """Return what is purged in a store or a bundle; BadBundle where a key is missing in it."""
    own = read_key(snapshot.layout.tombstone_key)
    own_name = key_name(own) if own else None
    before = read_tombstones(snapshot)
    came = [_named(row, own_name) for row in bundle.rows(parts.TOMBSTONES)]
    after = joined_tombstones([*before, *came])
    keys = _keys(snapshot, bundle, after, own)
    was = _in_force(before)
    now = _in_force(after)
    known = {_cell(row) for row in before}
    changed = {row["hash"] for row in after if _cell(row) not in known}
    new = {hash_: turns for hash_, turns in now.items() if hash_ not in was}
    return Graves(
        [row for row in after if row["hash"] in changed],
        _barred(snapshot, keys, now, is_allowed),
        _barred(snapshot, keys, new, is_allowed=False),
        {name: key for name, key in keys.items() if name},
    )


def _named(row: Row, own: str | None) -> Row:
    """Return a hash as this store keeps it: without a name where the key is its own."""
    return {**row, "key": None if row["key"] == own else row["key"]}


def _cell(row: Row) -> tuple[object, ...]:
    return row["hash"], row["turn"], row["key"], row["kind"], row["recorded_at"]


def _in_force(rows: Iterable[Row]) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for row in rows:
        if row["kind"] != LIFTED:
            found.setdefault(row["hash"], set()).add(row["turn"])
    return found


def _keys(
    snapshot: Snapshot, bundle: Bundle, rows: Sequence[Row], own: bytes | None
) -> dict[str | None, bytes]:
    """Return the keys of some hashes, by name."""
    sent = {name: bytes.fromhex(key) for name, key in bundle.manifest.keys.items()}
    found: dict[str | None, bytes] = {}
    for name in {row["key"] for row in rows}:
        if name is None:
            if own is None:
                raise key_lost(snapshot.layout.tombstone_key)
            found[name] = own
            continue
        key = sent.get(name) or foreign_key(snapshot, name)
        if key is None or len(key) != KEY_BYTES:
            what = f"{bundle.name} lacks the key of what was purged"
            raise BadBundle(what, "make it or copy it again")
        found[name] = key
    return found


def _barred(
    snapshot: Snapshot, keys: Mapping[str | None, bytes], hashes: Hashes, is_allowed: bool
) -> Barred:
    own = marker_of(snapshot, keys.get(None, b""))
    foreign = tuple(marker_of(snapshot, key) for name, key in sorted_keys(keys) if name)
    return Barred(own, {h: set(t) for h, t in hashes.items()}, is_allowed, foreign=foreign)


def sorted_keys(keys: Mapping[str | None, bytes]) -> list[tuple[str | None, bytes]]:
    """Return keys in the order of their names, this store's first."""
    return sorted(keys.items(), key=lambda item: item[0] or "")


class PulledPurge(PurgeStep):
    """
    A purge of what was purged in another store: its hashes stand for what goes.

    None are made here: if the other store allows it again, that is to hold here too.
    """

    def __init__(
        self, store: Store, snapshot: Snapshot, plan: Plan, graves: Graves, now: datetime
    ) -> None:
        super().__init__(store, snapshot, plan, now)
        self._graves = graves

    def run(self, source: str) -> Commit:
        """Do it and verify it; source: the id of the other store."""
        return self.commit({"purge": True, "pulled_from": source})

    def _require_key(self) -> None:
        self._graves.keep_keys(self.store.layout)

    def _tombstones(self) -> pa.RecordBatch:
        return self._buried(self._graves.rows)
