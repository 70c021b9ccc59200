"""
Compressed files, and tar archives, read one file after another: none is unpacked to the disk.

Bytes come out of one only up to a bound, so that one that swells is refused before it is read.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Final

from store.errors import BadRecord

# What is asked for at once: more is a header that says it is as long.
MAX_PIECE: Final = 64 << 20
# Text swells tenfold, JSON thirtyfold; a small archive may have more than that.
MAX_RATIO: Final = 200
ALWAYS: Final = 64 << 20
MAX_BYTES: Final = 8 << 30


class _BoundedGzip(gzip.GzipFile):
    """A compressed file that gives no more than a bound, and no more than a piece at once."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "rb")
        allowed = max(ALWAYS, MAX_RATIO * os.path.getsize(path))
        self.bound = min(MAX_BYTES, allowed)

    def read(self, size: int | None = -1) -> bytes:
        """Return some bytes; BadRecord where they would be too many."""
        if size is None or not 0 <= size <= MAX_PIECE or self.tell() > self.bound:
            raise BadRecord("the archive swells too much", remedy="unpack it")
        return super().read(size)


class _BoundedStream(io.RawIOBase):
    """What a compressed stream gives, up to a bound; BadRecord for one that swells or is broken."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._packed = gzip.GzipFile(fileobj=stream), stream

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Return the descriptor of the file that is compressed."""
        return self._packed.fileno()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(min(len(buffer), MAX_PIECE))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise BadRecord(f"a broken gzip file: {error}") from error
        allowed = max(ALWAYS, MAX_RATIO * self._packed.tell())
        if self._stream.tell() > min(MAX_BYTES, allowed):
            raise BadRecord("the file swells too much", remedy="unpack it")
        buffer[: len(data)] = data
        return len(data)


def uncompressed(stream: BinaryIO, buffer_bytes: int) -> BinaryIO:
    """Return a stream of what is in a compressed one, bounded."""
    return io.BufferedReader(_BoundedStream(stream), buffer_bytes)


class Tarball:
    """An opened archive."""

    def __init__(self, stream: _BoundedGzip, tar: tarfile.TarFile) -> None:
        self._stream, self._tar = stream, tar

    def files(self) -> Iterator[tarfile.TarInfo]:
        """Yield what is told of each regular file: links and devices are none."""
        for info in self._tar:
            if info.offset_data + info.size > self._stream.bound:
                raise BadRecord("the archive swells too much", remedy="unpack it")
            if info.isreg():
                yield info

    def find(self, name: str) -> tarfile.TarInfo | None:
        """Return what is told of a file, None where it is not there."""
        return next((info for info in self.files() if name_of(info) == name), None)

    def opened(self, info: tarfile.TarInfo) -> IO[bytes]:
        """Return the bytes of a file."""
        stream = self._tar.extractfile(info)
        assert stream is not None, "a regular file"
        return stream


def name_of(info: tarfile.TarInfo) -> str:
    """Return the path of a file in its archive, which may be written from `./`."""
    return PurePosixPath(info.name).as_posix()


def modified_at(info: tarfile.TarInfo) -> datetime | None:
    """Return when a file was last changed; nothing where it does not say so."""
    return datetime.fromtimestamp(info.mtime, UTC) if info.mtime else None


@contextmanager
def opened_tarball(path: str) -> Iterator[Tarball]:
    """Open an archive; BadRecord for what is none."""
    try:
        with (
            _BoundedGzip(path) as stream,
            tarfile.open(fileobj=stream, mode="r:", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield Tarball(stream, tar)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, OverflowError, zlib.error) as error:
        raise BadRecord(f"a broken archive: {error}", path=path) from error
