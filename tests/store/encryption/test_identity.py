"""Identity of an encrypted store."""

from __future__ import annotations

import pytest

from store.encryption.identity import encrypted_id, require_locks
from store.errors import StoreIOError


def test_an_encrypted_store_has_its_id_and_a_plain_one_none(encrypted, store, tmp_path):
    assert encrypted_id(encrypted.layout.root) == encrypted.id
    assert encrypted_id(str(store.layout.root)) is None
    assert encrypted_id(tmp_path / "nowhere") is None
    store.layout.identity.write_bytes(b"\xff")
    assert encrypted_id(store.layout.root) is None


def test_a_system_without_locks_is_told(monkeypatch):
    require_locks()
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(StoreIOError, match="flock"):
        require_locks()
