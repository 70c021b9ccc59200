"""Keyring: opened by its key alone, from either copy; what goes from it is gone."""

from __future__ import annotations

import os

import pytest

from store.encryption import keyring
from store.encryption.key_source import Secret
from store.encryption.keyring import Keyring, UserKey, has_ring, load, store_id_of
from store.errors import KeyRefused, StoreCorrupt
from tests.support.damage import flip

RANDOM = Secret(bytes(32), is_random=True, told="the key")
PHRASE = Secret(b"correct horse battery staple", is_random=False, told="the phrase")


@pytest.fixture
def ring(tmp_path):
    """A ring that is written."""
    made = Keyring.new("abc")
    made.save(tmp_path, UserKey.new(RANDOM))
    return made


@pytest.mark.parametrize("secret", [RANDOM, PHRASE])
def test_it_is_opened_by_its_key_and_no_other(tmp_path, secret):
    ring = Keyring.new("abc")
    ring.begin_epoch()
    ring.save(tmp_path, UserKey.new(secret, log_n=10))
    found, user = load(tmp_path, secret)
    assert (found.epochs, found.names, found.epoch) == (ring.epochs, ring.names, 2)
    assert (found.unreadable, user.kdf == "scrypt") == ([], not secret.is_random)
    with pytest.raises(KeyRefused, match="the other is not the key"):
        load(tmp_path, Secret(b"x" * 32, secret.is_random, "the other"))


def test_no_key_stands_in_it(tmp_path, ring):
    data = (tmp_path / "keyring").read_bytes()
    for key in (ring.names, ring.epochs[1]):
        assert key not in data
        assert key.hex().encode() not in data


@pytest.mark.parametrize("name", keyring.COPIES)
def test_one_copy_is_enough(tmp_path, ring, name):
    flip(tmp_path / name)
    found, user = load(tmp_path, RANDOM)
    assert (found.epochs, found.unreadable) == (ring.epochs, [name])
    (tmp_path / name).unlink()
    found, user = load(tmp_path, RANDOM)
    assert found.unreadable == [name]
    found.save(tmp_path, user)
    assert load(tmp_path, RANDOM)[0].unreadable == []


def test_without_a_whole_copy_it_is_told(tmp_path, ring):
    for name in keyring.COPIES:
        flip(tmp_path / name)
    with pytest.raises(StoreCorrupt, match="both copies"):
        load(tmp_path, RANDOM)
    assert store_id_of(tmp_path) is None


def test_of_a_change_of_keys_that_was_cut_short_the_new_key_counts(tmp_path, ring):
    before = (tmp_path / keyring.COPIES[1]).read_bytes()
    ring.begin_epoch()
    ring.save(tmp_path, UserKey.new(PHRASE, log_n=10))
    (tmp_path / keyring.COPIES[1]).write_bytes(before)
    with pytest.raises(KeyRefused):
        load(tmp_path, RANDOM)
    found, _ = load(tmp_path, PHRASE)
    assert (found.epoch, found.unreadable) == (2, [keyring.COPIES[1]])


def test_what_was_there_is_written_over(tmp_path, ring):
    before = (tmp_path / "keyring").read_bytes()
    with open(tmp_path / "keyring", "rb") as old:
        ring.save(tmp_path, UserKey.new(RANDOM))
        assert old.read() != before
        assert len(before) == os.fstat(old.fileno()).st_size
    assert load(tmp_path, RANDOM)[0].generation == 2


def test_what_a_backup_has_a_link_to_is_not_written_over(tmp_path, ring):
    os.link(tmp_path / "keyring", tmp_path / "linked")
    before = (tmp_path / "linked").read_bytes()
    ring.save(tmp_path, UserKey.new(RANDOM))
    assert (tmp_path / "linked").read_bytes() == before


def test_it_is_found_and_names_its_store(tmp_path, ring):
    assert (has_ring(tmp_path), store_id_of(tmp_path)) == (True, "abc")
    assert not has_ring(tmp_path / "elsewhere")
