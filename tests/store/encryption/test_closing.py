"""Closing: what is decrypted goes before the process does."""

from __future__ import annotations

import subprocess
import sys

from store.encryption.closing import close_encrypted


def test_all_that_is_open_is_closed(encrypted):
    work = encrypted.layout.work
    assert work.is_dir()
    close_encrypted()
    assert not work.exists()


def test_nothing_is_loaded_for_it():
    code = "import sys; from store.encryption.closing import close_encrypted; close_encrypted();"
    code += "print([n for n in sys.modules if 'cryptography' in n or n.endswith('opening')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
