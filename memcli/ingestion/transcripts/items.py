"""What readers of input take and yield."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple, TypeAlias

from memcli.records import Record
from store.errors import BadRecord

STDIN = "-"
BOM = b"\xef\xbb\xbf"


class Source(NamedTuple):
    """
    An opened input: its path for messages ("-" is stdin), and its bytes from the start.

    `folder` is where a copy may lie while it is read, by default among the temporary files.
    """

    path: str
    stream: BinaryIO
    folder: Path | None = None

    @property
    def stem(self) -> str:
        """Return the file's name without folder and extension."""
        return "stdin" if self.path == STDIN else PurePath(self.path).stem


class Accepted(NamedTuple):
    """A record that was read, and the line at which it begins."""

    record: Record
    path: str
    line: int


class Rejected(NamedTuple):
    """
    Input that is no record: why, and its bytes as they came.

    `raw` is empty where it is a whole file, or too long to keep.
    """

    error: BadRecord
    raw: bytes


Item: TypeAlias = Accepted | Rejected


def readable(path: str) -> str:
    """Return the name of a file as text, which it need not be."""
    return path.encode("utf-8", "replace").decode()


def rejected(error: BadRecord, path: str, line: int, raw: bytes = b"", column: int = 0) -> Rejected:
    """Return a rejection with the reason of `error` at a place."""
    line, column = error.line or line, error.column or column
    kind = type(error)
    placed = kind(error.reason, path=path, line=line, column=column, remedy=error.remedy)
    return Rejected(placed, raw)
