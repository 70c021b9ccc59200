"""Vault: the container and the copy in memory are kept alike, whoever writes and whoever dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from schemas import tables
from store import Store
from store.backup import back_up, restore_backup
from store.check import check
from store.compact import compact
from store.encryption import keyring
from store.encryption import opening as module
from store.encryption.key_source import Secret, make_key_file
from store.encryption.keyring import UserKey
from store.encryption.opening import close_vaults
from store.errors import KeyRefused, StoreCorrupt, StoreIOError
from store.purge import remove_history, rewrite
from store.repair import repaired
from store.trust import FULL
from tests.support.damage import flip
from tests.support.encrypting import decrypted_files, holding, own_key


def reopened(store: Store) -> Store:
    """Open a store as a new process does, that finds no copy of it."""
    close_vaults()
    return Store.open(store.layout.root, lock_wait_s=0.0)


def places(store: Store, kind: str = "") -> list[Path]:
    """Return the encrypted files of a kind."""
    return sorted(p for p in (store.layout.root / "encrypted" / kind).rglob("*") if p.is_file())


def errors(store: Store) -> list[str]:
    """Return what check says is wrong."""
    return [one.what for one in check(store) if one.severity == "error"]


def test_no_word_is_on_the_disk_and_none_is_lost(encrypted, save, texts):
    save(encrypted, "quarxilon tulips")
    save(encrypted, "zembla harmonium")
    assert texts(reopened(encrypted)) == ["quarxilon tulips", "zembla harmonium"]
    words = ["quarxilon", "zembla", "memories", '"command"']
    assert holding(encrypted.layout.root, words[:2]) == []
    assert [p.name for p in holding(encrypted.layout.root, words[3:])] == []
    assert errors(encrypted) == []


def test_the_copy_is_gone_when_the_process_is(encrypted, save, tmp_path):
    save(encrypted, "quarxilon tulips")
    assert decrypted_files(tmp_path)
    close_vaults()
    assert decrypted_files(tmp_path) == []


def test_a_new_copy_is_what_the_one_before_was(encrypted, save):
    save(encrypted, "a")
    compact(encrypted)
    before = {name: status.st_size for name, status in encrypted.layout.vault.copy.walk().items()}
    again = reopened(encrypted)
    after = {name: status.st_size for name, status in again.layout.vault.copy.walk().items()}
    assert after == before


def test_without_its_key_it_is_not_opened_and_with_another_this_is_named(
    encrypted, monkeypatch, tmp_path
):
    close_vaults()
    other = tmp_path / "other"
    make_key_file(other)
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(other))
    with pytest.raises(KeyRefused, match="other is not the key") as caught:
        Store.open(encrypted.layout.root)
    assert caught.value.status == 65
    monkeypatch.delenv("MEMCLI_KEY_FILE")
    with pytest.raises(KeyRefused, match="no key is given"):
        Store.open(encrypted.layout.root)


@pytest.mark.parametrize("kind", ["objects", "commits"])
def test_a_flipped_bit_is_found_and_named_by_who_reads_and_by_check(encrypted, save, kind):
    save(encrypted, "a")
    close_vaults()
    victim = max(places(encrypted, kind), key=lambda path: path.stat().st_size)
    flip(victim)
    with pytest.raises(StoreCorrupt, match=victim.name):
        reopened(encrypted).head()
    found = [one for one in check(reopened(encrypted)) if one.severity == "error"]
    assert found[0].file == f"encrypted/{kind}/{victim.name}"


def test_a_bit_that_flips_while_a_copy_is_there_is_found_too(encrypted, save, texts):
    save(encrypted, "a")
    victim = max(places(encrypted, "objects"), key=lambda path: path.stat().st_size)
    flip(victim)
    assert any(victim.name in what for what in errors(encrypted))
    encrypted.layout.vault.is_tolerant = False


def test_a_repair_writes_anew_what_the_copy_has(encrypted, save, texts, tmp_path):
    save(encrypted, "a")
    victim = max(places(encrypted, "objects"), key=lambda path: path.stat().st_size)
    flip(victim)
    done = repaired(encrypted.layout.root, FULL, tmp_path / "copy")
    assert any(victim.name in step for step in done.steps)
    assert (texts(reopened(encrypted)), errors(encrypted)) == (["a"], [])


@pytest.mark.parametrize("kind", ["objects", "commits"])
def test_a_repair_saves_what_can_be_saved(encrypted, save, texts, tmp_path, kind):
    for text in ("a", "b", "c"):
        save(encrypted, text)
    compact(encrypted)
    close_vaults()
    victims = places(encrypted, kind)
    victim = victims[-1] if kind == "commits" else max(victims, key=lambda p: p.stat().st_size)
    flip(victim)
    done = repaired(encrypted.layout.root, FULL, tmp_path / "copy")
    assert done.left == []
    assert sorted(texts(reopened(encrypted))) == ["a", "b", "c"]
    assert errors(encrypted) == []


def test_a_damaged_copy_of_the_keys_is_told_and_written_anew(encrypted, save, texts):
    close_vaults()
    flip(encrypted.layout.root / "encrypted" / "keyring")
    again = reopened(encrypted)
    assert [one.file for one in check(again)] == ["encrypted/keyring"]
    save(again, "a")
    assert list(check(reopened(encrypted))) == []


def test_what_a_writer_left_that_died_is_gone_for_the_next(encrypted, save, texts, memories):
    save(encrypted, "a")

    def die() -> None:
        with encrypted.transaction("write") as writing:
            writing.append("memories", memories("debris"))
            writing.roll_back = lambda: None  # as one that is killed
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    save(encrypted, "b")
    assert texts(encrypted) == texts(reopened(encrypted)) == ["a", "b"]
    assert errors(encrypted) == []


def test_one_process_sees_what_another_with_a_copy_of_its_own_writes(
    encrypted, save, texts, tmp_path
):
    save(encrypted, "a")
    first = encrypted
    vault = first.layout.vault
    module._open.clear()  # as another process
    with own_key(tmp_path / "elsewhere") as other:
        other.write_bytes((tmp_path / "key").read_bytes())
        second = Store.open(first.layout.root, lock_wait_s=0.0)
        assert second.layout.work != first.layout.work
        save(second, "b")
        assert texts(first) == ["a", "b"]
        save(first, "c")
        compact(first, keep_commits=1)
        assert texts(second) == ["a", "b", "c"]
        save(second, "d")
        assert texts(first) == ["a", "b", "c", "d"]
        assert errors(second) == []
        second.layout.vault.is_tolerant = False
        purge(second, "b")
        assert texts(first) == ["a", "c", "d"]
        save(first, "e")
        assert texts(second) == ["a", "c", "d", "e"]
    vault.close()
    assert texts(reopened(first)) == ["a", "c", "d", "e"]
    assert errors(first) == []


def purge(store: Store, text: str) -> None:
    """Purge a memory, as far as the store does it."""
    with store.transaction("forget", {"purge": [1]}, may_shrink=True) as transaction:
        rewrite(
            transaction,
            lambda name, batch: (
                batch.filter(pc.not_equal(batch["text"], text)) if name == "memories" else batch
            ),
        )
        remove_history(store)


def test_a_purge_destroys_the_keys_of_what_was_before(encrypted, save, texts, tmp_path):
    save(encrypted, "a")
    save(encrypted, "secret")
    ring = encrypted.layout.vault.ring
    before, old_key = dict(ring.epochs), ring.epochs[1]
    copy = tmp_path / "recovered"  # of the disk's blocks, before the purge
    shutil.copytree(encrypted.layout.root / "encrypted", copy)
    purge(encrypted, "secret")
    again = reopened(encrypted)
    after = again.layout.vault.ring
    assert set(before) == {1}
    assert set(after.epochs) == {2}
    assert old_key not in after.epochs.values()
    assert not after.destroyed_before
    container = again.layout.vault.container
    assert set(container.epochs_of(container.listing()).values()) == {2}
    container.folder = copy
    unreadable = 0
    for place in container.listing():
        with pytest.raises(Exception, match="key of its epoch"):
            container.verify(place)
        unreadable += 1
    assert unreadable > 20
    container.folder = again.layout.root / "encrypted"
    assert (texts(again), errors(again)) == (["a"], [])


def test_another_key_of_the_users_opens_it_and_the_one_before_does_not(
    encrypted, save, texts, key, tmp_path
):
    save(encrypted, "a")
    secret = Secret(b"correct horse battery staple", is_random=False, told="the phrase")
    with encrypted.locked():
        encrypted.layout.vault.rekey(UserKey.new(secret, log_n=10))
    with pytest.raises(KeyRefused):
        reopened(encrypted)
    key.write_bytes(secret.value)
    again = reopened(encrypted)
    assert (texts(again), again.layout.vault.ring.epoch) == (["a"], 2)


def test_a_backup_is_encrypted_too_and_a_store_is_made_of_it(encrypted, save, texts, tmp_path):
    save(encrypted, "quarxilon tulips")
    made = back_up(encrypted, tmp_path / "backup", may_link=True)
    assert made.linked > 10
    assert holding(tmp_path / "backup", ["quarxilon"]) == []
    for name in keyring.COPIES:  # what is purged later is to be readable in the backup
        assert (tmp_path / "backup" / "encrypted" / name).stat().st_nlink == 1
    purge(encrypted, "quarxilon tulips")
    assert texts(Store.open(tmp_path / "backup")) == ["quarxilon tulips"]
    restore_backup(tmp_path / "backup", tmp_path / "restored")
    assert texts(Store.open(tmp_path / "restored")) == ["quarxilon tulips"]
    assert errors(Store.open(tmp_path / "restored")) == []


def test_an_earlier_state_that_was_put_in_its_place_is_read(encrypted, save, texts, tmp_path):
    save(encrypted, "a")
    earlier = tmp_path / "earlier"
    shutil.copytree(encrypted.layout.root / "encrypted", earlier)
    save(encrypted, "b")
    vault = encrypted.layout.vault
    shutil.rmtree(encrypted.layout.root / "encrypted")
    shutil.copytree(earlier, encrypted.layout.root / "encrypted")
    module._open.clear()
    assert texts(Store.open(encrypted.layout.root)) == ["a"]
    vault.close()


def test_recalls_are_kept_and_may_be_lost(encrypted, save, texts, tmp_path):
    save(encrypted, "a")
    schema = tables.accesses()
    row = {field.name: None for field in schema} | {"id": "a", "query": "quarxilon"}
    row |= {f.name: encrypted.head().time for f in schema if pa.types.is_timestamp(f.type)}
    encrypted.record_accesses(pa.Table.from_pylist([row], schema=schema))
    again = reopened(encrypted)
    assert again.snapshot().read("accesses", ["query"])["query"].to_pylist() == ["quarxilon"]
    assert holding(again.layout.root, ["quarxilon"]) == []
    close_vaults()
    for path in places(encrypted, "aside"):
        flip(path)
    assert texts(reopened(encrypted)) == ["a"]
    assert repaired(encrypted.layout.root, FULL, tmp_path / "copy").left == []
    assert (texts(reopened(encrypted)), list(check(encrypted))) == (["a"], [])


def test_a_full_disk_costs_the_command_that_filled_it_and_nothing_else(
    encrypted, save, texts, limited, memories
):
    save(encrypted, "a")
    before = {p.name for p in places(encrypted, "objects")}

    def write(fill) -> None:
        with encrypted.transaction("write") as transaction:
            transaction.append("memories", memories("b" * 500))
            fill()
            transaction.publish()

    with limited(2_000) as fill, pytest.raises(StoreIOError):
        write(fill)
    save(encrypted, "c")
    assert texts(reopened(encrypted)) == ["a", "c"]
    assert before <= {p.name for p in places(encrypted, "objects")}
    assert errors(encrypted) == []


def test_too_little_room_in_memory_is_told(encrypted, monkeypatch):
    close_vaults()
    monkeypatch.setattr("store.encryption.working_copy.WorkingCopy.room", lambda self: 100)
    with pytest.raises(StoreIOError, match="needs 0 MB more"):
        Store.open(encrypted.layout.root)


def test_what_a_killed_writer_had_no_name_for_yet_goes(encrypted, save):
    folder = encrypted.layout.root / "encrypted"
    for kind in ("objects", "commits", "aside"):
        (folder / kind / ".x.1-1.tmp").write_bytes(b"x")
    save(encrypted, "a")
    # Beside the lock, another process may be writing it now.
    assert [path.parent.name for path in folder.glob("*/.*.tmp")] == ["aside"]
