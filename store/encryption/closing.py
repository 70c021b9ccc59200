"""Closing of the encrypted stores that a process has open, before it ends without atexit."""

from __future__ import annotations

import sys


def close_encrypted() -> None:
    """Keep what is not kept yet, and remove what is decrypted; nothing is imported for it."""
    vault = sys.modules.get("store.encryption.vault")
    if vault is not None:
        vault.close_vaults()
