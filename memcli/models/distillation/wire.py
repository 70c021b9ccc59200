"""
Protobuf wire format, as far as ONNX files need it.

A message is a run of fields, each a key (number and wire type), then a varint, 4 or 8 bytes, or a
length and so many bytes (protobuf.dev, "Encoding"). Reading is strict: whatever is cut off or of a
wire type that is no longer in use is a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
FIXED: Final = {EIGHT_BYTES: 8, FOUR_BYTES: 4}
MAX_VARINT_BYTES: Final = 10
MAX_VARINT: Final = (1 << 64) - 1

Value: TypeAlias = "int | memoryview"


def write_varint(value: int) -> bytes:
    """Return a number in base 128, least first; ValueError for one outside of 64 bits."""
    if not 0 <= value <= MAX_VARINT:
        raise ValueError(f"{value} is no unsigned 64-bit number")
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def write_field(number: int, value: int | str | bytes) -> bytes:
    """Return one field: a number as a varint, text and bytes with their length."""
    if number < 1:
        raise ValueError(f"fields count from 1: {number}")
    if isinstance(value, int):
        return write_varint(number << 3 | VARINT) + write_varint(value)
    data = value.encode() if isinstance(value, str) else value
    return write_varint(number << 3 | BYTES) + write_varint(len(data)) + data


def read_fields(data: bytes | memoryview) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each field of a message: varints as int, others as a view."""
    view = memoryview(data)
    at = 0
    while at < len(view):
        key, at = read_varint(view, at)
        number, kind = key >> 3, key & 7
        if number < 1:
            raise ValueError(f"a field without a number before byte {at}")
        if kind == VARINT:
            value, at = read_varint(view, at)
            yield number, value
            continue
        if kind == BYTES:
            length, at = read_varint(view, at)
        elif kind in FIXED:
            length = FIXED[kind]
        else:
            raise ValueError(f"wire type {kind} before byte {at}")
        if at + length > len(view):
            raise ValueError(f"field {number} is cut off at byte {len(view)}")
        yield number, view[at : at + length]
        at += length


def read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return the number at a place, and the place behind it; ValueError if it does not end."""
    value = 0
    for index in range(MAX_VARINT_BYTES):
        if at + index >= len(data):
            raise ValueError(f"a number is cut off at byte {len(data)}")
        byte = data[at + index]
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if value > MAX_VARINT:
                break
            return value, at + index + 1
    raise ValueError(f"a number of more than 64 bits at byte {at}")
