"""Encrypted stores of tests: a key, and folders of their own to decrypt to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.encryption.key_source import make_key_file
from store.encryption.opening import close_vaults
from store.errors import MemcliError


@contextmanager
def own_key(folder: Path, more: str = "") -> Iterator[Path]:
    """Make a key that is found by itself, and settings with a folder to decrypt to; yield it."""
    config, runtime = folder / "config", folder / "runtime"
    (config / "memcli").mkdir(parents=True, exist_ok=True)
    runtime.mkdir(exist_ok=True)
    settings = config / "memcli" / "encryption.toml"
    settings.write_text(f'folder = "{runtime}"\non_disk = true\n{more}')
    settings.chmod(0o600)
    key = folder / "key"
    if not key.exists():
        make_key_file(key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(config))
        patch.setenv("MEMCLI_KEY_FILE", str(key))
        try:
            yield key
        finally:
            close_vaults()


def decrypted_files(folder: Path) -> list[Path]:
    """Return what is in plain below the folder that stores are decrypted to."""
    return sorted(path for path in (folder / "runtime").rglob("store/**/*") if path.is_file())


def holding(folder: Path, words: Sequence[str]) -> list[Path]:
    """Return the files below a folder that hold one of some words in plain."""
    wanted = [word.encode() for word in words]
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if any(word in path.read_bytes() for word in wanted)]


def failure(call: object, *arguments: object) -> MemcliError | None:
    """Return the error that a call fails with."""
    try:
        call(*arguments)  # type: ignore[operator]
    except MemcliError as error:
        return error
    return None
