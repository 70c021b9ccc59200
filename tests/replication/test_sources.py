"""What names of sources mean."""

from __future__ import annotations

import io

import pytest

from memcli.replication.sources import (
    BundleFile,
    MachineSource,
    StoreSource,
    bundle_of,
    open_bundle,
    open_source,
)
from store import Store
from store.errors import BadBundle, BadUsage, InputNotFound

NOTHING = io.BytesIO()


def test_a_name_means_a_store_a_bundle_a_pipe_or_a_machine(sample_once, tmp_path):
    file = tmp_path / "b"
    file.touch()
    assert isinstance(open_source(str(sample_once), (), NOTHING), StoreSource)
    assert isinstance(open_source(str(file), (), NOTHING), BundleFile)
    assert isinstance(open_source("-", (), NOTHING), BundleFile)
    far = open_source("ssh://host/path", (), NOTHING)
    assert isinstance(far, MachineSource)
    assert far.is_mine


def test_what_is_none_of_these_is_told(tmp_path):
    with pytest.raises(InputNotFound, match="is not there"):
        open_source(str(tmp_path / "x"), (), NOTHING)
    with pytest.raises(InputNotFound, match="is neither a store nor a bundle"):
        open_source(str(tmp_path), (), NOTHING)
    for name in ("ftp://host/x", "http://host/x"):
        with pytest.raises(BadUsage, match="is no place that is known"):
            open_source(name, (), NOTHING)
    with pytest.raises(InputNotFound):
        open_bundle(str(tmp_path / "x"), (), NOTHING, tmp_path)


def test_a_store_that_was_made_elsewhere_is_not_mine(empty_once, empty_store):
    assert StoreSource(str(empty_once)).is_mine
    assert not StoreSource(str(empty_store)).is_mine


def test_a_bundle_comes_by_a_pipe_too(sample_once, tmp_path):
    store = Store.open(sample_once, mode="read")
    with bundle_of(store, [], None, tmp_path, "s") as bundle:
        bundle.file.seek(0)
        data = bundle.file.read()
    with open_bundle("-", (), io.BytesIO(data), tmp_path) as bundle:
        assert bundle.manifest.store == store.id
    with pytest.raises(BadBundle, match="-: it is cut short"):
        open_bundle("-", (), io.BytesIO(data[:-2000]), tmp_path)
