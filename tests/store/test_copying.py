"""Copies of files: links where nothing changes, bytes elsewhere, never over what is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.copying import all_files, copy_files
from store.errors import StoreExists, StoreIOError


def inode(path):
    return path.stat().st_ino


def test_what_never_changes_is_linked_and_the_rest_copied(store, save, tmp_path):
    save(store, "a")
    root, target = store.layout.root, tmp_path / "copy"
    files = list(all_files(root))
    linked = copy_files(root, target, files, may_link=True)
    assert list(all_files(target)) == files
    assert all((target / path).read_bytes() == (root / path).read_bytes() for path in files)
    same = {path for path in files if inode(target / path) == inode(root / path)}
    assert len(same) == linked
    assert Path("commits/00000002.json") in same
    assert Path("config.toml") not in same
    assert not any(path.name == "latest_version_hint.json" for path in same)
    assert target.stat().st_mode & 0o777 == 0o700


def test_nothing_is_linked_where_it_may_not_or_cannot_be(store, tmp_path, monkeypatch):
    root = store.layout.root
    assert copy_files(root, tmp_path / "a", all_files(root), may_link=False) == 0
    monkeypatch.setattr(os, "link", lambda *paths: (_ for _ in ()).throw(OSError("no links")))
    assert copy_files(root, tmp_path / "b", all_files(root), may_link=True) == 0
    assert list(all_files(tmp_path / "b")) == list(all_files(root))


def test_links_are_no_files_and_are_left_out(store, tmp_path):
    (store.layout.root / "link").symlink_to("config.toml")
    assert Path("link") not in list(all_files(store.layout.root))


def test_what_is_there_stays(store, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").write_text("dear")
    with pytest.raises(StoreExists):
        copy_files(store.layout.root, tmp_path / "taken", [], may_link=True)


def test_a_file_that_is_gone_is_an_error_of_the_system(store, tmp_path):
    with pytest.raises(StoreIOError) as raised:
        copy_files(store.layout.root, tmp_path / "copy", [Path("commits/9.json")], may_link=True)
    assert isinstance(raised.value.__cause__, FileNotFoundError)
