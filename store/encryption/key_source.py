"""
Source of the key of an encrypted store, or of a vault: nothing asks for it at a terminal of ours.

`--key-file` and $MEMCLI_KEY_FILE name a file; else the user's settings name one, or a command that
prints the key, as git and age have them for passwords and keys: a password manager, an agent, a
token. A store itself names neither.
"""

from __future__ import annotations

import base64
import os
import secrets
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from store.encryption.settings import read_settings, settings_path
from store.encryption.streams import KEY_BYTES
from store.errors import BadUsage, InputNotFound, KeyRefused, StoreExists
from store.files import io_errors, write_whole
from store.remote.urls import shown

VARIABLE: Final = "MEMCLI_KEY_FILE"
# What memcli makes itself: all of it is random, so that nothing need be stretched.
MADE: Final = b"MEMCLI-KEY-1-"
LARGEST: Final = 64 << 10
COMMAND_WAIT_S: Final = 120.0
SHORTEST_PHRASE: Final = 12


class Secret(NamedTuple):
    """A user's key as it was given: its bytes, whether all of it is random, where it came from."""

    value: bytes
    is_random: bool
    told: str


def find_secret(store_id: str, root: Path, told: str = "the encrypted store") -> Secret:
    """
    Return the user's key for a store; KeyRefused where none is named.

    told: what of the store it is for.
    """
    if named := os.environ.get(VARIABLE):
        return read_secret(Path(named).expanduser())
    settings = read_settings().of_store(store_id)
    if settings.key_file is not None:
        return read_secret(Path(settings.key_file).expanduser())
    if settings.key_command is not None:
        return _printed(settings.key_command)
    raise KeyRefused(
        f"no key is given for {told} {shown(root)}",
        f"name it: --key-file FILE, {VARIABLE}, or key_file in {settings_path()}",
    )


def read_secret(path: Path) -> Secret:
    """Return the key in a file; InputNotFound without it, KeyRefused for one that is empty."""
    with io_errors(f"read the key file {path}"):
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            raise InputNotFound(f"there is no key file {path}", "is its disk there?") from None
    return _secret(data, f"the key in {path}")


def _printed(command: str) -> Secret:
    """Return the key that a command prints, which may ask the user by ways of its own."""
    words = shlex.split(command)
    told = f"what {words[0] if words else command!r} prints"
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=COMMAND_WAIT_S, check=False)
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        raise KeyRefused(f"the key command failed: {error}", f"see {settings_path()}") from None
    if done.returncode:
        what = f"the key command {words[0]} failed with status {done.returncode}"
        raise KeyRefused(what, f"run it by hand; it is in {settings_path()}")
    return _secret(done.stdout, told)


def _secret(data: bytes, told: str) -> Secret:
    if len(data) > LARGEST:
        raise KeyRefused(f"{told} is larger than {LARGEST >> 10} KB", "is it the right file?")
    value = data.removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise KeyRefused(f"{told} is empty", "is it the right one?")
    if not value.startswith(MADE):
        return Secret(value, is_random=False, told=told)
    try:
        key = base64.b32decode(value.removeprefix(MADE).strip() + b"====")
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyRefused(f"{told} is cut off or mistyped", "restore it from a copy")
    return Secret(key, is_random=True, told=told)


def require_strength(secret: Secret) -> None:
    """Raise BadUsage for a passphrase that is guessed too easily, by its length."""
    if not secret.is_random and len(secret.value) < SHORTEST_PHRASE:
        raise BadUsage(
            f"{secret.told} has fewer than {SHORTEST_PHRASE} characters",
            "take several words, or let memcli make a key: --new-key FILE",
        )


def make_key_file(path: Path) -> Secret:
    """Make a file with a new random key, of mode 0600; StoreExists for one that is there."""
    key = secrets.token_bytes(KEY_BYTES)
    line = MADE + base64.b32encode(key).rstrip(b"=") + b"\n"
    with io_errors(f"write the key file {path}"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            write_whole(path, line, is_new=True, mode=0o600)
        except FileExistsError:
            what = f"{path} is there already"
            raise StoreExists(what, "name a new file; none is ever replaced") from None
    return read_secret(path)


def is_open_to_others(path: Path) -> bool:
    """Say whether others can read a key file."""
    with io_errors(f"look at {path}"):
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
