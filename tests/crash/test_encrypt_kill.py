"""An encrypted store, killed at any step: of its making, its writing, its undoing, its purges."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store
from store.encryption.identity import encrypted_id
from store.encryption.opening import close_vaults
from tests.support.encrypting import holding, own_key
from tests.support.killer import Killer, content, errors, run_until
from tests.support.program import MEMCLI, run_here

WORDS = ("turn 0 of a", "turn 1 of a")
# Deaths between turning points look alike: some of them are enough. KILL_EVERY=1 takes all.
EVERY = int(os.environ.get("KILL_EVERY", "400"))


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Iterator[Path]:
    """The key of all stores here, with a folder to decrypt to."""
    with own_key(tmp_path_factory.mktemp("key")) as path:
        yield path


@pytest.fixture(scope="module")
def sealed_store(key, small_store, tmp_path_factory) -> Path:
    """The small store, encrypted."""
    path = tmp_path_factory.mktemp("sealed") / "store"
    shutil.copytree(small_store, path)
    run_here("encrypt", "--store", path)
    close_vaults()
    return path


class RealKiller(Killer):
    """Kills a command for real at each of its points, and copies nothing before its steps."""

    def __init__(self, folder: Path, before: Path, key: Path, *words: object) -> None:
        command = [*MEMCLI, *map(str, words), "--store", "STORE", "--quiet", "--key-file", str(key)]
        self.folder, self.command, self.before = folder, command, before
        folder.mkdir(exist_ok=True)
        self.whole = self._copy("whole")
        done, self.steps = run_until(self.on(self.whole), self.whole)
        assert done.returncode == 0, done.stderr
        self.kinds = [step.split()[0] for step in self.steps]

    def deaths(self, mark: str = "/store.json") -> Iterator[tuple[str, Path]]:
        """Die at the steps around the one that counts and at some of the others; yield each."""
        last = max((at for at, kind in enumerate(self.kinds, 1) if kind == "link"), default=0)
        named = [
            at
            for at, step in enumerate(self.steps, 1)
            if mark in step and step.startswith("replace")
        ]
        chosen = {*self.points()[EVERY // 2 :: EVERY]}
        chosen |= {at + by for at in (*named, last) for by in (0, 1)} & {*self.points()}
        for at in sorted(chosen):
            yield self.steps[at - 1], self.victim(at)


def finish(one: Killer, path: Path) -> None:
    """Run the command again, as whoever was interrupted does."""
    run_here(*one.on(path)[3:])


def looked_at(path: Path) -> dict[str, object]:
    """Return what a store holds, as a new process finds it."""
    close_vaults()
    return content(path)


def test_a_killed_conversion_loses_nothing_and_is_done_when_it_is_run_again(
    key, small_store, sealed_store, tmp_path
) -> None:
    whole = content(small_store)
    for words, before in (("encrypt", small_store), ("decrypt", sealed_store)):
        one = RealKiller(tmp_path / words, before, key, words)
        forms = []
        for _, path in one.deaths():
            assert looked_at(path) == whole
            forms.append(encrypted_id(path) is not None)
            finish(one, path)
            assert looked_at(path) == whole
            assert errors(path) == []
            is_encrypted = words == "encrypt"
            assert (encrypted_id(path) is not None) == is_encrypted
            assert bool(holding(path, WORDS)) != is_encrypted
            close_vaults()
            shutil.rmtree(path)
        assert set(forms) == {True, False}
        assert forms == sorted(forms, reverse=words == "decrypt")


def test_a_killed_writer_loses_nothing(key, sealed_store, inputs, tmp_path) -> None:
    one = RealKiller(tmp_path, sealed_store, key, "add", "the quarxilon is blue", "--session", "a")
    before, after = content(sealed_store), looked_at(one.whole)
    assert len(after["memories"]) == len(before["memories"]) + 1
    seen = []
    for step, path in one.deaths():
        left = looked_at(path)
        is_done = len(left["memories"]) > len(before["memories"])
        assert is_done or left == before, step
        seen.append(is_done)
        assert holding(path, [*WORDS, "quarxilon"]) == []
        finish(one, path)
        assert len(looked_at(path)["memories"]) >= len(after["memories"])
        assert errors(path) == [], step
        close_vaults()
        shutil.rmtree(path)
    assert set(seen) == {True, False}
    assert seen == sorted(seen)


def test_a_killed_purge_is_done_and_its_keys_go_with_the_next(key, sealed_store, tmp_path) -> None:
    (gone,) = [row["id"] for row in content(sealed_store)["memories"] if row["text"] == WORDS[1]]
    one = RealKiller(tmp_path, sealed_store, key, "forget", "--purge", gone)
    before, after = content(sealed_store), looked_at(one.whole)
    for step, path in one.deaths():
        assert looked_at(path) in (before, after), step
        if looked_at(path) == before:
            finish(one, path)
        run_here("compact", "--store", path, "--quiet")
        assert looked_at(path) == after, step
        assert errors(path) == [], step
        vault = Store.open(path).layout.vault
        assert vault is not None
        assert 1 not in vault.ring.epochs, step
        assert run_here("check", "--purged", WORDS[1], "--store", path).records == []
        close_vaults()
        shutil.rmtree(path)


def test_a_killed_change_of_keys_leaves_one_that_opens_it(key, sealed_store, tmp_path) -> None:
    new = tmp_path / "new"
    new.write_text("MEMCLI-KEY-1-" + "A" * 52 + "\n")
    one = RealKiller(tmp_path / "k", sealed_store, key, "encrypt", "--rekey", "--new-key", new)
    whole = content(sealed_store)
    seen = []
    for _, path in one.deaths("/keyring"):
        opened = []
        for each in (key, new):
            close_vaults()
            env = {"MEMCLI_KEY_FILE": str(each)}
            done = run_log(path, env)
            opened.append(done)
        assert opened.count(0) == 1
        seen.append(opened.index(0))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MEMCLI_KEY_FILE", str((key, new)[opened.index(0)]))
            assert looked_at(path) == whole
            run_here("add", "after it", "--store", path, "--quiet")
            assert errors(path) == []
        close_vaults()
        shutil.rmtree(path)
    assert (set(seen), seen) == ({0, 1}, sorted(seen))


def run_log(path: Path, env: dict[str, str]) -> int:
    """Return the status with which a command opens a store, 0 or 65."""
    try:
        run_here("log", "--store", path, env=env)
    except AssertionError:
        run_here("log", "--store", path, env=env, status=65)
        return 65
    return 0
