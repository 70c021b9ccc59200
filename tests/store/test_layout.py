"""How a store is born, and what is said of one that is not whole."""

import json
import os
import stat
from pathlib import Path

import pytest

from store import Store
from store.errors import StoreCorrupt, StoreExists, StoreIOError, StoreNotFound, UnsupportedVersion
from store.layout import LATER_TABLES, TABLE_NAMES, Layout, read_identity
from store.sealing import sealed, unsealed


def test_a_new_store_has_everything_that_it_needs(store: Store) -> None:
    root = store.layout.root
    assert {path.name for path in root.iterdir()} == {
        ".gitignore",
        "README",
        "store.json",
        "config.toml",
        "tables",
        "commits",
        "lock",
    }
    assert {path.name for path in (root / "tables").iterdir()} == {
        f"{name}.lance" for name in TABLE_NAMES if name not in LATER_TABLES
    }
    assert [path.name for path in (root / "commits").iterdir()] == ["00000001.json"]


def test_a_new_store_is_closed_to_others(tmp_path: Path, stamp) -> None:
    before = os.umask(0)
    try:
        store = Store.create(tmp_path / "deep" / "store", stamp)
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.layout.root.stat().st_mode) == 0o700


def test_an_empty_folder_becomes_a_store_and_is_closed(tmp_path: Path, stamp) -> None:
    (tmp_path / "store").mkdir(mode=0o755)
    store = Store.create(tmp_path / "store", stamp)
    assert stat.S_IMODE(store.layout.root.stat().st_mode) == 0o700


def test_the_id_stays_the_same_and_differs_between_stores(store: Store, tmp_path, stamp) -> None:
    other = Store.create(tmp_path / "other", stamp)
    assert Store.open(store.layout.root).id == store.id != other.id
    assert Store.open(other.layout.root).id == other.id


def test_a_store_is_never_made_over_another(store: Store, stamp, save, texts) -> None:
    save(store, "kept")
    with pytest.raises(StoreExists) as caught:
        Store.create(store.layout.root, stamp)
    assert caught.value.status == 73
    assert texts(store) == ["kept"]


@pytest.mark.parametrize("name", ["notes.txt", "tables", "commits", "README"])
def test_a_store_is_never_made_among_files_of_others(tmp_path: Path, stamp, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(StoreExists):
        Store.create(tmp_path, stamp)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_store_that_lost_its_identity_is_not_taken_for_an_unfinished_one(
    store: Store, stamp
) -> None:
    store.layout.identity.unlink()
    with pytest.raises(StoreExists):
        Store.create(store.layout.root, stamp)
    assert store.layout.table("memories").is_dir()


def test_a_file_in_the_way_is_named(tmp_path: Path, stamp) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreExists):
        Store.create(tmp_path / "file", stamp)
    with pytest.raises(StoreIOError) as caught:
        Store.create(tmp_path / "file" / "store", stamp)
    assert caught.value.status == 74


def test_no_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound) as caught:
        Store.open(tmp_path / "none")
    assert caught.value.status == 66
    assert "memcli init --store" in str(caught.value)


def test_another_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="is not a store"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": null, "id": "a"}', '{"format": 1}', "\x00\x00", "7"],
)
def test_a_damaged_identity_is_corruption(store: Store, text: str) -> None:
    store.layout.identity.write_text(text)
    with pytest.raises(StoreCorrupt) as caught:
        Store.open(store.layout.root)
    assert caught.value.status == 65


def test_bytes_that_are_no_text_are_corruption(store: Store) -> None:
    store.layout.identity.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreCorrupt):
        Store.open(store.layout.root)


@pytest.mark.parametrize("version", [0, 5, 99])
def test_another_format_version_is_refused_and_left_alone(store: Store, version: int) -> None:
    store.layout.identity.write_text(json.dumps({"format": version, "id": "abc"}))
    with pytest.raises(UnsupportedVersion) as caught:
        Store.open(store.layout.root)
    assert caught.value.status == 76
    assert f"format version {version}" in str(caught.value)


def test_identity_may_gain_fields(store: Store) -> None:
    identity = unsealed(store.layout.identity.read_bytes())
    store.layout.identity.write_bytes(sealed({**identity, "later": True}))
    assert read_identity(Layout(store.layout.root))["later"] is True


@pytest.mark.parametrize("name", ["commits", "tables", "tables/memories.lance"])
def test_a_store_without_one_of_its_folders_is_corrupt(store: Store, save, name: str) -> None:
    save(store, "one")
    (store.layout.root / name).rename(store.layout.root.parent / "taken")
    opened = Store.open(store.layout.root)
    with pytest.raises(StoreCorrupt):
        opened.snapshot().read("memories")
    with pytest.raises(StoreCorrupt):
        save(opened, "two")


def test_a_store_works_without_what_it_does_not_need(store: Store, save, texts) -> None:
    for name in ("README", "config.toml", "lock"):
        (store.layout.root / name).unlink()
    save(store, "one")
    assert texts(store) == ["one"]
