"""
Plain text: a transcript of turns, or notes.

A turn begins with `Name: text`, `<nick> text` or a time in front, as chat exports have it, and
goes on until the next. A heading with a date, or `Session 3`, begins a session and gives its time
to turns that name none. Where no line begins a turn, each paragraph is a message without a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.marks import TurnMark, find_heading, find_mark
from memcli.ingestion.transcripts.style import Fence, Style, choose_style, is_text, sample
from memcli.ingestion.transcripts.turns import Turns
from store.errors import BadRecord

REMEDY: Final = "a turn is a line `Name: text`; a table belongs into CSV or JSON Lines"


def read_text(source: Source) -> Iterator[Item]:
    """Yield the turns of a transcript, or the paragraphs of notes."""
    lines, source = sample(source)
    style = choose_style(lines, find_mark)
    if not style.markers and not is_text(lines):
        error = BadRecord("neither turns nor prose", path=source.path, remedy=REMEDY)
        yield Rejected(error, b"")
        return
    turns = Turns(source, style.day_first)
    turns.is_document = not style.markers
    if style.speakers is not None:
        turns.with_programs()
    reader = _TextReader(style, turns)
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from reader.take(line.number, line.data.decode())
    yield from turns.close()


class _TextReader:
    """Gives each line to the turn or session that it belongs to."""

    def __init__(self, style: Style, turns: Turns) -> None:
        self._style, self._turns = style, turns
        self._fence = Fence()
        self._in_turn = False
        self._after_blank = True

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        after_blank, self._after_blank = self._after_blank, not line.strip()
        if self._fence.covers(line):
            yield from self._go_on(number, line)
            return
        heading = find_heading(line, after_blank, self._style.day_first)
        mark = find_mark(line)
        if heading:
            yield from self._turns.close()
            self._turns.start_session(heading)
            self._in_turn = False
        elif mark and self._style.begins_turn(mark):
            yield from self._turns.begin(number, mark, line)
            self._in_turn = True
        else:
            yield from self._go_on(number, line)

    def _go_on(self, number: int, line: str) -> Iterator[Item]:
        """Add a line to the turn; outside of turns, a blank line ends a paragraph."""
        ends = not line.strip() and not self._in_turn and not self._fence.inside
        if ends:
            yield from self._turns.close()
        elif self._turns.open:
            self._turns.add(line)
        elif not self._in_turn and line.strip():
            yield from self._turns.begin(number, TurnMark("", None, line), line)
