"""Sources: which files the arguments name, and how they are opened."""

from __future__ import annotations

import glob
import io
import os
import re
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO, Final, NamedTuple, Protocol

from memcli.ingestion.transcripts.archives import (
    bytes_in_zip,
    extension_of,
    is_archive,
    is_said_in_archive,
    members,
    open_path,
    uncompressed_name,
)
from memcli.ingestion.transcripts.importers import EXTENSIONS
from memcli.ingestion.transcripts.items import STDIN, Source
from store.errors import BadRecord, InputNotFound, StoreIOError
from store.layout import is_store

BUFFER_BYTES: Final = 256 * 1024
# The parts of a thread of Messenger, the newest first.
# Folders of which a store has one beside its store.json, in plain or encrypted.
STORE_PARTS: Final = ("commits", "encrypted")
_PART = re.compile(r"message_([0-9]{1,6})\.json")


class Readable(Protocol):
    """What a raw input must do: give some bytes, none at its end."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes after at most one read of the system."""


class Input(NamedTuple):
    """
    A file that the arguments name, and what the conversation in it is called.

    listed: it was found in a folder, so that what is wrong with it stops no other file.
    """

    path: str
    session: str | None = None
    listed: bool = False


def expand_sources(arguments: Sequence[str], extensions: Sequence[str] = EXTENSIONS) -> list[str]:
    """Return the paths of what `find_inputs` finds."""
    return [each.path for each in find_inputs(arguments, extensions)]


def find_inputs(
    arguments: Sequence[str],
    extensions: Sequence[str] = EXTENSIONS,
    left: list[str] | None = None,
) -> list[Input]:
    """
    Return the files that arguments name, each once: files, globs, folders, "-" for stdin.

    left: takes the files that lie in the folders and are of no extension that is read.

    A folder, and an archive, stands for its files of these extensions, at any depth, hidden ones
    left out. No argument is stdin. Raises InputNotFound or StoreIOError.
    """
    found = (
        each for argument in arguments or [STDIN] for each in _expand(argument, extensions, left)
    )
    return _told_apart(list({each.path: each for each in found}.values()))


def _told_apart(inputs: list[Input]) -> list[Input]:
    """Return inputs with the folders of those whose conversations would be called the same."""
    count = Counter(each.session for each in inputs)
    same = [each.path for each in inputs if each.session and count[each.session] > 1]
    if not same:
        return inputs
    base = os.path.commonpath([os.path.abspath(path) for path in same])
    paths = Counter(_session_name(path, base) for path in same)
    names = {path: _session_name(path, base) for path in same}
    # a.md and a.txt beside each other keep their extensions.
    full = {
        path: name if paths[name] == 1 else _relative(path, base) for path, name in names.items()
    }
    return [each._replace(session=full.get(each.path, each.session)) for each in inputs]


def _relative(path: str, base: str) -> str:
    """Return a path below a folder, as text, with slashes."""
    relative = PurePath(os.path.relpath(os.path.abspath(path), base)).as_posix()
    return relative.encode("utf-8", "replace").decode()


def _session_name(path: str, base: str) -> str:
    """Return what the conversation of a file is called: its path below a folder."""
    name = uncompressed_name(_relative(path, base))
    return os.path.splitext(name)[0] or name


def _expand(argument: str, extensions: Sequence[str], left: list[str] | None = None) -> list[Input]:
    """Return the files that one argument names."""
    if argument == STDIN:
        return [Input(STDIN)]
    if os.path.exists(argument):
        return _files(argument, extensions, left)
    matches = sorted(glob.glob(argument, recursive=True)) if glob.has_magic(argument) else []
    if not matches:
        raise InputNotFound(f"no input {argument!r}", "check the path; `-` is stdin")
    return [each for match in matches for each in _files(match, extensions, left)]


def _files(path: str, extensions: Sequence[str], left: list[str] | None = None) -> list[Input]:
    """Return a file as it is, a folder or an archive as its files of known extensions."""
    whole = os.path.abspath(path)
    if is_archive(path):
        files = sorted(members(path, extensions), key=_order)
    elif not os.path.isdir(path):
        _require_readable(path)
        return [Input(path, _session_name(path, os.path.dirname(whole)))]
    else:
        files = sorted(_walk(path, extensions, left), key=_order)
    if not files:
        known = " ".join(extensions)
        raise InputNotFound(f"no input in the folder {path!r}", f"it takes {known}; or name a file")
    # What is in an archive has its name in front: all chats of WhatsApp are called _chat.txt.
    base = os.path.dirname(whole) if is_archive(path) else whole
    return [Input(file, _session_name(file, base), True) for file in files]


def _order(path: str) -> tuple[tuple[str, ...], int, str]:
    """Return what files are sorted by: their paths, but message_2.json is older than message_1."""
    *folders, name = Path(path).parts
    part = _PART.fullmatch(name)
    return tuple(folders), -int(part[1]) if part else 0, name


