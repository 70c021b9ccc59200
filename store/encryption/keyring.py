"""
Keyring: the keys of a store's files, in one small file that the user's key encrypts.

A key of the user's opens the ring, the ring has a key for each epoch, and from the epoch's key each
file has its own. So another key of the user's costs the writing of this file alone, and what was
encrypted in an epoch cannot be read any more once its key is gone from the ring: a purge begins a
new epoch, writes what stays in it, and destroys the keys of those before.

There are two copies, for without one nothing can be read. What was there before is written over
before its blocks are given back; a disk that writes elsewhere (flash, copy on write) may keep it
all the same, and who has both such a block and the user's key has the keys in it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from store.encryption.key_source import Secret
from store.encryption.streams import KEY_BYTES
from store.errors import KeyRefused, StoreCorrupt
from store.files import io_errors, write_whole
from store.sealing import sealed, unsealed

COPIES: Final = ("keyring", "keyring.copy")
FORMAT: Final = 1
# 128 MB and about half a second: OWASP's Password Storage Cheat Sheet, for scrypt.
LOG_N: Final = 17
# What stands in plain, and is authenticated with the rest.
ABOUT: Final = ("format", "store", "kdf", "log_n", "salt", "check", "generation")
HKDF_NAME, SCRYPT_NAME = "hkdf-sha256", "scrypt"


class UserKey(NamedTuple):
    """What a user's key comes to: what encrypts a ring, and by which it is known for the right."""

    salt: bytes
    kdf: str
    log_n: int
    wrapping: bytes
    check: str

    @classmethod
    def of(cls, secret: Secret, salt: bytes, kdf: str, log_n: int) -> UserKey:
        """Derive it; a secret that people can remember costs time and memory to guess."""
        base = secret.value
        if kdf == SCRYPT_NAME:
            base = Scrypt(salt=salt, length=KEY_BYTES, n=1 << log_n, r=8, p=1).derive(base)
        wrapping, check = (_derived(base, salt, use) for use in (b"keyring", b"check"))
        return cls(salt, kdf, log_n, wrapping, check.hex()[:32])

    @classmethod
    def new(cls, secret: Secret, log_n: int = LOG_N) -> UserKey:
        """Derive it for a new ring."""
        kdf = HKDF_NAME if secret.is_random else SCRYPT_NAME
        return cls.of(secret, secrets.token_bytes(16), kdf, log_n)


def _derived(base: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"memcli: " + use).derive(base)


@dataclass
class Keyring:
    """
    The keys of a store.

    names: the key of what files are called; epochs: the keys of files; destroyed_before: the epoch
    before which all keys are to go, 0 for none; generation: how often it was written.
    """

    store_id: str
    names: bytes
    epochs: dict[int, bytes]
    destroyed_before: int = 0
    generation: int = 0
    unreadable: list[str] = field(default_factory=list)

    @classmethod
    def new(cls, store_id: str) -> Keyring:
        """Return the ring of a new store."""
        return cls(store_id, secrets.token_bytes(KEY_BYTES), {1: secrets.token_bytes(KEY_BYTES)})

    @property
    def epoch(self) -> int:
        """The epoch that new files are of."""
        return max(self.epochs)

    def begin_epoch(self) -> None:
        """Encrypt from now on by a new key."""
        self.epochs[self.epoch + 1] = secrets.token_bytes(KEY_BYTES)

    def written(self, user: UserKey) -> bytes:
        """Return it as its file holds it."""
        content = {
            "names": self.names.hex(),
            "epochs": {str(number): key.hex() for number, key in self.epochs.items()},
            "destroyed_before": self.destroyed_before,
        }
        nonce = secrets.token_bytes(12)
        about = {
            "format": FORMAT,
            "store": self.store_id,
            "kdf": user.kdf,
            "log_n": user.log_n,
            "salt": user.salt.hex(),
            "check": user.check,
            "generation": self.generation,
        }
        ring = AESGCM(user.wrapping).encrypt(nonce, json.dumps(content).encode(), _bound(about))
        return sealed({**about, "nonce": nonce.hex(), "ring": ring.hex()})

    def save(self, folder: Path, user: UserKey) -> None:
        """Write both copies, durably, and wipe what was there."""
        self.generation += 1
        for name in COPIES:
            with io_errors(f"write {folder / name}"):
                _replace_wiping(folder / name, self.written(user))
        self.unreadable = []


