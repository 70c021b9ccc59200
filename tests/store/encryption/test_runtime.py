"""Folders in memory: private, not on a disk unless that is said."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from store.encryption import runtime
from store.encryption.runtime import (
    base_folder,
    copy_name,
    hooks_folder,
    is_in_memory,
    kept_copy,
    shield_process,
    unshield_process,
)
from store.encryption.settings import settings_path
from store.errors import StoreIOError


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    settings_path().parent.mkdir(parents=True)


def settings(text):
    """Write settings."""
    settings_path().write_text(text)
    settings_path().chmod(0o600)


@pytest.fixture
def mounts(monkeypatch, tmp_path):
    """Let the file systems be as a table says."""

    def say(*lines):
        path = tmp_path / "mounts"
        path.write_text("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr(runtime, "MOUNTS", path)

    return say


def test_the_file_system_that_a_folder_is_of_says_whether_it_is_in_memory(tmp_path, mounts):
    inner = tmp_path / "with space"
    inner.mkdir()
    escaped = str(inner).replace(" ", "\\040")
    mounts("disk / ext4 rw 0 0", f"tmpfs {escaped} tmpfs rw 0 0")
    assert is_in_memory(inner / "deeper")
    assert not is_in_memory(tmp_path)
    mounts("disk / ext4 rw 0 0", f"tmpfs {escaped} tmpfs rw 0 0", f"disk {escaped} ext4 rw 0 0")
    assert not is_in_memory(inner)
    mounts("none / tmpfs rw 0 0", f"disk {tmp_path} btrfs rw 0 0")
    assert not is_in_memory(inner)


def test_a_folder_on_a_disk_is_refused_unless_that_is_said(tmp_path, mounts):
    mounts("disk / ext4 rw 0 0")
    settings(f'folder = "{tmp_path}"')
    with pytest.raises(StoreIOError, match="not in memory"):
        base_folder()
    settings(f'folder = "{tmp_path}"\non_disk = true')
    base = base_folder()
    assert (base.parent, base.stat().st_mode & 0o777) == (tmp_path, 0o700)
    base.chmod(0o755)
    with pytest.raises(StoreIOError, match="not yours alone"):
        base_folder()


def test_that_of_the_login_goes_before_shared_memory(tmp_path, mounts, monkeypatch):
    login, shared = tmp_path / "login", tmp_path / "shared"
    for folder in (login, shared):
        folder.mkdir()
    monkeypatch.setattr(runtime, "SHARED_MEMORY", shared)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(login))
    mounts(f"tmpfs {tmp_path} tmpfs rw 0 0")
    assert base_folder().parent == login
    mounts("disk / ext4 rw 0 0", f"tmpfs {shared} tmpfs rw 0 0")
    assert base_folder().parent == shared
    mounts("disk / ext4 rw 0 0")
    with pytest.raises(StoreIOError, match="no folder in memory"):
        base_folder()


def test_a_link_in_its_place_is_refused(tmp_path, mounts):
    settings(f'folder = "{tmp_path}"\non_disk = true')
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / f"memcli-{os.geteuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreIOError, match="not yours alone"):
        base_folder()


def test_each_store_has_places_of_its_own(tmp_path):
    settings(f'folder = "{tmp_path}"\non_disk = true')
    names = {copy_name(tmp_path / path, id_) for path in ("a", "b") for id_ in ("1", "2")}
    assert len(names) == 4
    assert hooks_folder(tmp_path / "a", "1").stat().st_mode & 0o777 == 0o700
    assert kept_copy(tmp_path / "a", "1") is None
    place = base_folder() / copy_name(tmp_path / "a", "1") / "store"
    place.mkdir(parents=True)
    assert kept_copy(tmp_path / "a", "1") == place


def test_temporary_files_go_there_until_the_end(tmp_path):
    import resource

    before, limit = tempfile.gettempdir(), resource.getrlimit(resource.RLIMIT_CORE)
    shield_process(tmp_path / "tmp")
    assert Path(tempfile.gettempdir()) == tmp_path / "tmp"
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    unshield_process()
    assert tempfile.gettempdir() == before
    resource.setrlimit(resource.RLIMIT_CORE, limit)
