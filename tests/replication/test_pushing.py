"""Pushing to a store, and bundles that are made for one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.replication.bundle import Bundle
from memcli.replication.contents import Since
from memcli.replication.pushing import create_bundle, push
from store import Store
from store.errors import BadUsage, InputNotFound, StoreExists

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_the_store_that_takes_merges_and_the_one_that_gives_stays_as_it_is(
    run, sample_once, tmp_path
):
    run("init", "--store", tmp_path / "new")
    store = Store.open(sample_once, mode="read")
    target = str(tmp_path / "new")
    assert push(store, target, NOW, dry_run=True)["memories"] == 290
    assert push(store, target, NOW)["memories"] == 290
    assert push(store, target, NOW)["memories"] == 0
    with pytest.raises(BadUsage, match="is the store itself"):
        push(store, str(sample_once), NOW)
    with pytest.raises(InputNotFound):
        push(store, str(tmp_path / "none"), NOW)


def test_a_bundle_is_there_when_it_is_whole_and_replaces_none_unasked(sample_once, tmp_path):
    store, path = Store.open(sample_once, mode="read"), tmp_path / "b"
    made = create_bundle(store, path)
    with Bundle("b", path.open("rb")) as bundle:
        assert bundle.manifest == made
    with pytest.raises(StoreExists):
        create_bundle(store, path)
    known = Since.of(store.id, store.head())
    later = create_bundle(store, path, [known], force=True)
    assert later.since == later.commit
    assert [p.name for p in tmp_path.iterdir()] == ["b"]
