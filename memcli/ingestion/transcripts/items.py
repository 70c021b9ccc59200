"""What readers of input take and yield."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePath
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.records import MemoryType, Record
from store.errors import BadRecord

STDIN = "-"
BOM = b"\xef\xbb\xbf"
# Fields are named once each; a file with thousands of columns does not fill the terminal.
MAX_UNREAD: Final = 20


@dataclass
class Intake:
    """
    What holds for all the input of one call, and what there is to tell of it at its end.

    tools: keep calls of tools and what they gave back. zone: of times that name none. start: when a
    recording began, whose cues say how far in they are. namespace: that of the call, if it names
    one. is_export: take memories as they are, not only what was said. left_out: how much of what
    was no turn; unread: fields that were not read, and what they look like; mended: how much was
    put right. stream: of the file that is being read, if it is open.
    """

    tools: bool = False
    zone: tzinfo = UTC
    start: datetime | None = None
    namespace: str | None = None
    is_export: bool = False
    left_out: Counter[str] = field(default_factory=Counter)
    unread: dict[str, str] = field(default_factory=dict)
    mended: Counter[str] = field(default_factory=Counter)
    stream: BinaryIO | None = None

    def summary(self) -> list[str]:
        """Return the lines that tell of it."""
        lines = [f"not read: `{name}`, {what}" for name, what in self.unread.items()]
        for about, counts in (("no turns, left out", self.left_out), ("mended", self.mended)):
            if counts:
                counted = ", ".join(f"{n:,} {what}" for what, n in sorted(counts.items()))
                lines.append(f"{about}: {counted}")
        return lines


class Source(NamedTuple):
    """
    An opened input: its path for messages ("-" is stdin), and its bytes from the start.

    `folder` is where a copy may lie while it is read, by default among the temporary files;
    `session` what its conversation is called where it has no name of its own; `decoded`: the bytes
    are not those of the file, which is compressed or in another encoding.
    """

    path: str
    stream: BinaryIO
    folder: Path | None = None
    session: str | None = None
    intake: Intake | None = None
    decoded: bool = False

    @property
    def stem(self) -> str:
        """Return the file's name without folder and extension."""
        return "stdin" if self.path == STDIN else PurePath(self.path).stem

    @property
    def conversation(self) -> str:
        """Return the name of the session of turns that name none."""
        return self.session or self.stem

    @property
    def zone(self) -> tzinfo:
        """Return the zone of times that name none."""
        return self.intake.zone if self.intake else UTC

    @property
    def namespace(self) -> str:
        """Return the namespace of memories that are read whole."""
        return (self.intake.namespace if self.intake else None) or DEFAULT_NAMESPACE

    @property
    def tools(self) -> bool:
        """Say whether calls of tools are to be kept."""
        return bool(self.intake and self.intake.tools)

    def leave_out(self, what: str, count: int = 1) -> None:
        """Count something that is no turn."""
        if self.intake:
            self.intake.left_out[what] += count

    def mend(self, what: str) -> None:
        """Count something that was put right."""
        if self.intake:
            self.intake.mended[what] += 1

    def not_read(self, name: str, what: str) -> None:
        """Tell once of a field that was not read."""
        if self.intake and len(self.intake.unread) < MAX_UNREAD:
            self.intake.unread.setdefault(name, f"{what}; first in {self.path}")


class Accepted(NamedTuple):
    """
    A record that was read, and the line at which it begins.

    unique: the record's own id is one of its kind in the world, whatever session it comes in.
    type: of the memory that a message becomes.
    """

    record: Record
    path: str
    line: int
    unique: bool = False
    type: MemoryType = "episodic"


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
