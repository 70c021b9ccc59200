"""Conversion in place: the same store, in another form, and nothing of the one before."""

from __future__ import annotations

import pytest

from store import Store
from store.check import check
from store.encryption.conversion import (
    decrypt_store,
    encrypt_store,
    finish_decrypting,
    rekey_store,
)
from store.encryption.key_source import read_secret
from store.encryption.opening import close_vaults
from store.errors import BadUsage, StoreLocked
from tests.support.encrypting import holding


def nothing(*arguments):
    """Do nothing."""


@pytest.fixture
def filled(store, save, key):
    """A plain store with a word, its keys and caches, and what hooks left."""
    save(store, "quarxilon tulips")
    for name in ("cache/llm/a.json", "hooks/log", "tombstones.key", "hooks/installed.json"):
        path = store.layout.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"q" * 32)
    return store


def encrypt(store, key):
    """Encrypt a store."""
    return encrypt_store(store, read_secret(key), nothing, nothing)


def test_there_and_back(filled, key, texts):
    root = filled.layout.root
    before = {name: (root / name).read_bytes() for name in ("cache/llm/a.json", "tombstones.key")}
    head = filled.head()
    count = encrypt(filled, key)
    assert count > 30
    assert holding(root, ["quarxilon", "qqqqqqqq"]) == [root / "hooks" / "installed.json"]
    inside = Store.open(root)
    assert (texts(inside), inside.head(), inside.id) == (["quarxilon tulips"], head, filled.id)
    assert [one for one in check(inside) if one.severity == "error"] == []
    assert "encrypted" in (root / "README").read_text()
    inside = Store.open(root)
    inside.layout.vault.is_tolerant = False
    assert decrypt_store(inside, nothing) >= count
    close_vaults()
    plain = Store.open(root)
    assert plain.layout.vault is None
    assert (texts(plain), plain.head()) == (["quarxilon tulips"], head)
    assert {name: (root / name).read_bytes() for name in before} == before
    assert [one for one in check(plain) if one.severity == "error"] == []
    assert not (root / "encrypted").exists()
    assert not finish_decrypting(root)


def test_who_waited_for_the_lock_with_the_earlier_form_writes_nothing(filled, key, save):
    late = Store.open(filled.layout.root)
    encrypt(filled, key)
    with pytest.raises(StoreLocked, match="meanwhile"):
        late.head()
    with pytest.raises(StoreLocked, match="meanwhile"):
        save(late, "late")
    assert not (filled.layout.root / "tables").exists()


def test_each_asks_for_a_store_of_its_form(filled, key):
    with pytest.raises(BadUsage):
        decrypt_store(filled, nothing)
    with pytest.raises(BadUsage):
        rekey_store(filled, read_secret(key))


def test_what_hooks_have_left_is_handed_on(filled, key):
    handed = []
    encrypt_store(filled, read_secret(key), lambda *places: handed.append(places), nothing)
    ((source, target),) = handed
    assert source == filled.layout.root / "hooks"
    assert target.is_dir()
