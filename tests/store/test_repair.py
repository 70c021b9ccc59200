"""Repair: whole afterwards whatever was damaged, and no row fewer than could be read before."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from store import Store
from store.check import check
from store.commits import commit_path
from store.copying import all_files
from store.errors import MemcliError, StoreNotFound
from store.repair import copy_beside, repair_copy, repaired
from store.sealing import sealed, unsealed
from store.trust import FULL
from tests.support.damage import flip, newest, without_digests


@pytest.fixture(scope="session")
def lived_in(born, tmp_path_factory, memories, links, save):
    """A store with files of every kind. No test may change it."""
    store = Store.open(Path(shutil.copytree(born, tmp_path_factory.mktemp("lived") / "store")))
    save(store, "a", "b", "c")
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("s", level=1, source_ids=["a"]))
        transaction.append("links", links(("a", "b"), ("s", "a")))
        transaction.publish()
    with store.transaction("archive") as transaction:
        transaction.move("memories", "archive", ["c"])
        transaction.publish()
    save(store, "d")
    return store.layout.root


@pytest.fixture
def damaged(lived_in, tmp_path):
    return Store.open(Path(shutil.copytree(lived_in, tmp_path / "store")))


def repair(store):
    root = store.layout.root
    return repaired(root, FULL, copy_beside(root))


def errors(store):
    return [problem.what for problem in check(store) if problem.severity == "error"]


def ids(store):
    tables = ("memories", "archive")
    return sorted(id_ for t in tables for id_ in store.snapshot().read(t, ["id"])["id"].to_pylist())


def test_a_whole_store_is_left_as_it_is(damaged):
    files = list(all_files(damaged.layout.root))
    done = repair(damaged)
    assert (done.steps, done.copy, done.left) == ([], None, [])
    assert list(all_files(damaged.layout.root)) == files
    assert not list(damaged.layout.root.parent.glob("*before-repair*"))


def test_a_lost_file_costs_its_rows_alone_and_the_copy_has_what_was(damaged):
    newest(damaged, "memories.lance/data/*").unlink()
    before = list(all_files(damaged.layout.root))
    done = repair(damaged)
    assert ids(damaged) == ["a", "b", "c", "s"]
    assert done.lost == {"memories": 1}
    assert errors(damaged) == []
    assert [path for path in all_files(done.copy) if path.name != "lock"] == [
        path for path in before if path.name != "lock"
    ]
    # What could be gone back to before still can.
    assert damaged.snapshot(4).count("memories") == 3
    with pytest.raises(MemcliError, match="no longer kept"):
        damaged.snapshot(5)


def test_what_leads_to_lost_rows_is_taken_back(damaged):
    min(
        damaged.layout.tables.glob("memories.lance/data/*"), key=lambda path: path.stat().st_mtime
    ).unlink()
    repair(damaged)
    assert ids(damaged) == ["c", "d", "s"]
    assert damaged.snapshot().count("links") == 0
    assert errors(damaged) == []


def test_indexes_tags_and_files_of_no_use_cost_nothing(damaged):
    head = damaged.head()
    shutil.rmtree(damaged.layout.table("memories") / "_indices")
    newest(damaged, "links.lance/_refs/tags/*").unlink()
    flip(newest(damaged, "archive.lance/_refs/tags/*"))
    flip(newest(damaged, "memories.lance/_transactions/*"))
    done = repair(damaged)
    assert errors(damaged) == []
    assert damaged.head().number == head.number + 1
    assert done.commit.tables["memories"].rows == head.tables["memories"].rows
    assert damaged.snapshot().match("d", 1)["id"].to_pylist() == ["d"]


def test_the_identity_and_the_accesses_are_made_anew(damaged):
    root, store_id = damaged.layout.root, damaged.id
    path = root / "store.json"
    path.write_bytes(path.read_bytes().replace(b"format", b"fosmat"))
    shutil.rmtree(damaged.layout.table("accesses"))
    done = repair(damaged)
    assert len(done.steps) == 2
    assert Store.open(root).id == store_id
    assert damaged.snapshot().count("accesses") == 0


def test_an_identity_that_is_gone_is_a_new_one(damaged):
    (damaged.layout.root / "store.json").unlink()
    assert repair(damaged).steps == ["store.json is written anew, with a new id"]
    assert Store.open(damaged.layout.root).id != damaged.id


def test_an_init_that_was_cut_short_is_nothing_to_repair(damaged):
    root = damaged.layout.root
    (root / "store.json").rename(root / "store.json.new")
    with pytest.raises(StoreNotFound, match="cut short"):
        repair(damaged)


def test_a_store_of_an_earlier_program_is_repaired_too(damaged):
    without_digests(damaged)
    flip(newest(damaged, "links.lance/_refs/tags/*"))
    newest(damaged, "memories.lance/data/*").write_bytes(b"")
    commit_path(damaged.layout.commits, 2).write_text("{")
    repair(damaged)
    assert errors(damaged) == []
    assert ids(damaged) == ["a", "b", "c", "s"]


def test_a_dry_run_says_the_same_and_changes_nothing(damaged):
    newest(damaged, "memories.lance/data/*").unlink()
    root = damaged.layout.root
    before = {path: (root / path).stat().st_mtime_ns for path in all_files(root)}
    said = repair_copy(root, FULL).steps
    assert {path: (root / path).stat().st_mtime_ns for path in all_files(root)} == before
    assert [path.name for path in root.parent.iterdir() if path.name != "lived"] == ["store"]
    assert repair(damaged).steps == said


def test_a_second_repair_has_nothing_to_do(damaged):
    newest(damaged, "memories.lance/_versions/*.manifest").unlink()
    assert repair(damaged).steps
    assert repair(damaged).steps == []


def readable(root):
    """Return the ids of the memories that can be read, fragment by fragment."""
    found = set()
    for name in ("memories", "archive"):
        try:
            table = Store.open(root, mode="read").snapshot().table(name)
            fragments = table.fragments()
        except MemcliError:
            continue
        for fragment in fragments:
            try:
                batches = list(table.fragment_batches(fragment.number))
            except MemcliError:
                continue
            found |= {id_ for batch in batches for id_ in batch["id"].to_pylist()}
    return found


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_damaged_it_is_whole_afterwards_and_nothing_less(lived_in, tmp_path, seed):
    root = Path(shutil.copytree(lived_in, tmp_path / "store"))
    chance = random.Random(seed)
    files = [root / path for path in all_files(root) if len(path.parts) > 1]
    for path in chance.sample(files, chance.choice((1, 2, 3))):
        how = chance.choice(("flip", "cut", "remove"))
        if how == "flip":
            flip(path, chance)
        elif how == "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            path.unlink()
    before = readable(root)
    done = repaired(root, FULL, copy_beside(root))
    assert done.left == []
    assert before <= readable(root)
    assert errors(Store.open(root)) == []


def test_a_commit_that_names_files_elsewhere_removes_none_of_them(damaged, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    for dry_run in (True, False):
        path = commit_path(damaged.layout.commits, 2)
        record = unsealed(path.read_bytes())
        record["files"]["../../victim.txt"] = "0" * 32
        path.write_bytes(sealed(record))
        if dry_run:
            repair_copy(damaged.layout.root, FULL)
        else:
            assert any("commit 2 was damaged" in step for step in repair(damaged).steps)
        assert victim.read_text() == "precious"
    assert errors(damaged) == []


def test_a_version_that_no_table_comes_to_is_damage_of_its_commit(damaged):
    path = commit_path(damaged.layout.commits, damaged.head().number)
    record = unsealed(path.read_bytes())
    record["tables"]["memories"]["version"] = 2**60
    path.write_bytes(sealed(record))
    repair(damaged)
    assert errors(damaged) == []
    assert ids(damaged) == ["a", "b", "c", "d", "s"]


def test_a_table_that_there_is_not_is_named_no_more(damaged):
    path = commit_path(damaged.layout.commits, damaged.head().number)
    record = unsealed(path.read_bytes())
    record["tables"]["foo"] = {"version": 1, "rows": 2}
    path.write_bytes(sealed(record))
    assert any("foo" in what for what in errors(damaged))
    assert "foo is no table of a store, and is named no more" in repair(damaged).steps
    assert errors(damaged) == []
    assert ids(damaged) == ["a", "b", "c", "d", "s"]
