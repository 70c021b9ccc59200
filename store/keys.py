"""
Keys of a store: random secrets in files of mode 0600, made when they are first needed.

They are no part of a commit: a key that a killed writer left is as good as any.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from store.errors import StoreCorrupt
from store.files import io_errors, write_whole
from store.symlinks import NO_FOLLOW, link_refused

KEY_BYTES: Final = 32
MODE: Final = 0o600


def read_key(path: Path) -> bytes | None:
    """Return the key in a file; None where there is none, StoreCorrupt for what is none."""
    if path.is_symlink():
        raise link_refused(path)
    with io_errors(f"read {path}"):
        try:
            number = os.open(path, os.O_RDONLY | NO_FOLLOW)
        except FileNotFoundError:
            return None
        with open(number, "rb") as file:
            key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise StoreCorrupt(f"{path} is damaged", "restore it from a backup")
    return key


def make_key(path: Path) -> bytes:
    """Return the key in a file, which is made if there is none."""
    known = read_key(path)
    if known is not None:
        return known
    key = secrets.token_bytes(KEY_BYTES)
    with io_errors(f"write {path}"):
        try:
            write_whole(path, key, is_new=True, mode=MODE)
        except FileExistsError:
            return make_key(path)
    return key
