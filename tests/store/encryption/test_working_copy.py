"""Working copy: there while somebody uses it, and no longer than is said."""

from __future__ import annotations

import time

import pytest

from store.encryption import sweeping
from store.encryption.working_copy import WorkingCopy, is_passing


@pytest.fixture
def make(key, tmp_path):
    """What makes a copy of the one store; all are left in the end."""
    made = []

    def one(name="store"):
        made.append(WorkingCopy(tmp_path / name, "abc"))
        made[-1].acquire()
        return made[-1]

    yield one
    for each in made:
        each.release(0.0)


def test_the_last_one_removes_it(make):
    one, other = make(), make()
    assert one.folder == other.folder
    (one.store / "a").write_text("x")
    one.release(0.0)
    assert other.walk().keys() == {"a"}
    other.release(0.0)
    assert not other.folder.exists()
    assert list(other.folder.parent.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next_of_any_store(make):
    left = make("killed")
    (left.store / "a").write_text("said")
    import os

    os.close(left._number)  # what the kernel does for one that is killed
    left._number = None
    make("another")
    assert not left.folder.exists()


def test_it_is_kept_as_long_as_is_said(make, monkeypatch):
    started = []
    monkeypatch.setattr("subprocess.Popen", lambda *words, **how: started.append(words))
    one = make()
    (one.store / "a").write_text("x")
    one.release(5.0)
    assert sweeping.kept_until(str(one.folder)) > time.time() + 290
    assert len(started) == 1
    again = make()
    assert again.walk().keys() == {"a"}
    assert sweeping.kept_until(str(one.folder)) == 0
    again.release(0.0)
    assert not one.folder.exists()


def test_locks_and_what_has_no_name_yet_are_no_files_of_it(make):
    one = make()
    for name in ("tables/a", "tmp12345678", "tables/.a.1-1.tmp", "work.lock", "tmp1"):
        (one.store / name).parent.mkdir(exist_ok=True)
        (one.store / name).write_text("x")
    assert one.walk().keys() == {"tables/a", "tmp1"}
    assert one.walk("tables").keys() == {"tables/a"}
    assert one.walk("nowhere") == {}
    assert is_passing("cache/.x.tmp")


def test_it_knows_how_much_was_purged_when_it_was_filled(make):
    one = make()
    assert one.purges == 0
    one.purges = 3
    assert WorkingCopy.purges.fget(make()) == 3
    assert one.room() > 0
    with one.filling():
        pass
