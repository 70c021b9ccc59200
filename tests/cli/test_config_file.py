"""Config file: it changes whole or not at all."""

from __future__ import annotations

import os

import pytest

from memcli.cli.config_file import edit, read_settings, read_text
from memcli.config import read_config, require_allowed
from store import Store
from store.errors import BadUsage, StoreIOError, StoreLocked, Untrusted
from store.location import StorePlace
from store.trust import trust_in


@pytest.fixture
def store(empty_store):
    return Store.open(empty_store, lock_wait_s=0.0)


def setting(text):
    return lambda before: before + text


def test_a_change_is_written_and_told_with_what_was(store):
    store.layout.config.write_text("[query]\n")
    before, after = edit(store, setting("top_k = 3\n"), dry_run=False)
    assert (before, after) == ({"query": {}}, {"query": {"top_k": 3}})
    assert store.layout.config.read_text() == "[query]\ntop_k = 3\n"
    assert read_settings(store) == after


def test_a_wrong_change_and_a_dry_run_leave_the_file_alone(store):
    text = read_text(store.layout.config)
    with pytest.raises(
        BadUsage,
        match=r"^query.top_k has to be a whole number of 1 or more \(nothing was changed\)$",
    ):
        edit(store, lambda before: "[query]\ntop_k = 0\n", dry_run=False)
    assert edit(store, lambda before: "[query]\ntop_k = 4\n", dry_run=True)[1]["query"]
    assert read_text(store.layout.config) == text


def test_a_file_that_was_wrong_can_be_mended(store):
    store.layout.config.write_text("[query]\ntop_k = 0\n")
    with pytest.raises(BadUsage, match="mend it"):
        read_settings(store)
    assert edit(store, lambda text: text.replace("0", "5"), dry_run=False)[1]["query"]["top_k"] == 5


def test_a_file_that_is_no_toml_is_told_with_its_path_and_line(store):
    store.layout.config.write_text("[query]\ntop_k = = 0\n")
    with pytest.raises(BadUsage, match=r"config.toml: .*line 2.*mend it"):
        edit(store, setting(""), dry_run=False)
    store.layout.config.write_bytes(b"\xff")
    with pytest.raises(BadUsage, match="not UTF-8"):
        read_settings(store)


def test_a_file_that_is_not_there_is_made_for_its_owner(store):
    store.layout.config.unlink()
    assert read_settings(store) == {}
    edit(store, setting("[query]\ntop_k = 3\n"), dry_run=False)
    assert store.layout.config.stat().st_mode & 0o777 == 0o600


def test_a_link_and_the_mode_of_its_file_stay(store, tmp_path):
    target = tmp_path / "mine.toml"
    target.write_text("[query]\r\n")
    target.chmod(0o640)
    store.layout.config.unlink()
    store.layout.config.symlink_to(target)
    edit(store, setting("top_k = 3\n"), dry_run=False)
    assert store.layout.config.is_symlink()
    assert target.read_bytes() == b"[query]\r\ntop_k = 3\n"
    assert target.stat().st_mode & 0o777 == 0o640


def test_what_was_allowed_stays_so_when_the_user_changes_it_here(store):
    root = store.layout.root
    named = Store.open(root, trust=trust_in(StorePlace(root, "option")))
    edit(named, lambda text: '[llm]\ncommand = "cat"\n', dry_run=False)
    require_allowed(read_config(store.layout.config), named.layout)
    store.layout.config.write_text('[llm]\ncommand = "rm"\n')
    edit(named, lambda text: text.replace("rm", "rm -r"), dry_run=False)
    with pytest.raises(Untrusted):
        require_allowed(read_config(store.layout.config), named.layout)


def test_another_writer_is_waited_for(store):
    with store.locked(), pytest.raises(StoreLocked):
        edit(Store.open(store.layout.root, lock_wait_s=0.0), setting("\n"), dry_run=False)


def test_a_change_that_fails_leaves_the_old_file(store, monkeypatch):
    def full(*paths):
        raise OSError(28, "No space left on device")

    text = read_text(store.layout.config)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StoreIOError, match="free some space"):
        edit(store, setting("\n"), dry_run=False)
    assert read_text(store.layout.config) == text
    assert not list(store.layout.root.glob(".config.toml*"))
