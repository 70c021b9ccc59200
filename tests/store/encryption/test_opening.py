"""Opening: once in a process, and closed however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from store import Store
from store.encryption.key_source import read_secret
from store.encryption.keyring import UserKey
from store.encryption.opening import close_vaults, new_vault, open_vault

WAITS = """
import sys, time
from pathlib import Path
from store import Store
store = Store.open(Path(sys.argv[1]))
print(store.layout.work, flush=True)
time.sleep(60)
"""


def test_it_is_open_once_and_anew_after_it_was_closed(encrypted):
    vault = open_vault(encrypted.layout.root, encrypted.id)
    assert vault is encrypted.layout.vault
    close_vaults()
    again = open_vault(encrypted.layout.root, encrypted.id)
    assert again is not vault
    assert again.work.is_dir()


def test_a_new_one_has_keys_and_nothing_else(key, tmp_path):
    (tmp_path / "new").mkdir()
    vault = new_vault(tmp_path / "new", "abc", UserKey.new(read_secret(key)))
    assert (vault.container.listing(), vault.ring.epoch) == ({}, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_nothing_decrypted(encrypted, save, number, tmp_path):
    save(encrypted, "quarxilon")
    close_vaults()
    command = [sys.executable, "-c", WAITS, str(encrypted.layout.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        work = process.stdout.readline().strip()
        assert os.listdir(work)
        process.send_signal(number)
        assert process.wait(20) == -number
    assert not os.path.exists(work)
    assert Store.open(encrypted.layout.root).head().number == 2
