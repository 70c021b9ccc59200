"""
Notes in Markdown: each paragraph, bullet and row of a table is a note, with the headings above it.

A heading with nothing below it is a note itself. Tags and wiki links are kept beside the text, and
the line of the file. A heading that is a date alone, or a file that has a date for a name, dates
what is in it; a date among other words does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from memcli.ingestion.transcripts.front_matter import FrontMatter
from memcli.ingestion.transcripts.hidden_parts import Comments, HiddenParts, is_placeholder
from memcli.ingestion.transcripts.items import Item, Source
from memcli.ingestion.transcripts.marks import TurnMark, heading_title, read_heading
from memcli.ingestion.transcripts.pictures import without_pictures
from memcli.ingestion.transcripts.style import Fence
from memcli.ingestion.transcripts.turns import Turns
from memcli.jsonl import Json
from memcli.memory.times import parse_time
from store.errors import BadRecord

# A longer heading is a paragraph that happens to begin with a hash.
MAX_TITLE: Final = 500
HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_BULLET = re.compile(r"(?P<indent>\s*)(?:[-*+]|[0-9]{1,4}[.)])\s+(?P<text>\S.*)")
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_TASK = re.compile(r"\[(?P<mark>[ xX/-])\]\s+(?P<text>\S.*)")
_CATEGORY = re.compile(r"\[(?P<name>[^\W\d_][\w -]{0,30})\]\s+(?P<text>\S.*)")
_CLOCK = re.compile(r"(?P<clock>[0-9]{1,2}:[0-9]{2})\s*(?:[-\u2013:]\s)?\s*\S")
_ROW = re.compile(r"\s*\|.*\|\s*")
_RULED = re.compile(r"\s*(?:\|\s*)?:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*(?:\|\s*)?")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})")
_TAG = re.compile(r"(?:(?<=\s)|^)#(?P<tag>[^\W\d][\w/-]*)")
_LINK = re.compile(r"\[\[(?P<page>[^\[\]|#]+)(?:[#|][^\[\]]*)?\]\]")


def date_in_name(path: str) -> str | None:
    """Return the date that a file is called by, as a daily note is."""
    found = re.match(r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)", PurePath(path).name)
    return "-".join(found.groups()) if found else None


class NotesReader:
    """Gives each line to the note that it belongs to."""

    def __init__(self, source: Source, front: FrontMatter) -> None:
        self._source, self._front = source, front
        self._turns = Turns(source, True, front.get("session"), front.get("namespace"))
        self._turns.is_document = True
        self._fence, self._comments, self._hidden = Fence(), Comments(), HiddenParts(source)
        self._path: list[tuple[int, str]] = []
        self._alone: tuple[int, str] | None = None
        self._columns, self._in_row = "", False
        self._day = self._date()
        # How far in the bullet stands that is open; deeper ones belong to it.
        self._indent: int | None = None

    def _date(self) -> str | None:
        """Take the day of the note from its front matter, else from its name."""
        moment, unread = self._front.moment(self._source.zone)
        if unread:
            self._source.not_read(unread, "which is no readable time")
        day = date_in_name(self._source.path)
        if moment is None and day:
            try:
                moment = parse_time(day, self._source.zone)
            except BadRecord:
                return None
        if moment is None:
            return None
        self._turns.set_time(moment)
        return moment.astimezone(self._source.zone).date().isoformat()

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        if not self._fence.inside and self._hidden.covers(line):
            return
        if self._fence.covers(line):
            yield from self._go_on(number, line)
            return
        plain = self._comments.strip(line)
        if plain is None:
            return
        line, pictures = without_pictures(plain)
        yield from self._take(number, line, pictures)

    def _take(self, number: int, line: str, pictures: list[Json]) -> Iterator[Item]:
        """Read a line of which some pictures were taken."""
        if pictures and not line.strip():
            yield from self._pictures_alone(number)
        else:
            yield from self._words(number, line)
        if self._turns.open:
            self._turns.attachments += pictures

    def _pictures_alone(self, number: int) -> Iterator[Item]:
        """Begin a note for pictures that stand on a line of their own, unless one is open."""
        if not self._turns.open:
            yield from self._begin(number, "", "")

    def _words(self, number: int, line: str) -> Iterator[Item]:
        """Read the words of a line."""
        heading = HEADING.fullmatch(line) if len(line) <= MAX_TITLE else None
        bullet = _BULLET.fullmatch(line)
        if heading:
            yield from self._section(number, len(heading[1]), heading[2])
        elif _RULE.fullmatch(line) or _RULED.fullmatch(line):
            yield from self._turns.close()
        elif bullet and self._is_new(len(bullet["indent"].expandtabs(4))):
            yield from self._item(number, line, bullet["text"])
            self._indent = len(bullet["indent"].expandtabs(4))
        elif _ROW.fullmatch(line):
            yield from self._row(number, line)
        else:
            yield from self._go_on(number, line)

    def close(self) -> Iterator[Item]:
        """Yield what is open at the end."""
        yield from self._turns.close()
        yield from self._lone_heading()

    def _is_new(self, indent: int) -> bool:
        """Tell a bullet that is none of the one before."""
        return self._indent is None or not self._turns.open or indent <= self._indent

    def _section(self, number: int, level: int, title: str) -> Iterator[Item]:
        """Begin a section; a day of its own where its heading is a date alone."""
        yield from self._turns.close()
        if not self._path or self._path[-1][0] >= level:
            yield from self._lone_heading()
        session = None if heading_title(title) else read_heading(title, True)
        if session:
            self._turns.start_session(session)
            self._day = session.moment.date().isoformat() if session.moment else self._day
        self._path = [(depth, name) for depth, name in self._path if depth < level]
        if not session:
            self._path.append((level, title))
        self._alone = None if session else (number, title)
        self._columns, self._indent = "", None

    def _lone_heading(self) -> Iterator[Item]:
        """Yield the heading below which nothing came."""
        if self._alone and not is_placeholder(self._alone[1]):
            number, title = self._alone
            self._alone = None
            above = " / ".join(name for _, name in self._path[:-1])
            yield from self._begin(number, title, title, heading=above)
            yield from self._turns.close()

    def _item(self, number: int, line: str, text: str) -> Iterator[Item]:
        """Begin the note that a bullet is."""
        told: dict[str, Any] = {}
        text = _HASHES.sub("", text)  # a block of Logseq may be a heading
        task, category = _TASK.fullmatch(text), _CATEGORY.fullmatch(text)
        if task:
            told["done"], text = task["mark"] in "xX", task["text"]
        elif category and not text.startswith("[["):
            told["tags"], text = [category["name"]], category["text"]
        yield from self._begin(number, line, text, **told)

    def _row(self, number: int, line: str) -> Iterator[Item]:
        """Begin the note that a row of a table is; the first row names the columns."""
        cells = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
        if not self._columns:
            yield from self._turns.close()
            self._columns = cells
            return
        yield from self._begin(number, line, cells, columns=self._columns)
        self._in_row = True

    def _go_on(self, number: int, line: str) -> Iterator[Item]:
        """Add a line to the note; a blank line ends it."""
        if self._in_row or (not line.strip() and not self._fence.inside):
            yield from self._turns.close()
            self._columns, self._indent = "", None
        if self._turns.open:
            self._turns.add(line)
            self._note_marks(line)
        elif line.strip():
            yield from self._begin(number, line, line)

    def _begin(self, number: int, line: str, text: str, **told: Any) -> Iterator[Item]:
        """Begin a note with the headings above it."""
        self._alone, self._in_row = None, False
        path = told.pop("heading", None)
        above = path if path is not None else " / ".join(name for _, name in self._path)
        clock = _CLOCK.match(text)
        when = f"{self._day}T{clock['clock']:0>5}" if clock and self._day else None
        yield from self._turns.begin(number, TurnMark("", None, text, when), line)
        self._turns.heading = above or self._front.get("title") or ""
        tags = [*told.pop("tags", []), *self._front.tags()]
        self._turns.about = {"line": number, "tags": tags, "links": [], **told}
        self._note_marks(text)

    def _note_marks(self, text: str) -> None:
        """Take the tags and links in a line."""
        for kind, found in (("tags", _TAG.findall(text)), ("links", _LINK.findall(text))):
            known = self._turns.about[kind]
            known += [each for each in found if each not in known]
