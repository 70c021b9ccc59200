"""
Digests of the files of tables, which each commit has of what it wrote.

A file of a table is never changed once it is written, so one whose digest is another is damaged.
BLAKE2b does a gigabyte a second: to read all of a store costs less than to open its tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from store.sealing import DIGEST_BYTES

CHUNK_BYTES: Final = 1 << 20
# Lance writes it anew with each version, and does without it.
CHANGING: Final = "latest_version_hint.json"

# By the path below tables/.
Digests = dict[str, str]


def digest(path: str | Path) -> str:
    """Return the digest of a file."""
    found = blake2b(digest_size=DIGEST_BYTES)
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def digests(paths: Iterable[str], tables: Path) -> Digests:
    """Return the digests of files below tables/, but for those that Lance writes again."""
    kept = (path for path in sorted(paths) if os.path.basename(path) != CHANGING)
    return {os.path.relpath(path, tables): digest(path) for path in kept}


def is_as_written(path: str | Path, expected: str) -> bool:
    """Say whether a file is as its digest says; FileNotFoundError without one."""
    return digest(path) == expected


def latest(by_commit: Iterable[Mapping[str, str]]) -> Digests:
    """Return the digests that hold: what a later commit says of a file counts."""
    found: Digests = {}
    for named in by_commit:
        found.update(named)
    return found
