"""Where the store is, and whose."""

from pathlib import Path

from store.location import is_own_store, user_store


def test_a_store_is_own_when_it_is_named_or_the_user_s(monkeypatch):
    monkeypatch.delenv("MEMCLI_STORE", raising=False)
    found = Path("/somewhere/.memory")
    assert not is_own_store(None, found)
    assert is_own_store(found, found)
    assert is_own_store(None, user_store())
    monkeypatch.setenv("MEMCLI_STORE", str(found))
    assert is_own_store(None, found)
