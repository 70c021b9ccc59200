"""Hashes of what was purged whose key is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from schemas import tables
from store.check import check
from store.keys import make_key
from store.layout import TOMBSTONES
from store.lost_key import has_key
from store.repair import copy_beside, repaired
from store.trust import FULL


@pytest.fixture
def buried(store, save):
    """A store with a tombstone and the key of it."""
    row = {"hash": "h", "kind": "id", "turn": None, "recorded_at": datetime(2026, 1, 1, tzinfo=UTC)}
    save(store, "a")
    make_key(store.layout.tombstone_key)
    with store.transaction("forget") as transaction:
        if not transaction.has(TOMBSTONES):
            transaction.make(TOMBSTONES)
        transaction.append(TOMBSTONES, pa.Table.from_pylist([row], schema=tables.tombstones()))
        transaction.publish()
    return store


def repair(store):
    return repaired(store.layout.root, FULL, copy_beside(store.layout.root))


def errors(store):
    return [problem.what for problem in check(store) if problem.severity == "error"]


def test_with_its_key_nothing_is_dropped(buried):
    assert has_key(buried.layout.tombstone_key)
    assert repair(buried).steps == []
    assert buried.snapshot().count(TOMBSTONES) == 1


@pytest.mark.parametrize("left", [None, b"short"])
def test_what_nobody_can_read_is_told_and_dropped_by_a_repair(buried, left):
    path = buried.layout.tombstone_key
    path.unlink() if left is None else path.write_bytes(left)
    assert any("tombstones.key" in what for what in errors(buried))
    done = repair(buried)
    assert any("1 hashes of it lack their key" in step for step in done.steps)
    assert (buried.snapshot().count(TOMBSTONES), errors(buried), path.exists()) == (0, [], False)


def test_hashes_that_are_damaged_are_told_for_what_they_are(buried):
    (path,) = (buried.layout.table(TOMBSTONES) / "data").glob("*.lance")
    path.write_bytes(path.read_bytes()[:-40])
    assert any("what was purged may come again" in step for step in repair(buried).steps)
