"""Sealing of entries: by one key, under one salt, bound to their names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.vault.entries import VaultContent, VaultEntry
from memcli.memory.vault.sealing import VaultKeys
from store.encryption.key_source import Secret
from store.encryption.sealed_values import way_of
from store.errors import KeyRefused, StoreCorrupt

NOW = datetime(2031, 6, 1, tzinfo=UTC)
BARE = VaultEntry("a" * 16, "default", "bank", b"", NOW)
MINE = VaultKeys(Secret(b"k" * 32, is_random=True, told="my key"))
OTHER = VaultKeys(Secret(b"x" * 32, is_random=True, told="the other key"))


def test_what_is_sealed_is_opened_by_its_key_alone():
    entry = MINE.sealed(BARE, VaultContent("swordfish"), [])
    assert MINE.opened(entry).value == "swordfish"
    assert MINE.opens(entry)
    assert not OTHER.opens(entry)
    with pytest.raises(KeyRefused, match="the other key is not the key of secret 'bank'"):
        OTHER.opened(entry)


def test_all_of_one_key_share_its_salt():
    first = MINE.sealed(BARE, VaultContent("a"), [])
    foreign = OTHER.sealed(BARE, VaultContent("a"), [first])
    second = MINE.sealed(BARE, VaultContent("b"), [foreign, first])
    assert way_of(second.sealed) == way_of(first.sealed)
    assert way_of(foreign.sealed) != way_of(first.sealed)


def test_a_seal_in_the_place_of_another_is_damage():
    entry = MINE.sealed(BARE, VaultContent("swordfish"), [])
    for moved in (entry._replace(name="post"), entry._replace(sealed=b"nothing")):
        with pytest.raises(StoreCorrupt, match="is damaged"):
            MINE.opened(moved)
