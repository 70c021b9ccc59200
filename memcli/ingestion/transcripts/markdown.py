"""
Markdown: a transcript of turns, or notes under headings.

A turn begins with `**Name:** text`, `- Name: text`, `### Name` or what begins one in plain text,
also in a quote. A heading with a date begins a session; others are the path in `metadata.heading`.
Front matter may give `session`, `namespace` and `date`. Without turns it is read as notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from memcli.ingestion.transcripts.front_matter import KIND, FrontMatter, back_matter, front_matter
from memcli.ingestion.transcripts.hidden_parts import Comments
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.markdown_notes import (
    HEADING,
    MAX_TITLE,
    NotesReader,
)
from memcli.ingestion.transcripts.marks import (
    TurnMark,
    find_mark,
    find_name,
    heading_title,
    is_name,
    read_heading,
)
from memcli.ingestion.transcripts.pictures import without_pictures
from memcli.ingestion.transcripts.style import Fence, Style, choose_style, sample
from memcli.ingestion.transcripts.turns import Turns

_BOLD = re.compile(r"(\*\*|__)(?P<name>[^*_:]{1,40}?)(?::\1|\1\s?:)\s*(?P<text>.*)")
_QUOTE = re.compile(r"(?:\s{0,3}>\s?)+")
_LIST = re.compile(r"\s{0,3}[-*+]\s+")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})")
_SAID = re.compile(r"\s+said$", re.IGNORECASE)


def read_markdown(source: Source) -> Iterator[Item]:
    """Yield the turns of a transcript, or notes."""
    lines, source = sample(source)
    front = front_matter(lines)
    back = back_matter(lines)
    if back.n_lines and back.get(KIND) != "1":
        source.leave_out("notebooks, tags and the like of Joplin")
        return
    if back.n_lines:
        front, lines = back._replace(n_lines=0), lines[: -back.n_lines]
    style = choose_style(lines[front.n_lines :], find_markdown_mark)
    reader = _transcript(source, style, front) if style.markers else NotesReader(source, front)
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        elif back.n_lines and line.number > len(lines):
            break
        elif line.number > front.n_lines:
            yield from reader.take(line.number, line.data.decode())
    yield from reader.close()


def _transcript(source: Source, style: Style, front: FrontMatter) -> _MarkdownReader:
    """Return the reader of a transcript."""
    turns = Turns(source, style.day_first, front.get("session"), front.get("namespace"))
    moment, unread = front.moment(source.zone)
    if moment:
        turns.set_time(moment)
    if unread:
        source.not_read(unread, "which is no readable time")
    if style.speakers is not None:
        turns.with_programs()
    return _MarkdownReader(style, turns)


def find_markdown_mark(line: str) -> TurnMark | None:
    """Return the mark of a line of a transcript in Markdown."""
    heading = _heading(line)
    if heading:
        name = _SAID.sub("", heading[2].strip("*_").rstrip(":"))
        return TurnMark(f"h{len(heading[1])}", name, "") if is_name(name) else None
    quote = _QUOTE.match(line)
    bare = line[quote.end() :] if quote else line
    item = _LIST.match(bare)
    bare = bare[item.end() :] if item else bare
    bold = _BOLD.match(bare)
    if bold:
        name = _SAID.sub("", bold["name"].strip())
        return TurnMark("bold", name, bold["text"]) if is_name(name) else None
    if item:
        return find_name(bare, "list")
    return find_name(bare, "quote") if quote else find_mark(bare)


def _heading(line: str) -> re.Match[str] | None:
    """Return the hashes and the title of a heading."""
    return HEADING.fullmatch(line) if len(line) <= MAX_TITLE else None


class _MarkdownReader:
    """Gives each line to the turn, block, heading or session that it belongs to."""

    def __init__(self, style: Style, turns: Turns) -> None:
        self._style, self._turns = style, turns
        self._fence, self._comments = Fence(), Comments()
        self._path: list[tuple[int, str]] = []
        self._in_turn = self._quoted = False
        # Headings deeper than those before the first turn are part of what is said.
        self._structure_level = 0

    def close(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._turns.close()

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        if self._fence.covers(line):
            yield from self._go_on(number, line)
            return
        plain = self._comments.strip(line)
        if plain is None:
            return
        text, pictures = without_pictures(plain)
        yield from self._take(number, text)
        if self._turns.open:
            self._turns.attachments += pictures

    def _take(self, number: int, text: str) -> Iterator[Item]:
        """Read a line without comments and pictures."""
        mark = find_markdown_mark(text)
        if mark and self._style.begins_turn(mark):
            yield from self._turns.begin(number, mark, text)
            self._in_turn = True
            self._quoted = bool(_QUOTE.match(text))
        elif heading := _heading(text):
            yield from self._begin_section(number, text, len(heading[1]), heading[2])
        elif _RULE.fullmatch(text):
            yield from self._go_on(number, "")
        else:
            yield from self._go_on(number, text)

    def _begin_section(self, number: int, line: str, level: int, title: str) -> Iterator[Item]:
        """Begin a session or a section, unless the heading is part of a turn."""
        session = read_heading(title, self._style.day_first)
        if self._in_turn and not session and level > self._structure_level:
            yield from self._go_on(number, line)
            return
        yield from self._turns.close()
        if session:
            self._turns.start_session(session)
        if self._style.markers and not self._in_turn:
            self._structure_level = level
        self._in_turn = False
        self._path = [(depth, name) for depth, name in self._path if depth < level]
        if heading_title(title):
            self._path.append((level, title))
        self._turns.heading = " / ".join(name for _, name in self._path)

    def _go_on(self, number: int, line: str) -> Iterator[Item]:
        """Add a line to the turn; outside of turns, a blank line ends a block."""
        ends = not line.strip() and not self._in_turn and not self._fence.inside
        if ends:
            yield from self._turns.close()
        elif self._turns.open:
            quote = _QUOTE.match(line) if self._in_turn and self._quoted else None
            self._turns.add(line[quote.end() :] if quote else line)
        elif not self._in_turn and line.strip():
            yield from self._turns.begin(number, TurnMark("", None, line), line)
