"""Lines of bytes from a stream of any length, in memory of one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from memcli.ingestion.transcripts.items import BOM, Rejected, Source
from memcli.memory.recall_blocks import TAG, balance_of_marks, collapse_recall
from store.errors import BadRecord

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
# A block of recalled memories that has not ended by then has lost its end.
MAX_BLOCK_BYTES: Final = 1024 * 1024


class Line(NamedTuple):
    """One line of valid UTF-8 without its end, counted from 1."""

    number: int
    data: bytes


def read_lines(source: Source, limit: int = MAX_LINE_BYTES) -> Iterator[Line | Rejected]:
    r"""
    Yield each line without `\n`, `\r\n` and the byte order mark of the file.

    A line longer than `limit` bytes, or not UTF-8, is yielded as a rejection.
    """
    readline = source.stream.readline
    number = 0
    while raw := readline(limit + 2):  # the two are for the line's end
        number += 1
        data = raw.removesuffix(b"\n").removesuffix(b"\r")
        if number == 1:
            data = data.removeprefix(BOM)
        if len(data) > limit:
            length = len(data) + (0 if raw.endswith(b"\n") else _skip_line(source.stream))
            yield _too_long(source.path, number, length, limit)
        elif data.isascii() or (fault := _fault(data)) is None:
            yield Line(number, data)
        else:
            yield _not_utf8(source.path, number, data, fault)


def read_said_lines(source: Source) -> Iterator[Line | Rejected]:
    """Yield lines as `read_lines` does, each block of recalled memories as an empty one."""
    held: list[Line] = []
    depth = size = 0
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield from _collapsed(held)
            yield line
            held, depth, size = [], 0, 0
        elif not held and TAG.encode() not in line.data:
            yield line
        else:
            held.append(line)
            size += len(line.data)
            depth += balance_of_marks(line.data.decode())
            if depth <= 0 or size > MAX_BLOCK_BYTES:
                yield from _collapsed(held)
                held, depth, size = [], 0, 0
    yield from _collapsed(held)


def _collapsed(held: list[Line]) -> Iterator[Line]:
    """Yield lines with the blocks in them left empty."""
    for index, text in collapse_recall([line.data.decode() for line in held]):
        yield Line(held[index].number, text.encode())


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of a line and return how many bytes were passed over."""
    length = 0
    while part := stream.readline(1 << 16):
        length += len(part.removesuffix(b"\n"))
        if part.endswith(b"\n"):
            break
    return length


def _fault(data: bytes) -> int | None:
    """Return the offset of the first byte that is not UTF-8, or None."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _too_long(path: str, number: int, length: int, limit: int) -> Rejected:
    """Reject a line by its length."""
    reason = f"a line of {length:,} bytes is longer than {limit:,}"
    return Rejected(BadRecord(reason, path=path, line=number, remedy="split it"), b"")


def _not_utf8(path: str, number: int, data: bytes, fault: int) -> Rejected:
    """Reject a line by its first bad byte."""
    column = len(data[:fault].decode()) + 1
    reason = f"byte 0x{data[fault]:02x} is not UTF-8"
    remedy = "convert the file with iconv"
    return Rejected(BadRecord(reason, path=path, line=number, column=column, remedy=remedy), data)
