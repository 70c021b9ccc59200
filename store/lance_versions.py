"""
Versions of a Lance table as files on disk, some of which a power loss may have torn.

Lance fsyncs nothing, so the newest version may be half written, or a version of a commit be gone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store._lance import Table
from store.errors import InputNotFound, StoreCorrupt
from store.lance_errors import lance_errors
from store.wholeness import has_torn_data

if TYPE_CHECKING:
    import pyarrow as pa

# Where Lance keeps them inside a table.
VERSIONS: Final = "_versions"
MAX_VERSION: Final = 2**64 - 1
MANIFEST_END: Final = b"LANC"
_DIGITS: Final = re.compile(r"\d{20}")


def manifest_path(path: Path, version: int) -> Path:
    """Return where Lance keeps a version: 20 digits, so that the newest sorts first."""
    return path / VERSIONS / f"{MAX_VERSION - version:020}.manifest"


def manifest_version(manifest: str | Path) -> int:
    """Return the version of a manifest by its file name, 0 for a name of another form."""
    name, _ = os.path.splitext(os.path.basename(manifest))
    return MAX_VERSION - int(name) if _DIGITS.fullmatch(name) else 0


def is_newest(path: Path, version: int, files: Iterable[str]) -> bool:
    """Tell whether a version is the newest of a table by the names of its files, and not torn."""
    versions = (manifest_version(file) for file in files if file.endswith(".manifest"))
    return max(versions, default=0) == version and _is_whole(manifest_path(path, version))


def _is_whole(manifest: Path) -> bool:
    with manifest.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(MANIFEST_END)))
        return file.read() == MANIFEST_END


def remove_torn_versions(name: str, path: Path, after: int = 0) -> None:
    """
    Remove the versions after one that a power loss left half written.

    Lance fsyncs nothing, and neither writes nor cleans up beside a version it cannot read.
    """
    for manifest in (path / VERSIONS).glob("*.manifest"):
        version = manifest_version(manifest)
        if version > after and not opens(name, path, version):
            with lance_errors(f"mend table {name}"):
                manifest.unlink(missing_ok=True)


def opens(name: str, path: Path, version: int) -> bool:
    """Say whether a version can be read."""
    try:
        whole = _is_whole(manifest_path(path, version))
        return whole and Table.open(name, path, version).version == version
    except (FileNotFoundError, StoreCorrupt):
        return False


def make(name: str, path: Path, schema: pa.Schema) -> Table:
    """Make an empty table with its indexes."""
    return Table.create(name, path, schema)


def open_mended(name: str, path: Path) -> Table:
    """Open the newest version of a table that is whole, and make it the newest of all."""
    try:
        table = Table.open(name, path)
    except StoreCorrupt:
        remove_torn_versions(name, path)
        table = Table.open(name, path)
    if has_torn_data(table, path) and (whole := _newest_whole(name, path)):
        whole.restore(whole.version)
        return whole
    return table


def open_whole(name: str, path: Path) -> Table:
    """Open the newest version of a table that is whole, the newest of all where none is."""
    with suppress(StoreCorrupt):
        table = Table.open(name, path)
        if not has_torn_data(table, path):
            return table
    return _newest_whole(name, path) or Table.open(name, path)


def _newest_whole(name: str, path: Path) -> Table | None:
    versions = (manifest_version(manifest) for manifest in (path / VERSIONS).glob("*.manifest"))
    tables = (Table.open(name, path, v) for v in sorted(versions)[::-1] if opens(name, path, v))
    return next((table for table in tables if not has_torn_data(table, path)), None)


def open_at(name: str, path: Path, version: int) -> Table:
    """Open a version that a commit names; InputNotFound when it was compacted away."""
    try:
        return Table.open(name, path, version)
    except StoreCorrupt as error:
        if manifest_path(path, version).exists() or not (path / VERSIONS).is_dir():
            raise
        raise InputNotFound(
            f"version {version} of {name} is gone", "it was compacted away; see memcli log"
        ) from error
