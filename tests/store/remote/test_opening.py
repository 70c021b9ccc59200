"""Which folders are copies of a store, and that each is open once."""

import shutil

import pytest

from store import Store
from store.errors import StoreCorrupt


def test_a_copy_elsewhere_is_not_obeyed(machines, tmp_path):
    root = machines.at("a")
    shutil.copytree(root, tmp_path / "elsewhere")
    with pytest.raises(StoreCorrupt, match="not where such copies are"):
        Store.open(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(root)
    assert Store.open(tmp_path / "link").id == Store.open(root).id


def test_a_process_has_a_store_open_once(machines):
    root = machines.at("a")
    first, second = Store.open(root), Store.open(root)
    assert first.layout.remote is second.layout.remote
    assert first.layout.remote is not machines.open("a").layout.remote
