from __future__ import annotations

import os

import pytest

from memcli.memory.opening import create_store, open_or_create, open_store
from store.errors import StoreNotFound


def test_a_store_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(StoreNotFound) as caught:
        open_store(tmp_path / "none")
    assert caught.value.remedy == f"make one: memcli init --store {tmp_path / 'none'}"


def test_a_store_is_made_where_that_is_asked_for_once(tmp_path):
    said = []
    with pytest.raises(StoreNotFound):
        open_or_create(tmp_path / "new", False, said.append)
    made = open_or_create(tmp_path / "new", True, said.append)
    assert said == [f"made a new store at {tmp_path / 'new'}"]
    assert open_or_create(tmp_path / "new", True, said.append).id == made.id
    assert len(said) == 1


def test_the_users_own_store_is_made_at_its_first_use(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    said = []
    assert (tmp_path / "home") in open_or_create(None, False, said.append).layout.root.parents
    assert len(said) == 1


def test_no_store_is_made_for_an_encoder_that_does_not_load(tmp_path):
    with pytest.raises(Exception, match="no encoder"):
        create_store(tmp_path / "new", str(tmp_path / "nothing"))
    assert not (tmp_path / "new").exists()


def test_what_is_made_in_a_store_is_closed_to_others_unless_the_store_is_open(
    run_process, tmp_path
):
    path = tmp_path / "store"
    mask = os.umask(0)
    try:
        run_process("init", "--store", path)
        run_process("add", "The ferry is late.", "--store", path)
        assert [each for each in path.rglob("*") if each.stat().st_mode & 0o077] == []
        path.chmod(0o770)
        run_process("add", "The ferry is early.", "--store", path)
        assert (path / "commits" / "00000003.json").stat().st_mode & 0o060 == 0o060
    finally:
        os.umask(mask)
