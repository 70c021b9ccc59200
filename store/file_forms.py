"""
The ends of the files in a Lance table, by which a file that was cut short is known.

Each form says where it ends: by a footer with offsets, by a count of what follows, or by a length
before each part. No library is needed to read that, and no more than the ends of what can be large.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, Final

MAGIC: Final = b"LANC"
# Starts of the metadata and of the tables of offsets, their lengths, version, magic.
LANCE_FOOTER: Final = struct.Struct("<QQQIIHH4s")
ENTRY_BYTES: Final = 16
FIRST_VERSION_WITH_TABLES: Final = (0, 3)
# Where the manifest starts, version, magic.
MANIFEST_FOOTER: Final = struct.Struct("<QHH4s")
ARROW_MAGIC: Final = b"ARROW1"
ARROW_FOOTER: Final = struct.Struct("<I6s")
# Of a roaring bitmap, as RoaringFormatSpec has it.
NO_RUNS, WITH_RUNS = 12_346, 12_347
MIN_CONTAINERS_FOR_OFFSETS: Final = 4
MAX_VALUES_IN_ARRAY: Final = 4_096
BITSET_BYTES: Final = 8_192
# Of Protobuf: the kinds of fields, and the first of those that hold what a transaction did.
VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5
FIRST_OPERATION: Final = 100


def ends_early(path: str) -> bool:
    """Say whether a file of a table was cut short; False for one of a form that is not known."""
    is_whole = FORMS.get(os.path.splitext(path)[1])
    if is_whole is None:
        return False
    with open(path, "rb", buffering=0) as file:
        try:
            return not is_whole(file, os.fstat(file.fileno()).st_size)
        except (struct.error, IndexError):
            return True


def _tail(file: BinaryIO, size: int, footer: struct.Struct) -> tuple[Any, ...]:
    """Return the fields of a footer; struct.error when the file has less than that."""
    file.seek(max(0, size - footer.size))
    return footer.unpack(file.read(footer.size))


def is_lance_file(file: BinaryIO, size: int) -> bool:
    """Say whether a file of data or of an index ends where its tables of offsets say."""
    _, columns, buffers, n_buffers, n_columns, major, minor, magic = _tail(file, size, LANCE_FOOTER)
    if (major, minor) < FIRST_VERSION_WITH_TABLES:
        return bool(magic == MAGIC)
    end = buffers + ENTRY_BYTES * n_buffers + LANCE_FOOTER.size
    return bool(magic == MAGIC and columns + ENTRY_BYTES * n_columns == buffers and end == size)


def is_manifest(file: BinaryIO, size: int) -> bool:
    """Say whether a manifest is as long as it says."""
    start, _, _, magic = _tail(file, size, MANIFEST_FOOTER)
    if magic != MAGIC or start >= size:
        return False
    file.seek(start)
    (length,) = struct.unpack("<I", file.read(4))
    return bool(start + 4 + length + MANIFEST_FOOTER.size == size)


def is_arrow_file(file: BinaryIO, size: int) -> bool:
    """Say whether an Arrow IPC file has its footer."""
    length, magic = _tail(file, size, ARROW_FOOTER)
    file.seek(0)
    room = size - ARROW_FOOTER.size - len(ARROW_MAGIC)
    return bool(magic == ARROW_MAGIC == file.read(len(ARROW_MAGIC)) and 0 < length <= room)


def is_roaring_bitmap(file: BinaryIO, size: int) -> bool:
    """Say whether a bitmap is as long as its containers."""
    data = file.read(size)
    cookie, n = struct.unpack_from("<II", data)
    at, runs = 8, b""
    if cookie & 0xFFFF == WITH_RUNS:
        n = (cookie >> 16) + 1
        at = 4 + (n + 7) // 8
        runs = data[4:at]
    elif cookie != NO_RUNS:
        return False
    counts = struct.unpack_from(f"<{2 * n}H", data, at)[1::2]
    at += 4 * n
    if not runs or n >= MIN_CONTAINERS_FOR_OFFSETS:
        at += 4 * n
    for i, one_less in enumerate(counts):
        if runs and runs[i >> 3] >> (i & 7) & 1:
            at += 2 + 4 * struct.unpack_from("<H", data, at)[0]
        else:
            at += 2 * (one_less + 1) if one_less < MAX_VALUES_IN_ARRAY else BITSET_BYTES
    return bool(at == size)


def is_transaction(file: BinaryIO, size: int) -> bool:
    """Say whether a Protobuf message says what was done, and its last field ends with the file."""
    data, at, says = file.read(size), 0, False
    while at < size:
        tag, at = _varint(data, at)
        kind = tag & 7
        says |= tag >> 3 >= FIRST_OPERATION
        if kind == VARINT:
            _, at = _varint(data, at)
        elif kind == COUNTED:
            length, at = _varint(data, at)
            at += length
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            at += 8 if kind == EIGHT_BYTES else 4
        else:
            return False
    return says and at == size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte and where it ends; IndexError when that is cut."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def is_json(file: BinaryIO, size: int) -> bool:
    """Say whether a file is one JSON value."""
    try:
        json.loads(file.read(size))
    except ValueError:
        return False
    return True


FORMS: Final[dict[str, Callable[[BinaryIO, int], bool]]] = {
    ".lance": is_lance_file,
    ".idx": is_lance_file,
    ".manifest": is_manifest,
    ".arrow": is_arrow_file,
    ".bin": is_roaring_bitmap,
    ".txn": is_transaction,
    ".json": is_json,
}
