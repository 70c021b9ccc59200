"""
Archives as folders: `export.zip/general/2026-03-02.json` is a path like any other.

Nothing is unpacked to the disk. An archive is bounded in files, bytes and how far a file may swell.
A tar archive is one by its whole name only: others are of programs, not of what was said.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath
from typing import IO, BinaryIO, Final, cast

from memcli.ingestion.transcripts.tarballs import (
    modified_at,
    name_of,
    opened_tarball,
    uncompressed,
)
from store.errors import BadRecord

ZIP: Final = ".zip"
GZIP: Final = ".gz"
TARS: Final = (".tar.gz", ".tgz")
TARBALL: Final = ".cogx.tar.gz"
_OF_TWITTER = re.compile(
    r"(?:^|/)data/(?:direct-messages(?:-group)?|tweets?|note-tweet|community-tweet)(?:-part\d+)?\.js$"
)
MAX_FILES: Final = 100_000
MAX_BYTES: Final = 32 << 30
# Text swells tenfold, JSON thirtyfold; a file of zeros a thousandfold.
MAX_RATIO: Final = 200


def is_said_in_archive(path: str) -> bool:
    """Tell posts and messages in an archive of Twitter, whose other files are JavaScript too."""
    return bool(_OF_TWITTER.search(path.replace(os.sep, "/")))


def is_archive(path: str) -> bool:
    """Tell an archive that is a file."""
    return path.lower().endswith((ZIP, TARBALL)) and os.path.isfile(path)


def _is_tarball(path: str) -> bool:
    return path.lower().endswith(TARBALL)


def members(path: str, extensions: Sequence[str]) -> list[str]:
    """Return the paths of the files of these extensions in an archive, hidden ones left out."""
    names = _names_in_tarball(path) if _is_tarball(path) else _names_in_zip(path)
    return [os.path.join(path, name) for name in names if _is_wanted(name, extensions)]


def _names_in_zip(path: str) -> list[str]:
    """Return the names of the files in a zip archive."""
    with _opened(path) as archive:
        _require_bounds(path, archive)
        return [info.filename for info in archive.infolist() if not info.is_dir()]


def _names_in_tarball(path: str) -> list[str]:
    """Return the names of the files in a tar archive."""
    with opened_tarball(path) as tarball:
        names = [name_of(info) for info in islice(tarball.files(), MAX_FILES + 1)]
    if len(names) > MAX_FILES:
        raise _too_large(path)
    return names


def _is_wanted(name: str, extensions: Sequence[str]) -> bool:
    """
    Tell a file of a known extension that is not hidden, nor what macOS adds.

    A name that leads out of the archive, to the root or upward, is one of no file in it.
    """
    parts = PurePath(name).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    # An archive in an archive is not opened, and said to be there.
    wanted = extension_of(name) in extensions or name.lower().endswith(ZIP)
    wanted = wanted or is_said_in_archive(name)
    return not (hidden or os.path.isabs(name)) and wanted


def uncompressed_name(path: str) -> str:
    """Return the name of a file without the extension that says it is compressed."""
    is_one = path.lower().endswith(GZIP) and not path.lower().endswith(TARS)
    return path[: -len(GZIP)] if is_one else path


def extension_of(name: str) -> str:
    """Return the extension of a file, of a compressed one that of what is in it."""
    return os.path.splitext(uncompressed_name(name))[1].lower()


def _too_large(path: str) -> BadRecord:
    remedy = "unpack it and give the folder"
    return BadRecord("the archive is too large", path=path, remedy=remedy)


def _require_bounds(path: str, archive: zipfile.ZipFile) -> None:
    """Raise BadRecord for an archive that is too much."""
    infos = archive.infolist()
    if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
        raise _too_large(path)
    for info in infos:
        if info.file_size > MAX_RATIO * max(info.compress_size, 1 << 16):
            raise BadRecord(f"{info.filename!r} swells too much", path=path, remedy="unpack it")


@lru_cache(maxsize=1)
def _open_zip(path: str, state: tuple[int, ...]) -> zipfile.ZipFile:
    """
    Open an archive, which stays open: its directory has all its files, and is read with each else.

    state: of the file, so that one that was replaced is opened anew.
    """
    return zipfile.ZipFile(path)


def close_archives() -> None:
    """Close the archive that was read last, once what is being read of it is closed too."""
    _open_zip.cache_clear()


@contextmanager
def _opened(path: str) -> Iterator[zipfile.ZipFile]:
    """Give an opened archive; BadRecord for what is none, and for one that is locked."""
    try:
        there = os.stat(path)
        yield _open_zip(path, (there.st_ino, there.st_size, there.st_mtime_ns))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadRecord(f"a broken or locked archive: {error}", path=path) from error


def split_archive(path: str) -> tuple[str, str] | None:
    """Return the archive in a path and the name of the file in it; None for a plain path."""
    if not any(extension in path.lower() for extension in (ZIP, TARBALL)):
        return None
    parent = Path(path).parent
    while parent != parent.parent and not is_archive(str(parent)):
        parent = parent.parent
    inside = is_archive(str(parent))
    return (str(parent), Path(path).relative_to(parent).as_posix()) if inside else None


@contextmanager
def open_path(path: str, buffer_bytes: int = 1 << 16) -> Iterator[BinaryIO]:
    """Open a file, or one in an archive, for reading."""
    place = split_archive(path)
    if place is None:
        with open(path, "rb", buffer_bytes) as stream:
            is_plain = path == uncompressed_name(path)
            yield stream if is_plain else uncompressed(stream, buffer_bytes)
        return
    opened = _member_of_tarball if _is_tarball(place[0]) else _member_of_zip
    with opened(*place) as inner:
        is_plain = path == uncompressed_name(path)
        stream = cast(BinaryIO, inner)
        yield stream if is_plain else uncompressed(stream, buffer_bytes)


@contextmanager
def _member_of_zip(path: str, name: str) -> Iterator[IO[bytes]]:
    """Open a file in a zip archive."""
    with _opened(path) as archive:
        try:
            info = archive.getinfo(name)
        except KeyError as error:
            raise FileNotFoundError(os.path.join(path, name)) from error
        with archive.open(info) as inner:
            yield inner


@contextmanager
def _member_of_tarball(path: str, name: str) -> Iterator[IO[bytes]]:
    """Open a file in a tar archive."""
    with opened_tarball(path) as tarball:
        info = tarball.find(name)
        if info is None:
            raise FileNotFoundError(os.path.join(path, name))
        with tarball.opened(info) as inner:
            yield inner


def bytes_in_zip(path: str) -> int:
    """Return the bytes that a file in a zip archive has unpacked; 0 for what is none."""
    place = split_archive(path)
    if place is None or _is_tarball(place[0]):
        return 0
    try:
        with _opened(place[0]) as archive:
            return archive.getinfo(place[1]).file_size
    except (KeyError, OSError, BadRecord):
        return 0


def file_time(path: str) -> datetime | None:
    """Return when a file was last changed; nothing for stdin and what has no time."""
    place = split_archive(path)
    if path == "-" or not os.path.exists(place[0] if place else path):
        return None
    if place is None:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    if _is_tarball(place[0]):
        with opened_tarball(place[0]) as tarball:
            info = tarball.find(place[1])
            return modified_at(info) if info else None
    with _opened(place[0]) as archive:
        try:
            return datetime(*archive.getinfo(place[1]).date_time, tzinfo=UTC)
        except (KeyError, ValueError):
            return None


def read_neighbor(path: str, name: str, limit: int = 64 << 20) -> bytes | None:
    """Return a file that stands beside another one, None where there is none."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    try:
        with open_path(beside) as stream:
            return stream.read(limit)
    except OSError:
        return None
