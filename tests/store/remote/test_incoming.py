"""What is new in a bucket, brought into a copy: what is asked for, and what empties it."""

from __future__ import annotations

import pytest

from store import Store
from store.compact import compact
from store.errors import CommitConflict, StoreIOError, StoreLocked
from store.purge import unfinished_purge
from store.remote.filling import CopyFilling
from tests.support.bucket_writers import errors, purged, written
from tests.support.memory_objects import MemoryObjects


def test_a_warm_reader_asks_twice(machines, memories, texts) -> None:
    written(machines.open("a"), memories, "one")
    assert texts(machines.open("a")) == ["one"]
    machines.objects.asked.clear()
    assert texts(machines.open("a")) == ["one"]
    assert sorted(machines.objects.asked) == ["get config.toml", "list commits"]


def test_no_object_is_read_that_is_here(machines, memories, texts) -> None:
    written(machines.open("a"), memories, "one")
    texts(machines.open("b"))
    written(machines.open("a"), memories, "two")
    machines.objects.asked.clear()
    assert texts(machines.open("b")) == ["one", "two"]
    got = [asked for asked in machines.objects.asked if asked.startswith("get tables")]
    assert len(got) == 2  # a file with the row, and the version


def test_who_reads_what_is_compacted_reads_the_newest(machines, memories, texts) -> None:
    a = machines.open("a")
    for n in range(3):
        written(a, memories, str(n))

    def compact_now(kind: str, name: str) -> None:
        if kind == "get" and "/data/" in name:
            machines.objects.before = lambda kind, name: None
            compact(a, keep_commits=1)

    b = machines.open("b")
    machines.objects.before = compact_now
    assert texts(b) == ["0", "1", "2"]


def set_beside_another(store: Store, objects: MemoryObjects) -> None:
    """Change the settings while another machine does."""
    with store.locked():
        store.layout.config.write_text("[query]\ntop_k = 4\n")
        objects.put("config.toml", b"[query]\ntop_k = 5\n")


def test_settings_are_of_the_store_and_not_of_a_machine(machines, memories) -> None:
    a, b = machines.open("a"), machines.open("b")
    for store in (a, b):
        store.head()
    with a.locked():
        a.layout.config.write_text("[query]\ntop_k = 3\n")
    b = machines.open("b")
    b.head()
    assert b.layout.config.read_text() == "[query]\ntop_k = 3\n"
    with pytest.raises(CommitConflict):
        set_beside_another(b, machines.objects)
    b = machines.open("b")
    b.head()
    assert b.layout.config.read_text() == "[query]\ntop_k = 5\n"


def test_another_store_in_its_place_is_no_state_of_this_one(
    machines, nowhere, stamp, memories
) -> None:
    a = machines.open("a")
    written(a, memories, "one")
    machines.objects.kept.clear()
    with pytest.raises(StoreIOError, match="no store"):
        machines.open("a").head()
    Store.create(machines.at("b"), stamp)
    with pytest.raises(StoreLocked, match="another store"):
        machines.open("a").head()
    assert machines.open("a").head().number == 1


def test_the_copy_takes_no_more_room_than_it_may(machines, memories, texts, monkeypatch) -> None:
    written(machines.open("a"), memories, "one")
    a = machines.open("b")
    mirror = a.layout.remote
    monkeypatch.setattr(mirror, "filling", CopyFilling(mirror.objects, mirror.copy, 10))
    with pytest.raises(StoreIOError, match="cache_mb"):
        texts(a)


def test_a_purge_elsewhere_empties_the_copy(machines, memories, texts) -> None:
    a = machines.open("a")
    written(a, memories, "gone", "stays")
    b = machines.open("b")
    assert texts(b) == ["gone", "stays"]
    purged(a, "gone")
    copy = b.layout.remote.copy
    assert any(b"gone" in path.read_bytes() for path in copy.store.rglob("data/*.lance"))
    assert texts(machines.open("b")) == ["stays"]
    files = [path for path in copy.folder.rglob("*") if path.is_file()]
    assert not any(b"gone" in path.read_bytes() for path in files)
    assert not any(b"gone" in data for data, _ in machines.objects.kept.values())
    assert errors(machines.open("b")) == []
    assert unfinished_purge(machines.open("b")) is None