def _walk(folder: str, extensions: Sequence[str], left: list[str] | None = None) -> Iterator[str]:
    """Yield the files of known extensions under a folder, hidden ones and stores left out."""

    def stop(error: OSError) -> None:
        raise _unreadable(error.filename, error)

    whole = os.path.join(os.path.realpath(folder), "")
    for parent, folders, names in os.walk(folder, onerror=stop):
        folders[:] = [name for name in folders if not _is_closed(parent, name)]
        # The files of a maildir have no extensions.
        by_place = _is_by_place(parent)
        # The archive of Twitter has all that it has in JavaScript.
        is_archived = any(map(by_place, names))
        for name in names:
            path = os.path.join(parent, name)
            # What a link within the folder leads to has a path of its own.
            is_twin = os.path.islink(path) and os.path.realpath(path).startswith(whole)
            if name.startswith(".") or (is_twin and os.path.exists(path)):
                continue
            if is_archive(path):
                yield from _members_or_itself(path, extensions)
            elif extension_of(name) in extensions or by_place(name):
                yield path
            elif left is not None and not is_archived:
                left.append(path)


def _is_closed(parent: str, name: str) -> bool:
    """
    Tell a folder in which nothing was said: a hidden one, and a store of memories itself.

    So is that of what Logseq's pages were before they were edited.
    """
    path = Path(parent, name)
    if name in ("bak", "version-files") and path.parent.name == "logseq":
        return True
    # A program may call a file of its own store.json.
    return name.startswith(".") or (
        is_store(path) and any((path / part).is_dir() for part in STORE_PARTS)
    )


def _is_by_place(folder: str) -> Callable[[str], bool]:
    """Return what tells a file by the folder that it is in, whatever its extension."""
    up, name = os.path.split(folder)
    if name in ("cur", "new") and os.path.isdir(os.path.join(up, "tmp")):
        return lambda name: True  # the files of a maildir have no extensions
    if name.lower().endswith(".chatlog"):  # of Adium: each log with the pictures in it
        return lambda name: extension_of(name) == ".xml"
    return lambda name: is_said_in_archive(os.path.join(folder, name))


def _members_or_itself(path: str, extensions: Sequence[str]) -> Sequence[str]:
    """Return the files of an archive, and of a broken one its own path: its reader tells of it."""
    try:
        return members(path, extensions)
    except BadRecord:
        return [path]


def _require_readable(path: str) -> None:
    """Raise StoreIOError for a file without read permission."""
    if not os.access(path, os.R_OK):
        raise StoreIOError(f"cannot read {path!r}: permission denied", "check its permissions")


def refuse_special(path: str, listed: bool) -> None:
    """
    Raise BadRecord for a device or a socket, and for what in a folder is no file of its own.

    A pipe there would be waited for, a link may lead anywhere; named by the user, both are read.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return  # who opens it says so
    if listed and os.path.islink(path):
        raise BadRecord("a link that leads out of the folder", path=path, remedy="name it")
    if stat.S_ISFIFO(mode) and listed:
        raise BadRecord("a pipe", path=path, remedy="name it, and what it gives is waited for")
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and _is_endless(path)):
        raise BadRecord("a device", path=path, remedy="files, folders and pipes are read")


def _is_endless(path: str) -> bool:
    """Tell a device that has no end from a terminal and the one that has nothing."""
    if os.path.realpath(path) == os.devnull:
        return False
    file = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return not os.isatty(file)
    finally:
        os.close(file)


def _unreadable(path: str, error: OSError) -> StoreIOError:
    """Return an operating system's error as ours."""
    return StoreIOError(f"cannot read {path!r}: {error.strerror or error}", "check the file")


@contextmanager
def open_source(path: str, folder: Path | None = None) -> Iterator[Source]:
    """Open a file, one in an archive or stdin; errors of the system, at any time, become ours."""
    try:
        if path == STDIN:
            yield Source(path, _stdin(), folder)
        else:
            with open_path(path, BUFFER_BYTES) as stream:
                yield Source(path, stream, folder, decoded=path != uncompressed_name(path))
    except FileNotFoundError as error:
        raise InputNotFound(f"no input {path!r}", "check the path; `-` is stdin") from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _stdin() -> BinaryIO:
    """Return stdin; of a terminal what was typed, as its end is told once and to one reader."""
    stream = sys.stdin.buffer
    return io.BytesIO(stream.read()) if sys.stdin.isatty() else stream


def bytes_in(path: str) -> int:
    """Return the bytes of a file, one in a zip archive, or stdin; 0 where nobody can tell."""
    if path == STDIN:
        return os.fstat(0).st_size if _is_file(0) else 0
    return os.path.getsize(path) if os.path.isfile(path) else bytes_in_zip(path)


def bytes_read(stream: BinaryIO | None) -> int:
    """Return how many of the bytes that `bytes_in` counts were read of an open input."""
    with suppress(OSError, ValueError, AttributeError):
        if stream is not None:
            return os.lseek(stream.fileno(), 0, os.SEEK_CUR)
    with suppress(OSError, ValueError, AttributeError):
        if stream is not None:
            return stream.tell()
    return 0


def _is_file(descriptor: int) -> bool:
    """Tell a file on the disk from a pipe or a terminal."""
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError:  # it is closed
        return False


def is_own_file(source: Source) -> bool:
    """Tell an input that is a file on the disk, as it is there."""
    return source.path != STDIN and not source.decoded and os.path.isfile(source.path)


@contextmanager
def as_file(source: Source) -> Iterator[str]:
    """
    Give the path of a regular file: the input's own, or that of a copy of a pipe.

    The copy has no name of its own, so nothing is left behind however the process ends.
    """
    if is_own_file(source):
        yield source.path
        return
    with tempfile.TemporaryFile(dir=source.folder) as copy:
        shutil.copyfileobj(source.stream, copy, 1 << 20)
        copy.flush()
        yield f"/dev/fd/{copy.fileno()}"


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
