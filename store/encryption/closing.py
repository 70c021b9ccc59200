"""Closing of the encrypted stores that a process has open, before it ends without atexit."""

from __future__ import annotations

import sys


def close_encrypted() -> None:
    """Keep what is not kept yet, and remove what is decrypted; nothing is imported for it."""
    opening = sys.modules.get("store.encryption.opening")
    if opening is not None:
        opening.close_vaults()
