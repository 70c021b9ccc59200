"""Where the store is: named, in the environment, upward from here, or the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.location import StorePlace, own_store_path, store_path, store_place, user_store


@pytest.fixture
def below(tmp_path, monkeypatch):
    """A folder two levels below one that has a store."""
    (tmp_path / ".memory").mkdir()
    (tmp_path / ".memory" / "store.json").touch()
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_what_is_given_goes_before_all(below, monkeypatch):
    monkeypatch.setenv("MEMCLI_STORE", "/named")
    assert store_path(Path("given")) == Path("given")
    assert store_path(None) == Path("/named")


def test_a_store_is_found_upward(below, tmp_path):
    assert store_path(None) == tmp_path / ".memory"


def test_a_folder_of_that_name_without_a_store_is_passed_over(below, tmp_path):
    (below / ".memory").mkdir()
    assert store_path(None) == tmp_path / ".memory"


def test_else_it_is_the_users_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMCLI_STORE", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert store_path(None) == user_store()
    assert user_store().is_relative_to(tmp_path / "data")


def test_the_users_own_is_not_looked_for_upward(below, monkeypatch):
    assert own_store_path(Path("x")) == Path("x")
    assert own_store_path(None) == user_store()
    monkeypatch.setenv("MEMCLI_STORE", "named")
    assert own_store_path(None) == Path("named")


def test_a_place_says_what_it_was_found_by(below, tmp_path, monkeypatch):
    assert store_place(None) == StorePlace(tmp_path / ".memory", "upward")
    assert not store_place(None).is_named
    assert store_place(Path("given")) == (Path("given"), "option")
    (tmp_path / ".memory" / "store.json").unlink()
    assert store_place(None) == (user_store(), "user")
    monkeypatch.setenv("MEMCLI_STORE", "/named")
    assert store_place(None) == (Path("/named"), "environment")
    assert store_place(None).is_named
