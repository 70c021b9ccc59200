"""Files that are there whole or not at all, and what the operating system refuses."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import StoreIOError
from store.files import FULL, io_errors, write_synced, write_whole


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_last_content_is_the_file(tmp_path_factory: pytest.TempPathFactory, one, two) -> None:
    path = tmp_path_factory.mktemp("files") / "file"
    for data in (one, two):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert os.listdir(path.parent) == ["file"]


def test_a_new_file_takes_the_place_of_none(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"first", is_new=True)
    with pytest.raises(FileExistsError):
        write_whole(path, b"second", is_new=True)
    assert path.read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("call", ["fsync", "replace", "link"])
def test_what_fails_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch, call) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="Input/output"):
        write_whole(path, b"new", is_new=call == "link")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_the_content_is_synced_before_the_name_and_the_folder_after(tmp_path, monkeypatch) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def named(old: str, new: str) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", named)
    write_whole(tmp_path / "file", b"data")
    assert steps == ["file", "name", "folder"]


def test_a_private_file_is_private_from_the_first(tmp_path: Path) -> None:
    write_synced(tmp_path / "file", b"secret", mode=0o600)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize("code", FULL)
def test_a_full_disk_asks_for_space(code: int) -> None:
    with (
        pytest.raises(StoreIOError, match=r"^cannot write it: .+") as caught,
        io_errors("write it", "look at it"),
    ):
        raise OSError(code, os.strerror(code))
    assert caught.value.remedy == "free some space, run it again"


def test_other_refusals_have_the_remedy_of_their_place(tmp_path: Path) -> None:
    with pytest.raises(StoreIOError) as caught, io_errors("read it", "look at it"):
        (tmp_path / "none").read_bytes()
    assert (caught.value.what, caught.value.remedy) == (
        "cannot read it: No such file or directory",
        "look at it",
    )


def test_a_closed_pipe_is_no_error_of_ours() -> None:
    with pytest.raises(BrokenPipeError), io_errors("write it"):
        raise BrokenPipeError
