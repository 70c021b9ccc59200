"""Repair of a store in a bucket: whole afterwards on every machine, whatever was damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store import Store
from store.encryption.key_source import read_secret
from store.encryption.opening import close_vaults
from store.errors import BadUsage, CommitConflict, StoreNotFound
from store.remote import connecting
from store.remote.repairing import repaired_in_bucket
from store.repair import Repaired
from store.trust import FULL
from tests.store.remote.conftest import URL, Machines
from tests.support.bucket_writers import errors, purged, written
from tests.support.encrypting import holding, own_key
from tests.support.memory_objects import Killed, MemoryObjects


def repair(machines, name: str, kept_at: Path | None = None, dry_run: bool = False) -> Repaired:
    """Repair the store of some machines, on one of them."""
    machines.open_nothing(name)
    return repaired_in_bucket(machines.url, FULL, kept_at, 2.0, dry_run)


def named(machines, part: str) -> str:
    """Return the newest object that has a part of its name."""
    found = {n: when for n, (_, when) in machines.objects.kept.items() if part in n}
    return max(found, key=lambda name: found[name])


def spoil(machines, name: str) -> None:
    """Flip a bit of an object."""
    data, when = machines.objects.kept[name]
    middle = len(data) // 2
    machines.objects.kept[name] = (
        data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        when,
    )


@pytest.fixture(scope="session")
def grown(made, memories, tmp_path_factory) -> tuple[dict[str, bytes], Path]:
    """The objects of a store with three memories, of a commit each, and the machine's folder."""
    objects, folder = MemoryObjects(URL), tmp_path_factory.mktemp("grown")
    objects.kept |= {name: (data, objects.now) for name, data in made.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "objects_of", lambda url, settings: objects)
        patch.setenv("XDG_CACHE_HOME", "")
        here = Machines(folder, objects)
        for text in ("one", "two", "three"):
            written(here.open("a"), memories, text)
    return objects.kept, folder / "a"


@pytest.fixture
def three(nowhere, grown):
    """A store with three memories, of a commit each, written on one machine."""
    nowhere.objects.kept |= grown[0]
    shutil.copytree(grown[1], nowhere.folder / "a")
    return nowhere


def test_a_whole_store_is_left_as_it_is(three, tmp_path) -> None:
    before = dict(three.objects.kept)
    done = repair(three, "b", tmp_path / "kept")
    assert (done.steps, done.commit, done.copy, done.left) == ([], None, None, [])
    assert three.objects.kept == before
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("part", "is_gone"),
    [
        ("memories.lance/data", False),
        pytest.param("memories.lance/_versions", True, marks=pytest.mark.soak),
        ("commits/", False),
    ],
)
def test_what_the_copy_here_has_right_is_put_back(three, texts, part, is_gone) -> None:
    name = named(three, part)
    before = three.objects.kept[name][0]
    spoil(three, name)
    if is_gone:
        del three.objects.kept[name]
    done = repair(three, "a")
    assert (done.commit, done.left, done.lost) == (None, [], {})
    assert three.objects.kept[name][0] == before
    assert texts(three.open("b")) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("part", "is_gone"),
    [
        ("memories.lance/data", True),
        pytest.param("memories.lance/_versions", False, marks=pytest.mark.soak),
    ],
)
def test_elsewhere_all_is_kept_that_can_be_read(
    three, memories, texts, part, is_gone, tmp_path
) -> None:
    name = named(three, part)
    spoil(three, name)
    if is_gone:
        del three.objects.kept[name]
    there = dict(three.objects.kept)
    would = repair(three, "b", dry_run=True)
    assert would.steps
    assert three.objects.kept == there
    done = repair(three, "b", tmp_path / "kept")
    assert done.left == []
    assert done.commit is not None
    assert (tmp_path / "kept" / "commits" / "00000004.json").exists()
    assert {n: three.objects.kept[n] for n in there} == there  # nothing is taken out
    for machine in "abc":
        assert {"one", "two"} <= set(texts(three.open(machine)))
        assert errors(three.open(machine)) == []
    written(three.open("a"), memories, "four")
    assert {"one", "two", "four"} <= set(texts(three.open("c")))


