"""Check of the vault: names of their own, seals as they were."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.arrow import records_to_table
from memcli.memory.vault.changes import keep
from memcli.memory.vault.checking import vault_problems
from memcli.memory.vault.entries import VaultContent, read_entries
from memcli.memory.vault.sealing import VaultKeys, vault_secret
from schemas import tables
from store import Store
from tests.support.encrypting import own_key

NOW = datetime(2031, 6, 1, tzinfo=UTC)


@pytest.fixture
def store(empty_store, tmp_path):
    with own_key(tmp_path):
        opened = Store.open(empty_store)
        keys = VaultKeys(vault_secret(opened.layout, opened.id))
        with opened.transaction("vault") as transaction:
            keep(transaction, keys, "bank", "default", VaultContent("swordfish"), NOW)
            transaction.publish(NOW)
        yield opened


def put(store, *changed):
    with store.transaction("vault") as transaction:
        rows = [entry.to_row() for entry in changed]
        transaction.upsert("vault", records_to_table(rows, tables.vault()), ["id"])
        transaction.publish(NOW)


def test_a_sound_one_has_no_problem(store):
    assert list(vault_problems(store)) == []


def test_a_seal_of_another_name_and_a_name_twice_are_found(store, monkeypatch):
    (bank,) = read_entries(store.snapshot())
    put(store, bank, bank._replace(id="b" * 16))
    told = [problem.what for problem in vault_problems(store)]
    assert len(told) == 2
    assert "2 secrets of namespace 'default' are called 'bank'" in told[0]
    assert "is damaged: it is not as it was sealed" in told[1]
    monkeypatch.delenv("MEMCLI_KEY_FILE")
    assert len(list(vault_problems(store))) == 1  # without a key, a seal's form is right
    put(store, bank._replace(sealed=b"nothing"))
    assert "is damaged: it is cut off" in list(vault_problems(store))[1].what
