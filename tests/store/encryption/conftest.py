"""An encrypted store of the toy encoder, its key, and where it is decrypted to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store
from store.commits import EncoderStamp
from store.encryption.key_source import read_secret
from tests.support.encrypting import own_key


@pytest.fixture
def key(tmp_path: Path) -> Iterator[Path]:
    """A key file that is found by itself."""
    with own_key(tmp_path) as path:
        yield path


@pytest.fixture
def encrypted(key: Path, tmp_path: Path, stamp: EncoderStamp) -> Store:
    """An empty encrypted store, which is open."""
    Store.create(tmp_path / "encrypted", stamp, secret=read_secret(key))
    return Store.open(tmp_path / "encrypted", lock_wait_s=0.0)
