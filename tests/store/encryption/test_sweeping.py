"""Sweeping: a copy that nobody uses goes when its time is over."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from store.encryption import sweeping
from store.encryption.sweeping import KEPT, USERS, is_at_work, remove_unused, sweep, take_part


@pytest.fixture
def folder(tmp_path):
    """A copy that was left by its last user."""
    path = tmp_path / "copy"
    (path / "store").mkdir(parents=True)
    os.close(take_part(str(path)))
    return path


def keep(folder, seconds):
    """Keep it for some time."""
    (folder / KEPT).write_text(str(time.time() + seconds))


def test_one_that_is_used_or_kept_stays(folder):
    number = take_part(str(folder))
    assert not remove_unused(str(folder))
    os.close(number)
    keep(folder, 60)
    assert not remove_unused(str(folder))
    keep(folder, -1)
    assert remove_unused(str(folder))
    assert not folder.exists()
    assert not folder.with_name(folder.name + USERS).exists()
    assert remove_unused(str(folder))


def test_who_waited_for_a_lock_that_was_removed_takes_another(folder, monkeypatch):
    flock = sweeping.fcntl.flock

    def remove_first(number, kind):
        monkeypatch.setattr(sweeping.fcntl, "flock", flock)
        os.unlink(str(folder) + USERS)
        return flock(number, kind)

    monkeypatch.setattr(sweeping.fcntl, "flock", remove_first)
    number = take_part(str(folder))
    assert os.path.samestat(os.fstat(number), os.stat(str(folder) + USERS))
    os.close(number)


def test_it_waits_until_the_time_is_over(folder):
    keep(folder, 0.3)
    sweep(str(folder))
    assert not folder.exists()
    sweep(str(folder))  # nothing is left to do


def test_there_is_one_for_each_copy(folder):
    keep(folder, 60)
    code = [sys.executable, "-I", "-S", sweeping.__file__, str(folder)]
    with subprocess.Popen(code) as first:
        while not is_at_work(str(folder)):
            time.sleep(0.01)
        assert subprocess.run(code, timeout=10, check=False).returncode == 0
        assert folder.exists()
        first.kill()
