"""Identity of an encrypted store: whether a folder is one, as cheaply as hooks have to know it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from store.errors import StoreIOError
from store.sealing import unsealed

# Of store.json; an earlier program does not know it.
ENCRYPTED_FORMAT: Final = 2
# As store.remote.urls has it, of one in a bucket.
SEALED_FORMAT: Final = 4


def encrypted_id(root: str | Path) -> str | None:
    """Return the id of an encrypted store; None for a plain one, or where it cannot be read."""
    try:
        with open(os.path.join(root, "store.json"), "rb") as file:
            identity = unsealed(file.read())
        return (
            str(identity["id"]) if identity["format"] in (ENCRYPTED_FORMAT, SEALED_FORMAT) else None
        )
    except (OSError, ValueError, KeyError):
        return None


def require_locks() -> None:
    """Raise StoreIOError on systems without the file locks by which a decrypted copy is shared."""
    if sys.platform == "win32":
        raise StoreIOError("encrypted stores need a system with flock", "use Linux, macOS or WSL")
