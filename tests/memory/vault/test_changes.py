"""Changes to the vault, each in a transaction."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.vault.changes import keep, remove, reseal
from memcli.memory.vault.entries import VaultContent, read_entries
from memcli.memory.vault.sealing import VaultKeys
from store import Store
from store.encryption.key_source import Secret
from store.errors import InputNotFound, KeyRefused, StoreExists

NOW = datetime(2031, 6, 1, tzinfo=UTC)
MINE = VaultKeys(Secret(b"k" * 32, is_random=True, told="my key"))
NEW = VaultKeys(Secret(b"n" * 32, is_random=True, told="the new key"))


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    with opened.transaction("vault") as transaction:
        for name in ("bank", "door"):
            keep(transaction, MINE, name, "default", VaultContent(name * 2), NOW)
        transaction.publish(NOW)
    return opened


def held(store, keys=MINE):
    return {entry.name: keys.opened(entry).value for entry in read_entries(store.snapshot())}


def test_a_name_is_taken_unless_it_is_to_be_replaced(store):
    with store.transaction("vault") as transaction:
        with pytest.raises(StoreExists):
            keep(transaction, MINE, "bank", "default", VaultContent("new"), NOW)
        keep(transaction, MINE, "bank", "work", VaultContent("other"), NOW)
        keep(transaction, MINE, "bank", "default", VaultContent("new"), NOW, replace=True)
        transaction.publish(NOW)
    values = [MINE.opened(e).value for e in read_entries(store.snapshot()) if e.name == "bank"]
    assert values == ["new", "other"]


def test_a_second_key_is_refused(store):
    with store.transaction("vault") as transaction, pytest.raises(KeyRefused):
        keep(transaction, NEW, "post", "default", VaultContent("x"), NOW)


def test_what_is_removed_is_gone_and_what_is_not_there_told(store):
    with store.transaction("vault") as transaction:
        with pytest.raises(InputNotFound):
            remove(transaction, ["bank", "nonesuch"], None)
        assert [entry.name for entry in remove(transaction, ["bank"], None)] == ["bank"]
        transaction.publish(NOW)
    assert held(store) == {"door": "doordoor"}


def test_another_key_opens_what_is_sealed_anew(store):
    with store.transaction("vault") as transaction:
        assert reseal(transaction, MINE, NEW) == (2, 0)
        assert reseal(transaction, MINE, NEW) == (0, 0)
        transaction.publish(NOW)
    assert held(store, NEW) == {"bank": "bankbank", "door": "doordoor"}
    with pytest.raises(KeyRefused):
        held(store)
    third = VaultKeys(Secret(b"t" * 32, is_random=True, told="a third"))
    with store.transaction("vault") as transaction:
        assert reseal(transaction, MINE, third) == (0, 2)
