"""
Leftovers: what a store has in plain, which in an encrypted one a killed conversion has left.

Once `store.json` says that a store is encrypted, all of it is in the container, and was compared.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from store.files import io_errors, sync

FOLDERS: Final = ("tables", "commits", "cache")
FILES: Final = ("*.key", "tmp????????", "hooks/spool.jsonl", "hooks/taken-*.jsonl", "hooks/log*")


def plain_parts(root: Path) -> Iterator[Path]:
    """Yield the files and folders of a store that hold what was said, or keys, in plain."""
    yield from (path for name in FOLDERS if (path := root / name).exists())
    for pattern in FILES:
        yield from sorted(root.glob(pattern))


def remove_plain(root: Path) -> int:
    """Remove them; return how many there were."""
    count = 0
    with io_errors(f"remove what is in plain in {root}"):
        for path in plain_parts(root):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            count += 1
        if count:
            sync(root)
    return count