@pytest.mark.parametrize("number", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_a_damaged_commit_is_stood_in_for(three, texts, memories, number) -> None:
    spoil(three, f"commits/{number:08d}.json")
    done = repair(three, "b")
    assert done.left == []
    assert any(f"commit {number} was damaged" in step for step in done.steps)
    for machine in "abc":
        assert {"one", "two"} <= set(texts(three.open(machine)))
        assert errors(three.open(machine)) == []
    written(three.open("a"), memories, "four")
    assert "four" in texts(three.open("c"))


@pytest.mark.parametrize("machine", [pytest.param("a", marks=pytest.mark.soak), "b"])
def test_a_damaged_identity_is_written_anew_with_its_id(three, texts, machine) -> None:
    store_id = three.open("a").id
    three.objects.kept["store.json"] = (b"torn", three.objects.now)
    done = repair(three, machine)
    assert done.left == []
    assert "store.json is written anew" in done.steps[0]
    assert (three.open("c").id == store_id) == (machine == "a")
    assert texts(three.open("c")) == ["one", "two", "three"]


def test_what_was_purged_does_not_come_back_from_a_copy(three, texts) -> None:
    texts(three.open("b"))
    purged(three.open("a"), "two")
    spoil(three, named(three, "commits/"))
    repair(three, "b")
    assert not any(b"two" in data for name, (data, _) in three.objects.kept.items())


def test_who_was_faster_outpaces_it_and_it_begins_anew(three, memories, texts) -> None:
    spoil(three, named(three, "memories.lance/data"))
    other = three.open("a")
    raced = []

    def race(kind: str, name: str) -> None:
        if kind == "put" and name.startswith("commits/") and not raced:
            raced.append(name)
            written(other, memories, "faster")

    three.open_nothing("b")
    three.objects.before = race
    with pytest.raises(CommitConflict):
        repaired_in_bucket(three.url, FULL, None, 0.0)
    assert raced.pop() == "commits/00000005.json"
    done = repaired_in_bucket(three.url, FULL, None, 5.0)
    three.objects.before = lambda kind, name: None
    assert raced
    assert done.left == []
    assert {"one", "two", "faster"} <= set(texts(three.open("c")))


def test_an_encrypted_one_is_repaired_in_memory(nowhere, stamp, memories, texts, tmp_path) -> None:
    with own_key(tmp_path):
        Store.create(nowhere.at("a"), stamp, secret=read_secret(tmp_path / "key"))
        for text in ("harmonium", "two"):
            written(nowhere.open("a"), memories, text)
        places = nowhere.open("a").layout.remote.objects
        close_vaults()
        spoil(nowhere, places.place("commits/00000003.json"))
        nowhere.objects.kept["store.json"] = (b"torn", nowhere.objects.now)
        with pytest.raises(BadUsage):
            repair(nowhere, "b", tmp_path / "kept")
        done = repair(nowhere, "b")
        assert done.left == []
        close_vaults()
        assert "harmonium" in texts(nowhere.open("c"))
        assert errors(nowhere.open("c")) == []
        close_vaults()
    assert not any(b"harmonium" in data for data, _ in nowhere.objects.kept.values())
    assert holding(tmp_path, ["harmonium"]) == []


@pytest.mark.soak
def test_one_that_is_killed_is_done_by_the_next(three, texts) -> None:
    spoil(three, named(three, "memories.lance/data"))
    step = 0
    while True:
        step += 1
        left = iter(range(step, 0, -1))

        def die(kind: str, name: str, left=left) -> None:
            if kind == "put" and next(left, 0) == 1:
                raise Killed

        three.objects.after = die
        try:
            done = repair(three, "b")
            break
        except Killed:
            three.objects.after = lambda kind, name: None
            if {"one", "two"} <= set(_read(three, texts)):
                assert errors(three.open("c")) == []
    three.objects.after = lambda kind, name: None
    assert step > 2
    assert done.left == []
    assert {"one", "two"} <= set(texts(three.open("c")))


def _read(machines, texts) -> list[str]:
    try:
        return texts(machines.open("c"))
    except Exception:
        return []


def test_where_nothing_is_there_is_nothing_to_repair(nowhere) -> None:
    with pytest.raises(StoreNotFound):
        repair(nowhere, "a")
