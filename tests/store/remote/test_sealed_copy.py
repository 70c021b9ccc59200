"""The copy of an encrypted store in a bucket: in memory, gone at the end, recalls kept."""

from __future__ import annotations

import pytest

from store import Store
from store.backup import back_up, restore_backup
from store.encryption.key_source import read_secret
from store.encryption.opening import close_vaults
from store.errors import BadUsage, KeyRefused, StoreCorrupt
from store.remote.recalls import FOLDER
from store.remote.sealed_copy import open_sealed
from tests.support.bucket_writers import errors, recall_rows, written
from tests.support.encrypting import holding, own_key


@pytest.fixture
def sealed(nowhere, stamp, tmp_path):
    """Machines and a store that is encrypted from its birth."""
    with own_key(tmp_path):
        secret = read_secret(tmp_path / "key")
        Store.create(nowhere.at("a"), stamp, secret=secret)
        close_vaults()
        yield nowhere
        close_vaults()


def test_nothing_is_on_any_disk_or_in_the_bucket(sealed, memories, texts, tmp_path):
    store = sealed.open("a")
    written(store, memories, "harmonium")
    assert store.layout.work.is_relative_to(tmp_path / "runtime")
    assert texts(store) == ["harmonium"]
    assert errors(store) == []
    close_vaults()
    assert holding(tmp_path, ["harmonium"]) == []
    assert not any(b"harmonium" in data for data, _ in sealed.objects.kept.values())
    assert list((tmp_path / "runtime").rglob("*.lance")) == []
    assert texts(sealed.open("b")) == ["harmonium"]


def test_recalls_are_in_the_bucket_at_the_end_under_one_name(sealed):
    for _ in range(2):
        sealed.open("a").record_accesses(recall_rows("one"))
        close_vaults()
    store = sealed.open("b")
    assert store.snapshot().read("accesses", ["id"])["id"].to_pylist() == ["one", "one"]
    logs = list(store.layout.remote.objects.listing(FOLDER))
    assert len({stat.name.split("/")[1] for stat in logs}) == 1


def test_without_its_key_it_does_not_open(sealed, monkeypatch):
    monkeypatch.delenv("MEMCLI_KEY_FILE")
    with pytest.raises(KeyRefused):
        sealed.open("b")
    with pytest.raises(StoreCorrupt, match="name the store by its URL"):
        open_sealed(sealed.folder, {"id": "1", "url": sealed.url, "form": "encrypted-1"})


def test_a_backup_is_an_encrypted_store_on_a_disk(sealed, memories, texts, tmp_path):
    written(sealed.open("a"), memories, "harmonium")
    back_up(sealed.open("a"), tmp_path / "backup", may_link=True)
    close_vaults()
    assert holding(tmp_path, ["harmonium"]) == []
    restore_backup(tmp_path / "backup", tmp_path / "again")
    again = Store.open(tmp_path / "again")
    assert texts(again) == ["harmonium"]
    assert (again.id, again.layout.remote) == (sealed.open("a").id, None)
    with pytest.raises(BadUsage, match="no backup"):
        restore_backup(sealed.at("b"), tmp_path / "third")
