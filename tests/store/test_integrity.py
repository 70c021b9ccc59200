"""Integrity of files: what is damaged or gone, who needs it, and what still stands."""

from __future__ import annotations

import shutil

import pytest

from store.integrity import all_digests, broken_indexes, needed_files, survey
from tests.support.damage import flip, newest, without_digests


@pytest.fixture
def filled(store, save):
    """A store with three commits: the last has a file of its own, and a row taken out."""
    save(store, "a", "b")
    save(store, "c")
    with store.transaction("drop", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'a'")
        transaction.publish()
    return store


def test_a_whole_store_has_no_damage_and_all_commits_stand(filled):
    found = survey(filled)
    assert (found.damages, found.undigested, found.whole) == ([], set(), [4, 3, 2, 1])


def test_a_damaged_data_file_is_named_with_its_rows_and_the_commits_that_need_it(filled):
    flip(newest(filled, "memories.lance/data/*"))
    (damage,) = survey(filled).damages
    assert (damage.kind, damage.fault, damage.loses) == (
        "data",
        "is damaged",
        "rows of memories: 1",
    )
    assert damage.commits == (3, 4)
    assert survey(filled).whole == [2, 1]
    assert survey(filled).broken_tables(4) == {"memories"}
    assert survey(filled).broken_tables(2) == set()


def test_a_missing_file_is_found_without_a_look_at_its_digest(filled):
    newest(filled, "memories.lance/_deletions/*").unlink()
    (damage,) = survey(filled).damages
    assert (damage.kind, damage.fault, damage.commits) == ("deletion", "is missing", (4,))


def test_a_version_that_is_gone_or_damaged_is_named(filled):
    path = newest(filled, "memories.lance/_versions/*.manifest")
    flip(path)
    (damage,) = survey(filled).damages
    assert (damage.kind, damage.fault, damage.commits) == ("version", "is damaged", (4,))
    path.unlink()
    (damage,) = survey(filled).damages
    assert damage.fault == "is missing"


def test_what_nothing_is_read_from_takes_no_commit_with_it(filled):
    flip(newest(filled, "memories.lance/_transactions/*"))
    flip(newest(filled, "links.lance/_refs/tags/*"))
    damages = {damage.kind: damage for damage in survey(filled).damages}
    assert set(damages) == {"transaction", "tag"}
    assert not any(damage.commits for damage in damages.values())
    assert survey(filled).whole == [4, 3, 2, 1]


def test_a_damaged_index_costs_no_rows(filled):
    flip(newest(filled, "memories.lance/_indices/*/*"))
    (damage,) = survey(filled).damages
    assert damage.loses.startswith("the index on ")
    assert survey(filled).whole == [4, 3, 2, 1]


def test_files_of_an_earlier_program_are_counted_and_their_indexes_are_opened(filled):
    without_digests(filled)
    found = survey(filled)
    assert not found.damages
    assert set(needed_files(filled.layout, filled.commits())) == {
        str(filled.layout.tables / path) for path in found.undigested
    }
    for path in filled.layout.tables.glob("memories.lance/_indices/*/*"):
        path.write_bytes(b"")
    assert {damage.fault for damage in survey(filled).damages} == {"cannot be opened"}


def test_a_data_file_of_an_earlier_program_is_compared_with_its_stated_size(filled):
    without_digests(filled)
    path = newest(filled, "memories.lance/data/*")
    path.write_bytes(path.read_bytes() + b"x")
    assert [damage.fault for damage in survey(filled).damages] == ["is damaged"]


def test_the_indexes_that_are_damaged_are_named_by_table(filled):
    assert broken_indexes(filled, filled.head()) == {}
    shutil.rmtree(filled.layout.table("memories") / "_indices")
    flip(newest(filled, "links.lance/_indices/*/*"))
    assert set(broken_indexes(filled, filled.head())) == {"memories", "links"}
    assert broken_indexes(filled, filled.head())["links"] == {"source_id_idx"}
    assert len(broken_indexes(filled, filled.head())["memories"]) == 6


def test_every_file_that_is_read_has_a_digest(filled):
    known = all_digests(filled.layout, filled.commits())
    needed = set(needed_files(filled.layout, filled.commits()))
    assert needed
    assert needed <= {str(filled.layout.tables / path) for path in known}
