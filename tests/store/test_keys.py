"""Keys of a store."""

from __future__ import annotations

import os
import stat

import pytest

from store import keys
from store.errors import StoreCorrupt
from store.keys import KEY_BYTES, make_key, read_key


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "some.key"
    assert read_key(path) is None
    old = os.umask(0)
    try:
        key = make_key(path)
    finally:
        os.umask(old)
    assert len(key) == KEY_BYTES
    assert make_key(path) == read_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert make_key(tmp_path / "other.key") != key
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other.key", "some.key"]


def test_two_who_make_it_at_once_have_the_same(tmp_path, monkeypatch):
    path = tmp_path / "some.key"
    read = keys.read_key

    def read_and_be_overtaken(given):
        known = read(given)
        if known is None:
            given.write_bytes(b"k" * KEY_BYTES)
        return known

    monkeypatch.setattr(keys, "read_key", read_and_be_overtaken)
    assert make_key(path) == b"k" * KEY_BYTES


@pytest.mark.parametrize("content", [b"", b"short", b"x" * (KEY_BYTES + 1)])
def test_what_is_no_key_is_damage(tmp_path, content):
    path = tmp_path / "some.key"
    path.write_bytes(content)
    for use in (read_key, make_key):
        with pytest.raises(StoreCorrupt, match="damaged"):
            use(path)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "real").write_bytes(b"x" * KEY_BYTES)
    (tmp_path / "some.key").symlink_to(tmp_path / "real")
    with pytest.raises(StoreCorrupt, match="symbolic link"):
        read_key(tmp_path / "some.key")
