"""Compacting the tables of a store, whatever lies between small fragments."""

import shutil

from store import Store, upkeep
from store import compact as compacting
from store.check import check
from store.compact import compact
from store.integrity import survey
from tests.support.damage import without_digests


def fragments(store: Store) -> list[int]:
    """Return the rows of each fragment of `memories`."""
    dataset = store.snapshot().table("memories")._dataset
    return sorted(fragment.count_rows() for fragment in dataset.get_fragments())


def test_one_run_merges_small_fragments_around_a_large_one(store: Store, save, monkeypatch) -> None:
    monkeypatch.setattr(compacting, "ROWS_PER_FRAGMENT", 10)
    for name, rows in (("a", 3), ("b", 2), ("c", 12), ("d", 2), ("e", 1)):
        save(store, *(f"{name}{row}" for row in range(rows)))
    assert len(fragments(store)) == 5
    assert "memories: fragments merged" in compact(store).steps
    assert fragments(store) == [8, 12]
    assert compact(store).steps == []


def test_fragments_that_cannot_become_fewer_are_left_alone(store: Store, save, monkeypatch) -> None:
    monkeypatch.setattr(compacting, "ROWS_PER_FRAGMENT", 10)
    save(store, *(f"a{row}" for row in range(9)))
    save(store, *(f"b{row}" for row in range(7)))
    before = fragments(store)
    assert not [step for step in compact(store).steps if "fragments" in step]
    assert fragments(store) == before == [7, 9]


def test_many_fragments_become_large_ones_at_once(store: Store, save, monkeypatch) -> None:
    monkeypatch.setattr(compacting, "ROWS_PER_FRAGMENT", 3)
    monkeypatch.setattr(compacting, "ROWS_PER_LARGE_FRAGMENT", 12)
    monkeypatch.setattr(compacting, "SPARED_BY_LARGE", 2)
    for name in "ab":
        save(store, *(f"{name}{row}" for row in range(4)))
    compact(store)
    assert fragments(store) == [4, 4], "one fewer is not worth it"
    save(store, *(f"c{row}" for row in range(4)))
    assert "memories: fragments merged" in compact(store).steps
    assert fragments(store) == [12]
    assert compact(store).steps == []


def test_large_fragments_are_made_some_at_a_time(store: Store, save, monkeypatch) -> None:
    monkeypatch.setattr(compacting, "ROWS_PER_FRAGMENT", 4)
    monkeypatch.setattr(upkeep, "ROWS_MOVED_AT_ONCE", 5)
    texts = [f"{name}{row}" for name in "abcd" for row in range(2)]
    for start in range(0, 8, 2):
        save(store, *texts[start : start + 2])
    goes, chosen = [], upkeep._first_tasks
    monkeypatch.setattr(upkeep, "_first_tasks", lambda t: goes.append(len(t)) or chosen(t))
    compact(store)
    assert (fragments(store), goes) == ([4, 4], [2, 1])
    assert sorted(store.snapshot().read("memories", ["text"])["text"].to_pylist()) == texts
    assert store.snapshot().match("c1", 1)["id"].to_pylist() == ["c1"]
    assert not [problem for problem in check(store) if problem.severity == "error"]


def test_indexes_that_are_gone_are_built_anew(store: Store, save) -> None:
    save(store, "a walk by the river", "bread")
    shutil.rmtree(store.layout.table("memories") / "_indices")
    assert "memories: damaged indexes built anew" in compact(store, keep_commits=1).steps
    found = store.snapshot().match("bread", 1)
    assert found["id"].to_pylist() == ["bread"]
    assert {problem.severity for problem in check(store)} == {"warning"}
    assert compact(store, keep_commits=1).steps == []


def test_a_store_of_an_earlier_program_gets_digests_once(store: Store, save) -> None:
    save(store, "a")
    compact(store)
    without_digests(store)
    assert survey(store).undigested
    before = store.head().number
    assert compact(store).commit.number == before + 1
    assert not survey(store).undigested
    assert compact(store).commit.number == before + 1
