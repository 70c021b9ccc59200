"""
Sealed values: small secrets in a store, each encrypted by the user's key, that store plain or not.

The key is made of the user's as that of a ring is (`UserKey`), and what it was made by stands in
front of each value: so a value goes with its row into backups and back by an undo, and values of
several keys can be told apart. A value is bound to what it is called: one that is put in another's
place is damaged. It is filled up with blanks, so that its length tells little of it.
"""

from __future__ import annotations

import secrets
import struct
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.encryption.key_source import Secret
from store.encryption.keyring import HKDF_NAME, SCRYPT_NAME, UserKey
from store.encryption.streams import KEY_BYTES

MAGIC: Final = b"memcli\x00\x02"
# What it is; how its key was made, and by what; by what that is known for the right; the nonce.
HEADER: Final = struct.Struct(">8sBB16s16s12s")
KDFS: Final = (HKDF_NAME, SCRYPT_NAME)
TAG_BYTES: Final = 16
FILLED_TO: Final = 256


class DamagedSeal(Exception):
    """What should be a sealed value is none, or not as it was sealed, or another one's."""


class WayOfKey(NamedTuple):
    """How the key of a value was made of the user's, and by what that is known for the right."""

    kdf: str
    log_n: int
    salt: bytes
    check: str

    def key_of(self, secret: Secret) -> UserKey | None:
        """Return the key that a user's secret comes to; None where it is not the one."""
        made = UserKey.of(secret, self.salt, self.kdf, self.log_n)
        return made if made.check == self.check else None


def way_of(sealed: bytes) -> WayOfKey:
    """Return how the key of a sealed value was made; DamagedSeal for what is none."""
    if len(sealed) < HEADER.size + TAG_BYTES:
        raise DamagedSeal("it is cut off")
    magic, kdf, log_n, salt, check, _ = HEADER.unpack(sealed[: HEADER.size])
    if magic != MAGIC or kdf >= len(KDFS) or log_n not in range(10, 25):
        raise DamagedSeal("it is no sealed value")
    return WayOfKey(KDFS[kdf], log_n, salt, check.hex())


def seal(value: bytes, key: UserKey, name: str) -> bytes:
    """Return a value, which does not end in blanks, encrypted; name: what has to open it again."""
    nonce = secrets.token_bytes(12)
    check = bytes.fromhex(key.check)
    kdf = KDFS.index(key.kdf)
    header = HEADER.pack(MAGIC, kdf, key.log_n, key.salt, check, nonce)
    filled = value + b" " * (-len(value) % FILLED_TO)
    return header + AESGCM(_own_key(key)).encrypt(nonce, filled, header + name.encode())


def unseal(sealed: bytes, key: UserKey, name: str) -> bytes:
    """Return a value, given the key that `way_of` it comes to; DamagedSeal where it was changed."""
    header, rest = sealed[: HEADER.size], sealed[HEADER.size :]
    nonce = HEADER.unpack(header)[-1]
    try:
        value = AESGCM(_own_key(key)).decrypt(nonce, rest, header + name.encode())
    except InvalidTag as error:
        raise DamagedSeal("it is not as it was sealed") from error
    return value.rstrip(b" ")


def _own_key(key: UserKey) -> bytes:
    """Return the key of values, which is none of a ring's."""
    return HKDF(SHA256(), KEY_BYTES, key.salt, b"memcli: value of the vault").derive(key.wrapping)
