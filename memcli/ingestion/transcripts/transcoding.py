"""Transcoding of input: text in UTF-16, known by the mark that it begins with, as UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import Final

from memcli.ingestion.transcripts.items import Source
from memcli.ingestion.transcripts.sources import BUFFER_BYTES, Readable

# The two marks that begin UTF-16; those of UTF-32 begin like the first, and have two zeros more.
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
UTF32: Final = b"\xff\xfe\0\0"
PIECE: Final = 1 << 16


def is_utf16(head: bytes) -> bool:
    """Tell text in UTF-16 by its mark."""
    return head.startswith(UTF16) and not head.startswith(UTF32)


def as_utf8(source: Source) -> Source:
    """Return a source whose bytes are UTF-8, of one in UTF-16; what is broken becomes U+FFFD."""
    raw: Readable = source.stream  # type: ignore[assignment]
    return source._replace(stream=io.BufferedReader(_Utf8(raw), BUFFER_BYTES), decoded=True)


class _Utf8(io.RawIOBase):
    """A raw stream that gives in UTF-8 what another one has in UTF-16."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._rest = stream, b""
        self._decode = codecs.getincrementaldecoder("utf-16")("replace").decode

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = self._stream.read1(PIECE)
            self._rest = self._decode(piece, not piece).encode("utf-8", "replace")
            if not piece:
                break
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
