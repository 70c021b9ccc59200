"""Which store a URL is."""

import pytest

from store import Store
from store.errors import StoreCorrupt, StoreNotFound, UnsupportedVersion
from store.layout import identity_of
from store.remote.connecting import connect


def test_where_there_is_no_store_no_folder_is_made(nowhere, tmp_path):
    root = connect(nowhere.url)
    assert not root.exists()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreNotFound, match="no store at s3://bucket/memory"):
        Store.open(root)


def test_a_known_store_is_not_asked_for_again(machines):
    root = machines.at("a")
    machines.objects.asked.clear()
    assert machines.at("a") == root
    assert machines.objects.asked == []


def test_a_store_of_a_disk_in_a_bucket_is_refused(nowhere):
    nowhere.objects.put("store.json", identity_of("0" * 16, encrypted=False))
    with pytest.raises(UnsupportedVersion, match="format version 1"):
        nowhere.at("a")
    nowhere.objects.put("store.json", b"torn")
    with pytest.raises(StoreCorrupt, match="damaged"):
        nowhere.at("a")
