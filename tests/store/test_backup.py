"""Backup: a sound store of its own, and a new store of it, whole or not at all."""

from __future__ import annotations

import pytest

from store import Store
from store.backup import back_up, restore_backup
from store.check import check
from store.compact import compact
from store.copying import all_files
from store.errors import BadUsage, StoreCorrupt, StoreExists, StoreLocked, StoreNotFound
from tests.support.damage import flip, newest


@pytest.fixture
def filled(store, save):
    save(store, "a")
    save(store, "b")
    return store


def test_a_backup_has_the_newest_commit_and_what_is_kept(filled, tmp_path, texts):
    made = back_up(filled, tmp_path / "backup", may_link=True)
    backup = Store.open(tmp_path / "backup")
    assert made.commit == backup.head() == filled.head()
    assert (texts(backup), texts(backup, at=2)) == (["a", "b"], ["a"])
    assert list(check(backup)) == []
    assert 0 < made.linked < made.files == len(list(all_files(backup.layout.root)))


def test_what_is_done_to_the_store_later_does_not_reach_it(filled, tmp_path, save, texts):
    back_up(filled, tmp_path / "backup", may_link=True)
    save(filled, "c")
    compact(filled, keep_commits=1)
    backup = Store.open(tmp_path / "backup")
    assert texts(backup) == ["a", "b"]
    save(backup, "other")
    assert texts(filled) == ["a", "b", "c"]
    assert not [problem for problem in check(backup) if problem.severity == "error"]


def test_what_a_writer_is_writing_is_not_in_it(filled, tmp_path, memories):
    with filled.transaction("write") as transaction:
        transaction.append("memories", memories("unpublished"))
        back_up(filled, tmp_path / "backup", may_link=True)
    assert list(check(Store.open(tmp_path / "backup"))) == []


def test_debris_caches_and_locks_are_left_out(filled, tmp_path):
    for name in ("cache/llm/a.json", ".x.1-1.tmp", "tmp12345678", "consolidate.lock"):
        path = filled.layout.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    back_up(filled, tmp_path / "backup", may_link=False)
    names = {path.name for path in all_files(tmp_path / "backup")}
    assert not names & {"a.json", ".x.1-1.tmp", "tmp12345678", "consolidate.lock"}


def test_a_damaged_store_makes_no_sound_backup(filled, tmp_path):
    flip(newest(filled, "memories.lance/data/*"))
    with pytest.raises(StoreCorrupt, match="is not sound"):
        back_up(filled, tmp_path / "backup", may_link=True)


def test_it_goes_nowhere_where_something_is_nor_into_the_store(filled, tmp_path):
    with pytest.raises(BadUsage, match="in the store itself"):
        back_up(filled, filled.layout.root / "backup", may_link=True)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").touch()
    with pytest.raises(StoreExists):
        back_up(filled, tmp_path / "taken", may_link=True)


def test_files_that_a_compact_takes_away_meanwhile_make_it_begin_anew(
    filled, tmp_path, monkeypatch
):
    from store import backup

    copy, tries = backup.copy_files, []

    def racing(root, target, files, may_link, **options):
        tries.append(1)
        if len(tries) < 3:
            files = [*files[:5], files[5].with_name("gone")]
        return copy(root, target, files, may_link, **options)

    monkeypatch.setattr(backup, "copy_files", racing)
    assert back_up(filled, tmp_path / "backup", may_link=True).commit.number == 3
    tries[:] = [-9] * -9
    monkeypatch.setattr(backup, "TRIES", 2)
    with pytest.raises(StoreLocked):
        back_up(filled, tmp_path / "another", may_link=True)
    assert not (tmp_path / "another").exists()


def test_a_store_is_made_of_a_backup_once(filled, tmp_path, texts, save):
    back_up(filled, tmp_path / "backup", may_link=True)
    assert restore_backup(tmp_path / "backup", tmp_path / "new").number == 3
    new = Store.open(tmp_path / "new")
    assert (texts(new), new.id) == (["a", "b"], filled.id)
    save(new, "c")
    with pytest.raises(StoreExists):
        restore_backup(tmp_path / "backup", tmp_path / "new")
    with pytest.raises(StoreNotFound, match="no backup at"):
        restore_backup(tmp_path / "nowhere", tmp_path / "newer")


def test_one_that_was_cut_short_is_no_store_and_is_finished_by_the_next(
    filled, tmp_path, monkeypatch
):
    from store import backup

    back_up(filled, tmp_path / "backup", may_link=True)
    monkeypatch.setattr(backup, "end_birth", lambda layout: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore_backup(tmp_path / "backup", tmp_path / "new")
    with pytest.raises(StoreNotFound, match="cut short"):
        Store.open(tmp_path / "new")
    monkeypatch.undo()
    assert restore_backup(tmp_path / "backup", tmp_path / "new").number == 3


def test_one_that_was_cut_short_is_made_anew(filled, tmp_path, monkeypatch, texts):
    def fail(*arguments):
        raise KeyboardInterrupt

    target = tmp_path / "backup"
    with monkeypatch.context() as patch:
        patch.setattr("store.backup._identity_last", fail)
        with pytest.raises(KeyboardInterrupt):
            back_up(filled, target, may_link=True)
    (target / "half").touch()
    back_up(filled, target, may_link=True)
    assert texts(Store.open(target)) == ["a", "b"]
    assert not {"half", ".unfinished-backup"} & {path.name for path in target.iterdir()}
    with pytest.raises(StoreExists):
        back_up(filled, target, may_link=True)
