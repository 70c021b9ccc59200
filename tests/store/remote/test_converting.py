"""A store in a bucket that is encrypted, decrypted, or gets another key, beside other machines."""

from __future__ import annotations

import pytest

from store.encryption.key_source import make_key_file, read_secret
from store.encryption.opening import close_vaults
from store.errors import FormChanged, KeyRefused, StoreLocked
from store.remote import converting
from store.remote.converting import decrypt_in_bucket, encrypt_in_bucket, remove_other_forms
from tests.support.bucket_writers import errors, written
from tests.support.encrypting import own_key
from tests.support.memory_objects import Killed


@pytest.fixture
def keyed(machines, tmp_path):
    """Machines and a store in plain; a key that is found by itself."""
    with own_key(tmp_path):
        yield machines
        close_vaults()


def begin(machines, name: str):
    """Return the store as a process that begins on a machine opens it."""
    close_vaults()
    return machines.open(name)


def encrypt(store, folder) -> int:
    return encrypt_in_bucket(store, read_secret(folder / "key"), lambda n: None)


def holds(machines, word: bytes) -> bool:
    return any(word in data for data, _ in machines.objects.kept.values())


def test_encrypted_and_decrypted_it_is_the_same(keyed, memories, texts, tmp_path):
    written(keyed.open("a"), memories, "one", "two")
    assert texts(keyed.open("b")) == ["one", "two"]
    assert encrypt(keyed.open("a"), tmp_path) > 10
    assert not holds(keyed, b"two")
    copy, opened = keyed.at("b"), keyed.open("b")
    with pytest.raises(FormChanged, match="was encrypted or decrypted"):
        opened.head()
    assert not any(b"two" in path.read_bytes() for path in copy.rglob("*") if path.is_file())
    assert texts(opened.opened_again()) == ["one", "two"], "as what stays open does, like `serve`"
    assert texts(begin(keyed, "b")) == texts(begin(keyed, "a")) == ["one", "two"]
    written(begin(keyed, "b"), memories, "three")
    assert errors(begin(keyed, "c")) == []
    assert texts(keyed.open("c"), at=2) == ["one", "two"]
    decrypt_in_bucket(begin(keyed, "c"), lambda n: None)
    assert not any("encrypted" in name for name in keyed.objects.kept)
    with pytest.raises(StoreLocked):
        begin(keyed, "a").head()
    assert texts(begin(keyed, "a")) == ["one", "two", "three"]
    assert errors(keyed.open("a")) == []


def test_another_key_opens_it_and_the_old_one_nothing(
    keyed, memories, texts, tmp_path, monkeypatch
):
    written(keyed.open("a"), memories, "one")
    encrypt(keyed.open("a"), tmp_path)
    texts(begin(keyed, "b"))
    secret = make_key_file(tmp_path / "new")
    encrypt_in_bucket(begin(keyed, "a"), secret, lambda n: None)
    with pytest.raises(StoreLocked):
        begin(keyed, "b").head()
    with pytest.raises(KeyRefused):
        begin(keyed, "b")
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(tmp_path / "new"))
    assert texts(begin(keyed, "b")) == ["one"]


def test_a_writer_that_is_faster_is_in_it(keyed, memories, texts, tmp_path):
    other, raced = keyed.open("b"), []
    other.head()

    def race(kind: str, name: str) -> None:
        if kind == "put" and name == "commits/00000002.json" and not raced:
            raced.append(name)
            written(other, memories, "faster")

    store = keyed.open("a")
    keyed.objects.before = race
    encrypt(store, tmp_path)
    keyed.objects.before = lambda kind, name: None
    assert raced
    assert texts(begin(keyed, "c")) == ["faster"]
    assert errors(keyed.open("c")) == []


@pytest.mark.parametrize(
    ("at", "is_done"),
    [
        pytest.param("commits/00000003.json", False, marks=pytest.mark.soak),
        pytest.param("commits/00000003.json", True, marks=pytest.mark.soak),
        ("store.json", False),
        ("store.json", True),
    ],
)
def test_whoever_is_killed_leaves_a_store_that_can_be_read(
    keyed, memories, texts, tmp_path, at, is_done
):
    written(keyed.open("a"), memories, "harmonium")

    def die(kind: str, name: str) -> None:
        if kind == "put" and name == at:
            raise Killed

    setattr(keyed.objects, "after" if is_done else "before", die)
    with pytest.raises(Killed):
        encrypt(keyed.open("a"), tmp_path)
    keyed.objects.before = keyed.objects.after = lambda kind, name: None
    is_claimed, is_encrypted = at == "store.json" or is_done, at == "store.json" and is_done
    assert texts(begin(keyed, "c")) == ["harmonium"]
    if is_encrypted:
        left = remove_other_forms(keyed.objects, keyed.open("c").layout.remote.form, -1.0)
        assert left > 10
    elif is_claimed:
        with pytest.raises(StoreLocked, match="is being encrypted"):
            written(keyed.open("c"), memories, "late")
    if not is_encrypted:
        encrypt(begin(keyed, "b"), tmp_path)
        remove_other_forms(keyed.objects, begin(keyed, "b").layout.remote.form, -1.0)
    assert not holds(keyed, b"harmonium")
    written(begin(keyed, "d"), memories, "after")
    assert texts(begin(keyed, "e")) == ["harmonium", "after"]


def test_what_may_be_of_one_at_work_stays(keyed):
    keyed.objects.put("encrypted-1/tables/x", b"")
    assert remove_other_forms(keyed.objects, "", 1.0) == 0
    assert remove_other_forms(keyed.objects, "encrypted-1", -1.0) > 5
    assert [name for name in keyed.objects.kept if "/" in name] == ["encrypted-1/tables/x"]
    assert converting.SEALED == "encrypted-"
