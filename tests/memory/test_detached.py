"""Detached processes: memcli that works on while its caller has ended."""

from __future__ import annotations

import subprocess
import sys
import time

from memcli.memory import detached
from memcli.memory.detached import own_python

CALLER = (
    "from memcli.memory.detached import start_detached; start_detached(['init', '--store', {!r}])"
)


def test_it_works_without_streams_and_its_caller_does_not_wait(tmp_path):
    root = tmp_path / "store"
    command = [sys.executable, "-c", CALLER.format(str(root))]
    # Were a pipe of the caller's left open, this would wait for it, and the store be there.
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    give_up = time.monotonic() + 60
    while not (root / "store.json").exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_no_folder_that_one_is_in_is_taken_for_memcli(tmp_path, monkeypatch):
    (tmp_path / "memcli").mkdir()
    (tmp_path / "memcli" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([*own_python(), "-c", "import memcli"], check=False)
    assert done.returncode == 0


def test_a_checkout_that_one_is_in_runs_itself(monkeypatch):
    monkeypatch.chdir(detached.PACKAGES)
    assert own_python() == [sys.executable]


def test_a_folder_that_is_gone_is_no_checkout(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert own_python() == [sys.executable, "-P"]
