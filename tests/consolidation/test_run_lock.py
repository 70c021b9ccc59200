"""Only one nightly run is at work, and an idle store is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from filelock import FileLock

from memcli.config import Config
from memcli.consolidation.run_lock import DONE, LOCK, has_changed, note_done, only_run
from store import Store
from store.errors import StoreIOError, StoreLocked

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_second_run_is_refused_at_once_and_the_next_is_not(tmp_path):
    second = pytest.raises(StoreLocked, match="another consolidate")
    with only_run(tmp_path), second, only_run(tmp_path):
        raise AssertionError("it ran")
    with FileLock(tmp_path / LOCK), pytest.raises(StoreLocked), only_run(tmp_path):
        raise AssertionError("it ran")
    with only_run(tmp_path):
        pass


def test_the_lock_is_given_back_when_the_run_fails(tmp_path):
    with pytest.raises(KeyError), only_run(tmp_path):
        raise KeyError
    with only_run(tmp_path):
        pass


def test_a_folder_that_is_not_there_is_an_error_of_the_disk(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreIOError), only_run(tmp_path / "file"):
        raise AssertionError("it ran")


@pytest.fixture
def run_of(empty_store):
    store = Store.open(empty_store)
    return SimpleNamespace(store=store, config=Config(), now=NOW)


def test_a_finished_run_leaves_nothing_to_do_until_something_happens(run_of, run):
    assert has_changed(run_of)
    note_done(run_of)
    assert not has_changed(run_of)
    run("add", "x", "--store", run_of.store.layout.root)
    assert has_changed(run_of)


def test_what_cannot_be_read_counts_as_changed(run_of):
    note_done(run_of)
    run_of.store.layout.root.joinpath(*DONE).write_text("{")
    assert has_changed(run_of)


def test_other_settings_are_a_change(run_of):
    note_done(run_of)
    run_of.config.decay.clock = "days"
    run_of.now = NOW + timedelta(days=2)
    assert has_changed(run_of)
