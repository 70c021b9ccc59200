"""Sources: which files the arguments name, and how they are opened."""

from __future__ import annotations

import glob
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from memcli.ingestion.transcripts.importers import EXTENSIONS
from memcli.ingestion.transcripts.items import STDIN, Source
from store.errors import InputNotFound, StoreIOError

BUFFER_BYTES: Final = 256 * 1024


class Readable(Protocol):
    """What a raw input must do: give some bytes, none at its end."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes after at most one read of the system."""


def expand_sources(arguments: Sequence[str], extensions: Sequence[str] = EXTENSIONS) -> list[str]:
    """
    Return the files that arguments name, each once: files, globs, folders, "-" for stdin.

    A folder stands for its files of these extensions, at any depth, hidden ones left out.
    No argument is stdin. Raises InputNotFound or StoreIOError.
    """
    found = (path for argument in arguments or [STDIN] for path in _expand(argument, extensions))
    return list(dict.fromkeys(found))


def _expand(argument: str, extensions: Sequence[str]) -> list[str]:
    """Return the files that one argument names."""
    if argument == STDIN:
        return [STDIN]
    if os.path.exists(argument):
        return _files(argument, extensions)
    matches = sorted(glob.glob(argument, recursive=True)) if glob.has_magic(argument) else []
    if not matches:
        raise InputNotFound(f"no input {argument!r}", "check the path; `-` is stdin")
    return [path for match in matches for path in _files(match, extensions)]


def _files(path: str, extensions: Sequence[str]) -> list[str]:
    """Return a file as it is, a folder as its files of known extensions."""
    if not os.path.isdir(path):
        _require_readable(path)
        return [path]
    files = sorted(_walk(path, extensions), key=lambda file: Path(file).parts)
    if not files:
        known = " ".join(extensions)
        raise InputNotFound(f"no input in the folder {path!r}", f"it takes {known}; or name a file")
    for file in files:
        _require_readable(file)
    return files


def _walk(folder: str, extensions: Sequence[str]) -> Iterator[str]:
    """Yield the files of known extensions under a folder, hidden ones left out."""

    def stop(error: OSError) -> None:
        raise _unreadable(error.filename, error)

    for parent, folders, names in os.walk(folder, onerror=stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in extensions:
                yield os.path.join(parent, name)


def _require_readable(path: str) -> None:
    """Raise StoreIOError for a file without read permission."""
    if not os.access(path, os.R_OK):
        raise StoreIOError(f"cannot read {path!r}: permission denied", "check its permissions")


def _unreadable(path: str, error: OSError) -> StoreIOError:
    """Return an operating system's error as ours."""
    return StoreIOError(f"cannot read {path!r}: {error.strerror or error}", "check the file")


@contextmanager
def open_source(path: str, folder: Path | None = None) -> Iterator[Source]:
    """Open a file or stdin; errors of the system, at any time, become ours."""
    try:
        if path == STDIN:
            yield Source(path, sys.stdin.buffer, folder)
        else:
            with open(path, "rb", BUFFER_BYTES) as stream:
                yield Source(path, stream, folder)
    except FileNotFoundError as error:
        raise InputNotFound(f"no input {path!r}", "check the path; `-` is stdin") from error
    except OSError as error:
        raise _unreadable(path, error) from error


class _Replay(io.RawIOBase):
    """A raw stream that gives bytes already taken, then those of the stream they came from."""

    def __init__(self, parts: Iterable[bytes], stream: Readable) -> None:
        self._taken = memoryview(b"".join(parts))
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._taken:
            data: bytes | memoryview = self._taken[: len(buffer)]
            self._taken = self._taken[len(data) :]
        else:
            data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def look_ahead(
    source: Source, size: int, enough: Callable[[bytes], bool] | None = None
) -> tuple[bytes, Source]:
    """
    Return up to `size` of the first bytes, and a source that still has them.

    Stops early where `enough` holds for them: a slow pipe is not waited for without need.
    """
    stream: Readable = source.stream  # type: ignore[assignment]
    parts: list[bytes] = []
    while size > 0 and (part := stream.read1(size)):
        parts.append(part)
        size -= len(part)
        if enough and enough(b"".join(parts)):
            break
    whole = io.BufferedReader(_Replay(parts, stream), BUFFER_BYTES)
    return b"".join(parts), source._replace(stream=whole)
