"""Links in a store: those that lead out of it are refused, those that stay in it are not."""

from __future__ import annotations

import pytest

from store import Store
from store.errors import StoreCorrupt
from store.links import refuse_outward_links

DEEP = ["tables/memories.lance/data", "tables/memories.lance/_refs/tags/x.json", "cache/llm"]


def link(store, name, target):
    path = store.layout.root / name
    if path.exists():
        path.rename(store.layout.root.parent / "taken")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    return path


@pytest.mark.parametrize("name", ["lock", "cache", "tables", "tables/links.lance"])
def test_a_link_out_of_the_store_is_refused_at_once(store, tmp_path, name):
    path = link(store, name, tmp_path / "elsewhere")
    for mode in ("read", "write"):
        with pytest.raises(StoreCorrupt, match="leads out of the store") as raised:
            Store.open(store.layout.root, mode=mode)
        assert str(path) in raised.value.what


@pytest.mark.parametrize("name", DEEP)
def test_a_deeper_one_is_refused_where_something_is_to_be_written(store, save, tmp_path, name):
    save(store, "a")
    link(store, name, tmp_path)
    Store.open(store.layout.root, mode="read")
    with pytest.raises(StoreCorrupt, match="leads out"):
        Store.open(store.layout.root, mode="write")


def test_a_link_that_goes_round_is_refused(store):
    link(store, "cache", "cache")
    with pytest.raises(StoreCorrupt):
        refuse_outward_links(store.layout.root, wholly=False)


def test_a_link_within_the_store_and_one_to_the_store_are_fine(store, save, tmp_path):
    link(store, "notes", store.layout.root / "commits")
    link(store, "config.toml", tmp_path / "settings.toml")
    other = tmp_path / "by-another-name"
    other.symlink_to(store.layout.root)
    save(Store.open(other), "a")
