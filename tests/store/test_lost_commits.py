"""Lost commits: found, and replaced by what the tags of the tables say."""

from __future__ import annotations

import json

import pytest

from store.commits import commit_path, read_commit, read_digests
from store.compact import compact
from store.errors import StoreCorrupt
from store.integrity import survey
from store.lance_versions import manifest_path
from store.lost_commits import lost_commits, tagged_version, write_stand_ins
from store.sealing import unsealed


@pytest.fixture
def filled(store, save):
    save(store, "a", "b")
    save(store, "c")
    return store


def path_of(store, number):
    return commit_path(store.layout.commits, number)


def test_what_is_damaged_missing_or_without_its_seal_is_lost(filled, save):
    assert lost_commits(filled.layout.commits) == []
    save(filled, "d")
    path_of(filled, 1).write_text("")
    path_of(filled, 2).unlink()
    path = path_of(filled, 4)
    path.write_text(json.dumps(unsealed(path.read_bytes())))
    assert lost_commits(filled.layout.commits) == [1, 2, 4]


def test_a_lost_head_gets_the_rows_that_it_had(filled, texts):
    was = filled.head()
    path_of(filled, 3).write_text("")
    assert write_stand_ins(filled.layout) == {3: True}
    assert filled.head().tables == was.tables
    assert filled.head().arguments == {"stands_for": 3}
    assert texts(filled) == ["a", "b", "c"]
    # Whether its files are as it wrote them is not known, until a compact takes their digests.
    assert read_digests(filled.layout.commits, 3) == {}
    assert survey(filled).undigested
    compact(filled)
    assert not survey(filled).undigested


def test_without_its_tags_it_steps_back_to_the_one_before(filled, texts):
    path_of(filled, 3).write_text("")
    for path in filled.layout.tables.rglob("commit-00000003.json"):
        path.unlink()
    assert write_stand_ins(filled.layout) == {3: False}
    assert filled.head().restores == 2
    assert texts(filled) == ["a", "b"]


def test_the_first_is_made_of_its_tags_and_of_one_that_can_be_read(filled):
    path_of(filled, 1).unlink()
    path_of(filled, 2).unlink()
    assert write_stand_ins(filled.layout) == {1: True, 2: True}
    assert read_commit(filled.layout.commits, 1).parent is None
    assert read_commit(filled.layout.commits, 1).tables["memories"].rows == 0
    assert read_commit(filled.layout.commits, 2).tables["memories"].rows == 2


def test_a_table_of_the_first_that_cannot_be_opened_is_as_in_the_next(filled):
    path_of(filled, 1).unlink()
    version = filled.head().tables["archive"].version
    manifest_path(filled.layout.table("archive"), version).write_bytes(b"")
    assert write_stand_ins(filled.layout) == {1: True}
    assert read_commit(filled.layout.commits, 1).tables["archive"].version == version


def test_with_no_commit_at_all_there_is_nothing_to_go_by(filled):
    for number in (1, 2, 3):
        path_of(filled, number).write_text("{")
    with pytest.raises(StoreCorrupt, match="no commit"):
        write_stand_ins(filled.layout)


def test_a_tag_that_is_none_says_nothing(filled):
    folder = filled.layout.table("memories")
    assert tagged_version(folder, 3) == filled.head().tables["memories"].version
    (folder / "_refs" / "tags" / "commit-00000003.json").write_text("[]")
    assert tagged_version(folder, 3) is None
    assert tagged_version(folder, 9) is None