def _bound(about: dict[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True).encode()


def _replace_wiping(path: Path, data: bytes) -> None:
    """Put a file in the place of one whose bytes are then written over, unless it is a link."""
    with suppress(FileNotFoundError):
        with open(path, "r+b") as old:
            write_whole(path, data)
            status = os.fstat(old.fileno())
            if not status.st_nlink:
                old.write(os.urandom(status.st_size))
                old.flush()
                os.fsync(old.fileno())
        return
    write_whole(path, data)


def load(folder: Path, secret: Secret) -> tuple[Keyring, UserKey]:
    """
    Return the ring in a folder and the key that opens it.

    KeyRefused where the secret is not the one, StoreCorrupt where both copies are damaged.
    """
    records = dict(_records(folder))
    whole = {name: record for name, record in records.items() if record is not None}
    if not whole:
        raise StoreCorrupt(
            f"both copies of {folder / COPIES[0]} are damaged or missing",
            "restore it from a backup: without it nothing of the store can be read",
        )
    users = {made: UserKey.of(secret, *made) for made in set(map(_made_by, whole.values()))}
    opened: dict[str, tuple[Keyring, UserKey]] = {}
    for name, record in whole.items():
        user = users[_made_by(record)]
        with suppress(InvalidTag, ValueError, KeyError):
            if user.check == record["check"]:
                opened[name] = _ring(record, user), user
    newest = max(record["generation"] for record in whole.values())
    # Of two that are not alike, the one written last counts: a change of keys was cut short.
    if newest > max((ring.generation for ring, _ in opened.values()), default=-1):
        raise KeyRefused(
            f"{secret.told} is not the key of this store",
            "give the right one: --key-file, MEMCLI_KEY_FILE, or encryption.toml",
        )
    ring, user = max(opened.values(), key=lambda one: one[0].generation)
    ring.unreadable = [n for n in COPIES if n not in opened or opened[n][0] != ring]
    return ring, user


def _made_by(record: dict[str, Any]) -> tuple[bytes, str, int]:
    """Return what a copy says of how the user's key was made into its own."""
    return bytes.fromhex(record["salt"]), record["kdf"], record["log_n"]


def _records(folder: Path) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Yield the copies as they are written, None for one that is damaged or missing."""
    for name in COPIES:
        try:
            record = unsealed((folder / name).read_bytes())
            salt, kdf = bytes.fromhex(record["salt"]), record["kdf"]
            is_known = kdf in (HKDF_NAME, SCRYPT_NAME) and record["log_n"] in range(10, 25)
            yield name, record if is_known and salt and set(ABOUT) <= set(record) else None
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            yield name, None
        except OSError as error:
            with io_errors(f"read {folder / name}"):
                raise error


def _ring(record: dict[str, Any], user: UserKey) -> Keyring:
    about = {name: record[name] for name in ABOUT}
    nonce, ring = bytes.fromhex(record["nonce"]), bytes.fromhex(record["ring"])
    content = json.loads(AESGCM(user.wrapping).decrypt(nonce, ring, _bound(about)))
    return Keyring(
        record["store"],
        bytes.fromhex(content["names"]),
        {int(number): bytes.fromhex(key) for number, key in content["epochs"].items()},
        content["destroyed_before"],
        record["generation"],
    )


def has_ring(folder: Path) -> bool:
    """Say whether a folder has a ring, of which one copy is enough."""
    return any((folder / name).is_file() for name in COPIES)


def store_id_of(folder: Path) -> str | None:
    """Return the id of the store that a ring is of, None where no copy is whole."""
    ids = (record["store"] for _, record in _records(folder) if record is not None)
    return next((str(one) for one in ids), None)
