"""
Stream of an encrypted file: AES-256-GCM in chunks, of which none can be moved, left out or cut off.

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015), as age and Tink use it: the
nonce of a chunk is its number and whether it is the last. Each file has a key of its own, by
HKDF-SHA256 from the key of its epoch and a random salt, so that nonces never meet twice. What a
file is called is authenticated with each chunk: one that is put in another's place is damaged.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
CHUNK_BYTES: Final = 1 << 18
TAG_BYTES: Final = 16
MAGIC: Final = b"memcli\x00\x01"
# What it is, the epoch of its key, its salt.
HEADER: Final = struct.Struct(">8sI32s")


class DamagedStream(Exception):
    """A file is not as it was encrypted, or another one's."""


class UnknownEpoch(DamagedStream):
    """A file is of an epoch whose key is not there: it was destroyed, or is newer than known."""


def encrypted_size(plain: int) -> int:
    """Return how many bytes a file takes that has so many to be encrypted, which are some."""
    return HEADER.size + plain + TAG_BYTES * -(-plain // CHUNK_BYTES)


def plain_size(encrypted: int) -> int:
    """Return how many bytes were encrypted to a file of so many."""
    body = encrypted - HEADER.size
    return body - TAG_BYTES * -(-body // (CHUNK_BYTES + TAG_BYTES))


def encrypt(pieces: Iterable[bytes], target: IO[bytes], epoch: int, key: bytes, name: str) -> None:
    """
    Write pieces of bytes, which are some, as an encrypted file.

    key: that of the epoch; name: what the file is called, which `decrypt` has to be told again.
    """
    header = HEADER.pack(MAGIC, epoch, os.urandom(32))
    cipher = AESGCM(_file_key(key, header))
    target.write(header)
    about = header + name.encode()
    number, waiting = 0, None
    for chunk in _chunks(pieces):
        if waiting is not None:
            target.write(cipher.encrypt(_nonce(number, is_last=False), waiting, about))
            number += 1
        waiting = chunk
    assert waiting is not None, "nothing to encrypt"
    target.write(cipher.encrypt(_nonce(number, is_last=True), waiting, about))


def decrypt(source: IO[bytes], keys: Mapping[int, bytes], name: str) -> Iterator[bytes]:
    """
    Yield the chunks of an encrypted file; DamagedStream for one that is not as it was.

    keys: those of the epochs. What was yielded before the error is as it was written, for each
    chunk is authenticated, but is not all of it.
    """
    header = source.read(HEADER.size)
    cipher = AESGCM(_file_key(_epoch_key(header, keys), header))
    about = header + name.encode()
    number, chunk = 0, source.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        following = source.read(CHUNK_BYTES + TAG_BYTES)
        nonce = _nonce(number, is_last=not following)
        try:
            plain = cipher.decrypt(nonce, chunk, about)
        except (InvalidTag, ValueError) as error:
            raise DamagedStream(f"chunk {number} is not as it was encrypted") from error
        yield plain
        if not following:
            return
        number, chunk = number + 1, following


def epoch_of(header: bytes) -> int:
    """Return the epoch that the beginning of an encrypted file names; DamagedStream if none."""
    if len(header) < HEADER.size:
        raise DamagedStream("it is cut off")
    magic, epoch, _ = HEADER.unpack(header[: HEADER.size])
    if magic != MAGIC:
        raise DamagedStream("it is no file of an encrypted store")
    return int(epoch)


def _epoch_key(header: bytes, keys: Mapping[int, bytes]) -> bytes:
    epoch = epoch_of(header)
    try:
        return keys[epoch]
    except KeyError:
        raise UnknownEpoch(f"the key of its epoch ({epoch}) is not there") from None


def _file_key(key: bytes, header: bytes) -> bytes:
    salt = HEADER.unpack(header)[2]
    return HKDF(SHA256(), KEY_BYTES, salt, b"memcli: file of an encrypted store").derive(key)


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in chunks of the one size, but for the last."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) > CHUNK_BYTES:
            yield bytes(gathered[:CHUNK_BYTES])
            del gathered[:CHUNK_BYTES]
    if gathered:
        yield bytes(gathered)
