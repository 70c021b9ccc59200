"""The place of an export: whole or not there, and nobody's file is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import BadUsage, StoreExists, StoreIOError
from store.output_files import LAST, new_file, new_folder, require_regular


def break_off(target):
    """Fail when something is written to a target."""
    with target as place:
        (place / "half" if place.is_dir() else place).write_text("half")
        raise ZeroDivisionError


def write_both(target, path):
    """Write a target while another program writes to the same place."""
    with target as place:
        place.write_text("mine")
        path.write_text("theirs")


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path):
    path = tmp_path / "out"
    with new_file(path, False) as place:
        place.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("force", [True, False])
def test_what_fails_leaves_nothing_and_the_old_file_as_it_was(tmp_path, force):
    path = tmp_path / "out"
    if force:
        path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        break_off(new_file(path, force))
    assert os.listdir(tmp_path) == (["out"] if force else [])
    assert not force or path.read_text() == "old"


def test_a_file_that_appears_meanwhile_is_kept_unless_forced(tmp_path):
    path = tmp_path / "out"
    with pytest.raises(StoreExists):
        write_both(new_file(path, False), path)
    assert path.read_text() == "theirs"
    with new_file(path, True) as place:
        place.write_text("mine")
    assert path.read_text() == "mine"


def test_a_link_goes_on_leading_where_it_led(tmp_path):
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to("real")
    with new_file(tmp_path / "link", True) as place:
        place.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.fixture
def of_another(tmp_path, monkeypatch):
    """Return a link of another owner in a folder, to what it is told."""

    def make(leads_to):
        link = tmp_path / "theirs"
        link.symlink_to(leads_to)
        uid = os.geteuid() + 1 + link.lstat().st_uid
        monkeypatch.setattr(os, "geteuid", lambda: uid)
        if link.lstat().st_uid == 0:  # what root has put there is followed
            os.chown(link, uid + 1, -1, follow_symlinks=False)
        return link

    return make


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("target", ["there", "not there"])
def test_a_link_of_another_owner_is_not_followed(tmp_path, of_another, force, target):
    (tmp_path / "there").write_text("old")
    link = of_another(target)
    with (
        pytest.raises(StoreExists, match="a link of another owner"),
        new_file(link, force) as place,
    ):
        place.write_text("new")
    with pytest.raises(StoreExists, match="a link of another owner"), new_folder(link):
        raise AssertionError("nothing was refused")
    assert sorted(os.listdir(tmp_path)) == ["theirs", "there"]
    assert (tmp_path / "there").read_text() == "old"


@pytest.mark.parametrize("force", [True, False])
def test_a_link_that_leads_nowhere_makes_nothing_there(tmp_path, force):
    (tmp_path / "link").symlink_to("target")
    with pytest.raises(StoreExists, match="leads nowhere"), new_file(tmp_path / "link", force):
        raise AssertionError("nothing was refused")
    with pytest.raises(StoreExists, match="leads nowhere"), new_folder(tmp_path / "link"):
        raise AssertionError("nothing was refused")
    assert os.listdir(tmp_path) == ["link"]


def test_what_others_put_beside_it_is_not_written_to(tmp_path):
    """The name of what is written before it has its own cannot be guessed."""
    path = tmp_path / "out"
    with new_file(path, False) as place:
        assert place.parent.parent == tmp_path
        assert place.parent.stat().st_mode & 0o077 == 0
        place.write_text("whole")
    assert os.listdir(tmp_path) == ["out"]


def test_a_wrong_place_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "folder").mkdir()
    for place, error in (("folder", StoreExists), ("no/file", StoreIOError)):
        with pytest.raises(error), new_file(tmp_path / place, False):
            raise AssertionError("nothing was refused")
    with pytest.raises(BadUsage, match="cannot be written to /dev/null"):
        require_regular(Path("/dev/null"), "duckdb")
    require_regular(tmp_path / "new", "duckdb")


def test_a_folder_is_filled_at_once_into_an_empty_or_a_new_one(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new"):
        with new_folder(tmp_path / name) as place:
            for file in (LAST, "a"):
                (place / file).write_text(file)
        assert sorted(os.listdir(tmp_path / name)) == [LAST, "a"]
    assert sorted(os.listdir(tmp_path)) == ["empty", "new"]


def test_a_folder_with_something_in_it_or_a_file_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    for path in (tmp_path / "full", tmp_path / "full" / "x"):
        with pytest.raises(StoreExists), new_folder(path):
            raise AssertionError("nothing was refused")
    with pytest.raises(ZeroDivisionError):
        break_off(new_folder(tmp_path / "new"))
    assert os.listdir(tmp_path) == ["full"]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
def test_a_stream_that_is_open_is_written_to_where_it_is(tmp_path):
    with (tmp_path / "named").open("w+b") as file:
        (tmp_path / "named").unlink()
        path = Path(f"/dev/fd/{file.fileno()}")
        with new_file(path, force=False) as place:
            assert place == path
        assert os.listdir(tmp_path) == []
