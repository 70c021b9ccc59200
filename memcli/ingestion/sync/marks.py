"""Marks of files: size, time and hash, by which one that changed is told from one that did not."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from memcli.ingestion.transcripts.archives import open_path, split_archive

CHUNK_BYTES: Final = 1 << 20
# What was changed again this soon after it was read may have the same size and time.
RACY: Final = timedelta(seconds=2)
# What a database has written and not yet taken into its file.
LOGS: Final = ("-wal",)


class FileMark(NamedTuple):
    """The size of a file, and when it was last changed."""

    size: int
    modified_at: datetime


class Digest(NamedTuple):
    """The hash of a file, and that of its beginning, as long as the file was before."""

    whole: str
    beginning: str | None = None


def file_mark(path: str) -> FileMark | None:
    """Return the mark of a file, of the archive it is in; None where it is gone."""
    place = split_archive(path)
    try:
        about = os.stat(place[0] if place else path)
    except OSError:
        return None
    size, time = about.st_size, about.st_mtime
    for end in LOGS:
        with suppress(OSError):
            beside = os.stat(path + end)
            size, time = size + beside.st_size, max(time, beside.st_mtime)
    return FileMark(size, datetime.fromtimestamp(int(time * 1e6) / 1e6, UTC))


def is_as_read(row: dict[str, Any], mark: FileMark) -> bool:
    """Say whether a file is as it was when it was read, as far as its mark tells."""
    same = (row["size"], row["modified_at"]) == mark
    return same and mark.modified_at + RACY < row["last_seen_at"]


def digest(path: str, before: int = 0) -> Digest:
    """Return the hash of a file, and of its first `before` bytes; OSError for one unreadable."""
    whole, start = blake2b(digest_size=16), None
    done = 0
    with open_path(path) as stream:
        while piece := stream.read(CHUNK_BYTES):
            if done < before <= done + len(piece):
                part = whole.copy()
                part.update(piece[: before - done])
                start = part.hexdigest()
            whole.update(piece)
            done += len(piece)
    for end in LOGS:
        with suppress(OSError), open(path + end, "rb") as log:
            whole.update(log.read())
    return Digest(whole.hexdigest(), start)


def ends_within_line(path: str) -> bool:
    """Say whether the last line of a file is still being written, as far as can be told."""
    try:
        with open(path, "rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 1))
            return size > 0 and stream.read(1) != b"\n"
    except OSError:
        return False
