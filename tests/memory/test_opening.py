from __future__ import annotations

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
