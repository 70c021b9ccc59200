"""Container: names and content of files are hidden, and found again."""

from __future__ import annotations

import os

import pytest

from store.encryption.container import ASIDE, COMMITS, OBJECTS, Container
from store.encryption.keyring import Keyring
from store.encryption.streams import DamagedStream
from store.errors import StoreIOError
from tests.support.damage import flip
from tests.support.encrypting import holding

NAME = "tables/memories.lance/data/quarxilon.lance"


@pytest.fixture
def container(tmp_path):
    """An empty container."""
    made = Container(tmp_path / "encrypted", Keyring.new("abc"))
    made.make()
    return made


@pytest.fixture
def source(tmp_path):
    """A file to encrypt."""
    path = tmp_path / "source"
    path.write_bytes(b"the pen is in the drawer" * 50_000)
    return path


def test_a_file_is_read_as_it_was_with_its_name_and_time(container, source, tmp_path):
    os.utime(source, ns=(1_700_000_000_123_456_789,) * 2)
    container.put(NAME, source, is_durable=True)
    place = container.place(NAME)
    name, content, mtime_ns = container.read(place)
    assert (name, b"".join(content)) == (NAME, source.read_bytes())
    assert mtime_ns == source.stat().st_mtime_ns
    assert container.verify(place) == NAME
    assert holding(container.folder, ["drawer", "quarxilon", "memories"]) == []
    assert not any("quarxilon" in str(path) for path in container.folder.rglob("*"))
    (status,) = container.listing().values()
    assert container.is_alike(status, NAME, source.stat())
    source.write_bytes(b"other")
    assert not container.is_alike(status, NAME, source.stat())


def test_what_a_file_is_says_where_it_lies(container):
    assert container.place("commits/00000007.json") == "commits/00000007"
    assert container.place(NAME).startswith(OBJECTS)
    for name in ("tables/accesses.lance/data/a.lance", "cache/llm/a.json"):
        assert container.place(name).startswith(ASIDE)
    assert len({container.place(f"a{i}") for i in range(100)}) == 100


def test_a_commit_is_new_or_refused(container):
    container.put_new("commits/00000001.json", b"one", 1)
    with pytest.raises(FileExistsError):
        container.put_new("commits/00000001.json", b"two", 1)
    assert b"".join(container.read("commits/00000001")[1]) == b"one"
    assert (container.newest_commit(), container.has_commit(1)) == (1, True)
    assert not container.has_commit(2)
    assert [path.name for path in (container.folder / COMMITS).iterdir()] == ["00000001"]


def test_a_file_in_the_place_of_another_is_damaged(container, source, tmp_path):
    for name in ("a", "b"):
        container.put(name, source, is_durable=False)
    a, b = (container.folder / container.place(name) for name in ("a", "b"))
    a.write_bytes(b.read_bytes())
    with pytest.raises(DamagedStream):
        container.verify(container.place("a"))
    flip(b)
    with pytest.raises(DamagedStream):
        container.verify(container.place("b"))


def test_a_link_is_not_followed(container, source):
    container.put("a", source, is_durable=False)
    path = container.folder / container.place("a")
    path.rename(path.with_name("other"))
    path.symlink_to("other")
    with pytest.raises(OSError, match=r"symbolic|loop|links"):
        container.read(container.place("a"))


def test_what_fails_leaves_nothing(container, tmp_path):
    with pytest.raises(StoreIOError):
        container.put("a", tmp_path / "nowhere", is_durable=True)
    assert list(container.listing()) == []


def test_the_epochs_of_files_are_told(container, source):
    container.put("a", source, is_durable=False)
    container.ring.begin_epoch()
    container.put("b", source, is_durable=False)
    (container.folder / OBJECTS / "stranger").write_bytes(b"x")
    found = container.epochs_of([*container.listing(), "objects/gone"])
    assert found == {container.place("a"): 1, container.place("b"): 2}
    container.remove(container.place("a"))
    container.remove(container.place("a"))
    assert container.place("a") not in container.listing()
