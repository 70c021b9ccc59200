"""Trust: what a store may do that was named, was made here, came from elsewhere, is another's."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from store import Store
from store.errors import StoreIOError, Untrusted
from store.location import StorePlace, user_store
from store.sealing import unsealed
from store.trust import (
    FULL,
    Trust,
    all_marks,
    find_mark,
    marks_folder,
    put_mark,
    remove_mark,
    trust_in,
)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def root(store):
    return store.layout.root


def found(root):
    return trust_in(StorePlace(root, "upward"))


def test_a_store_that_came_from_elsewhere_is_read_only(root):
    trust = found(root)
    assert not trust.is_full
    assert not trust.is_own
    with pytest.raises(Untrusted, match=f"not trusted.*memcli trust {root}"):
        Store.open(root, trust=trust)
    Store.open(root, mode="read", trust=trust)


def test_a_mark_makes_it_one_of_the_user_s(root):
    put_mark(root)
    assert found(root).is_full
    assert found(root).is_own
    assert remove_mark(root)
    assert not remove_mark(root)
    assert not found(root).is_full


def test_a_mark_is_of_a_path_and_an_id(root, tmp_path, born):
    put_mark(root)
    moved = root.rename(tmp_path / "moved")
    assert find_mark(moved) is None
    shutil.copytree(born, root)
    (root / "store.json").write_text('{"format": 1, "id": "another"}')
    assert find_mark(root) is None


def test_a_mark_is_found_by_any_path_to_the_store(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    put_mark(tmp_path / "link")
    assert find_mark(root).path == root.resolve()


@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_no_mode_and_no_form_takes_the_place_of_a_mark(root, mode):
    """An archive has the modes that somebody gave it, and an identity of any program."""
    path = root / "store.json"
    path.write_text(json.dumps(unsealed(path.read_bytes())))
    root.chmod(mode)
    assert not found(root).is_full
    put_mark(root)
    assert found(root).is_full


def test_a_folder_that_all_can_write_to_is_told(root):
    root.parent.chmod(0o1777)
    assert "everybody can write to" in found(root).reason
    put_mark(root)
    assert found(root).is_full


def as_user(monkeypatch, uid):
    monkeypatch.setattr(os, "geteuid", lambda: uid)


def test_a_store_of_another_owner_is_not_even_read(root, monkeypatch):
    as_user(monkeypatch, os.geteuid() + 4242)
    with pytest.raises(Untrusted, match="of another owner"):
        found(root)
    put_mark(root)
    assert found(root).is_full


def test_by_sudo_it_may_be_that_of_the_caller(root, monkeypatch):
    monkeypatch.setattr("store.trust._owners", lambda root: {4242})
    as_user(monkeypatch, 0)
    with pytest.raises(Untrusted):
        found(root)
    monkeypatch.setenv("SUDO_UID", "4242")
    found(root)


def test_a_store_that_is_named_may_be_written_to_and_its_programs_need_a_word(root, monkeypatch):
    as_user(monkeypatch, os.geteuid() + 4242)
    named = trust_in(StorePlace(root, "option"))
    assert named.is_full
    assert named.allows("")
    assert not named.allows("digest")
    put_mark(root, "digest")
    assert named.allows("digest")
    assert not named.allows("another")
    assert found(root).allows("digest")
    assert not found(root).allows("another")


def test_the_per_user_store_is_trusted_by_whatever_way(born):
    assert trust_in(StorePlace(user_store(), "user")) is FULL
    shutil.copytree(born, user_store())
    assert trust_in(StorePlace(user_store(), "option")).allows("digest")
    assert FULL.allows("digest")


def test_what_is_not_trusted_gets_no_accesses(root):
    opened = Store.open(root, mode="read", trust=Trust("is not trusted"))
    before = sorted(opened.layout.table("accesses").rglob("*"))
    opened.record_accesses(None)
    assert sorted(opened.layout.table("accesses").rglob("*")) == before


def test_marks_are_private_and_listed_by_path(root, tmp_path, born):
    other = shutil.copytree(born, tmp_path / "another")
    put_mark(root)
    put_mark(other, "digest")
    assert [(mark.path, mark.commands) for mark in all_marks()] == [(other, "digest"), (root, "")]
    (file, _) = marks_folder().glob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{")
    assert len(list(all_marks())) == 1


def test_where_no_mark_can_be_kept_that_is_an_error(root):
    marks_folder().parent.mkdir(parents=True)
    marks_folder().write_text("")
    with pytest.raises(StoreIOError):
        put_mark(root)
