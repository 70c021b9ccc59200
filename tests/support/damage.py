"""Damage done to a store on purpose."""

from __future__ import annotations

import json
import random
from pathlib import Path

from store import Store
from store.commits import commit_path
from store.sealing import unsealed


def newest(store: Store, pattern: str) -> Path:
    """Return the newest file of a pattern below the tables."""
    return max(store.layout.tables.glob(pattern), key=lambda path: path.stat().st_mtime_ns)


def flip(path: Path, chance: random.Random | None = None) -> None:
    """Flip a bit in the middle of a file, or one that chance chooses."""
    data = bytearray(path.read_bytes())
    place, bit = (len(data) // 2, 2) if chance is None else _chosen(len(data), chance)
    data[place] ^= 1 << bit
    path.write_bytes(data)


def _chosen(n_bytes: int, chance: random.Random) -> tuple[int, int]:
    return chance.randrange(n_bytes), chance.randrange(8)


def without_digests(store: Store) -> None:
    """Write the commits as an earlier program did."""
    for commit in list(store.commits()):
        path = commit_path(store.layout.commits, commit.number)
        record = unsealed(path.read_bytes())
        record.pop("files", None)
        path.write_text(json.dumps(record) + "\n")
