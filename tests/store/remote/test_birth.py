"""How a store begins in a bucket, beside others and after a kill."""

from datetime import timedelta

import pytest

from store import Store
from store.backup import back_up, restore_backup
from store.check import check
from store.errors import StoreExists, StoreIOError, StoreLocked
from tests.support.memory_objects import Killed


def test_a_new_store_is_empty_and_sound(nowhere, stamp, texts):
    Store.create(nowhere.at("a"), stamp)
    names = nowhere.objects.kept
    assert {"README", "config.toml", "store.json", "commits/00000001.json"} <= set(names)
    assert "store.json.new" not in names
    b = nowhere.open("b")
    assert texts(b) == []
    assert list(check(b)) == []
    with pytest.raises(StoreExists, match="s3://bucket/memory is a store"):
        Store.create(nowhere.at("c"), stamp)


def test_nothing_is_written_over(nowhere, stamp):
    nowhere.objects.put("holiday.jpg", b"")
    with pytest.raises(StoreExists, match="not empty"):
        Store.create(nowhere.at("a"), stamp)
    assert list(nowhere.objects.kept) == ["holiday.jpg"]


@pytest.mark.parametrize("at", ["store.json.new", "commits/00000001.json", "store.json"])
def test_an_init_that_was_killed_is_done_anew_after_a_minute(nowhere, stamp, texts, at):
    def die(kind: str, name: str) -> None:
        if kind == "put" and name == at:
            raise Killed

    nowhere.objects.before = die
    with pytest.raises(Killed):
        Store.create(nowhere.at("a"), stamp)
    nowhere.objects.before = lambda kind, name: None
    if at != "store.json.new":
        with pytest.raises(StoreLocked, match="a minute"):
            Store.create(nowhere.at("b"), stamp)
        nowhere.objects.now += timedelta(minutes=2)
    Store.create(nowhere.at("b"), stamp)
    assert texts(nowhere.open("a")) == []
    assert list(check(nowhere.open("a"))) == []


def test_a_backup_becomes_a_store_in_a_bucket_and_back(nowhere, store, save, texts, tmp_path):
    save(store, "one")
    save(store, "two")
    back_up(store, tmp_path / "backup", may_link=False)
    restore_backup(tmp_path / "backup", nowhere.at("a"))
    b = nowhere.open("b")
    assert texts(b) == ["one", "two"]
    assert texts(b, at=2) == ["one"]
    assert [one.what for one in check(b) if one.severity == "error"] == []
    save(b, "three")
    back_up(nowhere.open("a"), tmp_path / "again", may_link=True)
    plain = Store.open(tmp_path / "again")
    assert plain.layout.remote is None
    assert texts(plain) == ["one", "two", "three"]


def test_a_storage_without_conditions_is_refused(nowhere, stamp, monkeypatch):
    monkeypatch.setattr(nowhere.objects, "put_new", nowhere.objects.put)
    with pytest.raises(StoreIOError, match="no conditional PUT"):
        Store.create(nowhere.at("a"), stamp)
    assert not nowhere.objects.kept
