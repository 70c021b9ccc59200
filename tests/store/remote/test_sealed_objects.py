"""Objects whose names and contents only who has the key can read."""

from __future__ import annotations

import pytest

from store.encryption.keyring import Keyring
from store.errors import CommitConflict, StoreCorrupt
from store.remote.sealed_objects import SealedObjects
from tests.support.memory_objects import MemoryObjects

TABLE = "tables/memories.lance/data/a.lance"


@pytest.fixture
def bucket() -> MemoryObjects:
    return MemoryObjects("s3://bucket/memory")


@pytest.fixture
def ring() -> Keyring:
    return Keyring.new("0" * 16)


def test_it_is_as_objects_are_and_the_bucket_knows_nothing(bucket, ring):
    objects = SealedObjects(bucket, "encrypted-1", ring)
    tag = objects.put_new(TABLE, b"harmonium")
    objects.put("tables/b", b"")
    objects.put("tombstones.key", b"secret")
    objects.put("accesses/w/1.arrow", b"recalled")
    objects.put_new("commits/00000001.json", b"one")
    second = objects.put_new("commits/00000002.json", b"two")
    objects.put("config.toml", b"plain")
    assert objects.get(TABLE) == (b"harmonium", tag)
    assert objects.get("tables/none") is None
    assert [(s.name, s.size) for s in objects.listing("tables")] == [("tables/b", 0), (TABLE, 9)]
    assert [s.name for s in objects.listing("tables/memories.lance")] == [TABLE]
    after = objects.listing("commits", "commits/00000001.json")
    assert [(s.name, s.tag) for s in after] == [("commits/00000002.json", second)]
    assert {s.name for s in objects.top()} == {"config.toml", "tombstones.key"}
    assert len(list(objects.listing(""))) == 7
    with pytest.raises(FileExistsError):
        objects.put_new(TABLE, b"other")
    with pytest.raises(CommitConflict):
        objects.put("commits/00000001.json", b"x", second)
    assert objects.get_changed("commits/00000002.json", second) is None
    for name, (data, _) in bucket.kept.items():
        assert not any(word in name for word in ("memories", "tombstones", ".lance"))
        assert not any(word in data for word in (b"harmonium", b"secret", b"recalled", b"two"))
    objects.delete([TABLE, "tables/none"])
    assert [s.name for s in objects.listing("tables")] == ["tables/b"]


def test_what_was_changed_or_put_elsewhere_is_damaged(bucket, ring):
    objects = SealedObjects(bucket, "encrypted-1", ring)
    for name in ("tables/a", "tables/b"):
        objects.put(name, b"x" * 100)
    a, b = (objects.place(name) for name in ("tables/a", "tables/b"))
    bucket.kept[a] = bucket.kept[b]
    with pytest.raises(StoreCorrupt, match="tables/a of s3://bucket/memory is damaged"):
        objects.get("tables/a")
    other = SealedObjects(bucket, "encrypted-1", Keyring.new("0" * 16))
    assert other.place("tables/b") != b
    assert list(other.listing("tables")) == []


def test_files_that_never_change_are_kept_sealed_here(bucket, ring, tmp_path):
    objects = SealedObjects(bucket, "encrypted-1", ring, tmp_path / "kept")
    version = "tables/memories.lance/_versions/1.manifest"
    for name in (TABLE, version):
        objects.put(name, b"harmonium")
    (kept,) = (tmp_path / "kept").iterdir()
    assert b"harmonium" not in kept.read_bytes()
    bucket.asked.clear()
    assert objects.get(TABLE).data == objects.get(version).data == b"harmonium"
    assert bucket.asked == [f"get {objects.place(version)}"]
    kept.write_bytes(b"torn")
    assert objects.get(TABLE).data == b"harmonium"
    objects.keep_only([version])
    assert not kept.exists()
