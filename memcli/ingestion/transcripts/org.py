"""
Notes in Org: each paragraph and item is a note under its headings; drawers and plans are left out.

A note is of the time that its entry was made (`:CREATED:`), else that of the file (`#+date:`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.marks import TurnMark
from memcli.ingestion.transcripts.turns import Turns
from memcli.memory.times import parse_time
from store.errors import BadRecord

_HEADING = re.compile(
    r"(?P<stars>\*+)\s+(?:(?P<state>TODO|DONE|NEXT|WAITING|CANCELL?ED)\s+)?(?:\[#[A-Z]\]\s+)?"
    r"(?P<title>.*?)(?:\s+:(?P<tags>[\w@#%:]+):)?\s*"
)
_KEYWORD = re.compile(r"#\+(?P<key>[\w-]+):\s*(?P<value>.*?)\s*", re.IGNORECASE)
_BLOCK = re.compile(r"\s*#\+(?P<way>begin|end)_(?P<kind>\w+).*", re.IGNORECASE)
_DRAWER = re.compile(r"\s*:(?P<name>[\w-]+):\s*")
_PROPERTY = re.compile(r"\s*:(?P<key>[\w-]+):\s+(?P<value>.+?)\s*")
_PLAN = re.compile(r"\s*(?:(?:CLOSED|SCHEDULED|DEADLINE):\s*[<\[][^>\]]*[>\]]\s*)+")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-+]|[0-9]+[.)])\s+(?:\[[ X-]\]\s+)?(?P<text>\S.*)")
_DATE = re.compile(
    r"[<\[](?P<day>\d{4}-\d{2}-\d{2})(?:\s+[^\s\d>\]]+)?(?:\s+(?P<clock>\d{1,2}:\d{2}))?"
)
_LINK = re.compile(r"\[\[(?P<target>[^\[\]]+)\](?:\[(?P<label>[^\[\]]+)\])?\]")
_COMMENT = re.compile(r"\s*# .*|\s*#")


def is_org(head: bytes) -> bool:
    """Tell Org by its first lines: a keyword, or a heading with a drawer or a state."""
    lines = [line for line in head.decode(errors="ignore").splitlines()[:40] if line.strip()]
    keyword = bool(lines) and bool(_KEYWORD.fullmatch(lines[0]))
    drawers = any(line.strip() in (":PROPERTIES:", ":LOGBOOK:") for line in lines)
    return keyword or (drawers and any(line.startswith("*") for line in lines))


def read_org(source: Source) -> Iterator[Item]:
    """Yield the notes of a file."""
    reader = _OrgReader(source)
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from reader.take(line.number, line.data.decode())
    yield from reader.close()


class _OrgReader:
    """Gives each line to the note that it belongs to."""

    def __init__(self, source: Source) -> None:
        self._source, self._turns = source, Turns(source)
        self._path: list[tuple[int, str, list[str]]] = []
        self._alone: tuple[int, str] | None = None
        self._title, self._file_tags = "", list[str]()
        self._file_time: datetime | None = None
        self._moment: datetime | None = None
        self._drawer = self._block = False

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        block, heading = _BLOCK.fullmatch(line), _HEADING.fullmatch(line)
        if self._drawer:
            self._property(line)
        elif block:
            self._block = block["way"].lower() == "begin"
        elif self._block:
            yield from self._go_on(number, line)
        elif _DRAWER.fullmatch(line):
            self._drawer = True
        elif heading:
            yield from self._section(number, heading)
        elif found := _KEYWORD.fullmatch(line):
            self._keyword(found["key"].lower(), found["value"])
        elif not (_PLAN.fullmatch(line) or _COMMENT.fullmatch(line)):
            yield from self._words(number, line)

    def close(self) -> Iterator[Item]:
        """Yield what is open at the end."""
        yield from self._turns.close()
        yield from self._lone_heading()

    def _property(self, line: str) -> None:
        """Take the time of an entry from its drawer."""
        found = _PROPERTY.fullmatch(line)
        if line.strip().upper() == ":END:":
            self._drawer = False
        elif found and found["key"].upper() == "CREATED":
            self._moment = self._time(found["value"]) or self._moment

    def _keyword(self, key: str, value: str) -> None:
        """Take what a file says of itself."""
        if key == "title":
            self._title = value
        elif key == "date":
            self._file_time = self._moment = self._time(value)
        elif key == "filetags":
            self._file_tags = [tag for tag in value.split(":") if tag.strip()]

    def _time(self, text: str) -> datetime | None:
        """Return the time in a timestamp."""
        found = _DATE.search(text)
        when = f"{found['day']} {found['clock'] or ''}".strip() if found else text
        try:
            return parse_time(when, self._source.zone)
        except BadRecord:
            self._source.not_read("date", "which is no readable time")
            return None

    def _section(self, number: int, heading: re.Match[str]) -> Iterator[Item]:
        """Begin an entry."""
        yield from self._turns.close()
        level = len(heading["stars"])
        if not self._path or self._path[-1][0] >= level:
            yield from self._lone_heading()
        self._path = [each for each in self._path if each[0] < level]
        tags = (heading["tags"] or "").split(":") if heading["tags"] else []
        self._path.append((level, heading["title"], tags))
        self._alone = number, heading["title"]
        self._moment = self._file_time

    def _lone_heading(self) -> Iterator[Item]:
        """Yield the heading below which nothing came."""
        if self._alone:
            number, title = self._alone
            yield from self._begin(number, title, self._path[:-1])
            yield from self._turns.close()

    def _words(self, number: int, line: str) -> Iterator[Item]:
        """Read a line of text or an item of a list."""
        item = _ITEM.fullmatch(line)
        if item:
            yield from self._begin(number, item["text"], self._path)
        elif line.strip():
            yield from self._go_on(number, line)
        else:
            yield from self._turns.close()

    def _go_on(self, number: int, line: str) -> Iterator[Item]:
        """Add a line to the note."""
        if self._turns.open:
            self._turns.add(_plain(line))
        elif line.strip():
            yield from self._begin(number, line, self._path)

    def _begin(self, number: int, text: str, path: Any) -> Iterator[Item]:
        """Begin a note with the headings above it."""
        self._alone = None
        if self._moment:
            self._turns.set_time(self._moment)
        yield from self._turns.begin(number, TurnMark("", None, _plain(text)), text)
        self._turns.heading = " / ".join(name for _, name, _ in path) or self._title
        tags = [*self._file_tags, *(tag for _, _, own in path for tag in own)]
        self._turns.about = {"line": number, "tags": list(dict.fromkeys(tags))}


def _plain(text: str) -> str:
    """Return a line with the labels of its links."""
    return _LINK.sub(lambda found: found["label"] or found["target"], text)
