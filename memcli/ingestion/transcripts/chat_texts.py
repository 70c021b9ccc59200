"""
Text exports of chats, each known by how its lines begin: imessage-exporter, KakaoTalk, LINE, Zoom.

A form is a pattern of the line that begins a message; what it does not hold (the day, the name)
comes from lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.marks import TurnMark
from memcli.ingestion.transcripts.style import sample
from memcli.ingestion.transcripts.turns import Turns
from memcli.language.data import read_toml
from memcli.memory.times import parse_time

SERVICE: Final = "service lines"


class Form(NamedTuple):
    """How one program writes a chat; the file of data says what the patterns hold."""

    head: re.Pattern[str]
    day: re.Pattern[str] | None = None
    skip: re.Pattern[str] | None = None
    name_below: bool = False
    known: re.Pattern[str] | None = None


class _Forms(NamedTuple):
    """All forms, and words that they share."""

    forms: tuple[Form, ...]
    late: frozenset[str]
    files: re.Pattern[str]
    media: re.Pattern[str]


@cache
def _forms() -> _Forms:
    """Return the forms of the file of data."""
    data = read_toml("ingestion/transcripts/chat_forms.toml")
    words = data["words"]
    forms = (_form(about) for name, about in data.items() if name != "words")
    files, media = re.compile(words["files"]), re.compile(words["media"])
    return _Forms(tuple(forms), frozenset(words["late"]), files, media)


def _form(about: dict[str, Any]) -> Form:
    """Return the form of one entry of the file of data."""
    keys = ("day", "skip", "known")
    day, skip, known = (re.compile(about[key]) if key in about else None for key in keys)
    return Form(re.compile(about["head"]), day, skip, about.get("name_below", False), known)


def form_of(lines: list[str]) -> Form | None:
    """Return the form of a chat by the first line of it that begins a message."""
    for index, line in enumerate(lines[:30]):
        for form in _forms().forms:
            if form.head.fullmatch(line) and _fits(form, lines, index):
                return form
    return None


def _fits(form: Form, lines: list[str], index: int) -> bool:
    """Tell whether what stands around a line is as the form has it: days, words below a name."""
    if form.known and not any(form.known.fullmatch(line) for line in lines[:5]):
        return False
    if form.day and not _has_day(form, lines):
        return False
    below = lines[index + 1] if index + 1 < len(lines) else ""
    has_words = "text" in form.head.groupindex
    return has_words or (bool(below.strip()) and not form.head.fullmatch(below))


def _has_day(form: Form, lines: list[str]) -> bool:
    """Tell whether a chat has the lines that give its days."""
    return any(form.day and form.day.fullmatch(line) for line in lines[:30])


def is_chat_text(head: bytes) -> bool:
    """Tell a chat of any of the forms."""
    return form_of(_lines(head.decode(errors="ignore"))) is not None


def _lines(text: str) -> list[str]:
    return [line.strip("\ufeff\r") for line in text.split("\n", 40)[:40]]


def read_chat_text(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat."""
    lines, source = sample(source)
    form = form_of(lines[:40])
    if form is None:
        return
    reader = _FormReader(source, form)
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from reader.take(line.number, line.data.decode())
    yield from reader.turns.close()


class _FormReader:
    """Gives each line to the message that it belongs to."""

    def __init__(self, source: Source, form: Form) -> None:
        self.turns = Turns(source, day_first=False)
        self._source, self._form = source, form
        self._day = ""
        self._waiting: str | None = None

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        form = self._form
        head = form.head.fullmatch(line)
        day = form.day.fullmatch(line) if form.day else None
        if form.known and (day or (form.skip and form.skip.fullmatch(line))):
            yield from self._beside(day)
        elif head and form.name_below:
            yield from self.turns.close()
            self._waiting = head["when"]
        elif self._waiting is not None:
            mark = TurnMark("stamp", line.strip(), "", self._waiting)
            self._waiting = None
            yield from self.turns.begin(number, mark, line)
        elif head:
            yield from self._begin(number, head, line)
        elif day:
            yield from self.turns.close()
            self._day = _day_text(day)
        elif form.skip and form.skip.fullmatch(line):
            self._source.leave_out(SERVICE)
        elif self.turns.open:
            self._go_on(line.strip())

    def _beside(self, day: re.Match[str] | None) -> Iterator[Item]:
        """End the open message at a line that is none; take the day that it may give."""
        yield from self.turns.close()
        if day:
            self.turns.set_time(parse_time(_day_text(day), self._source.zone))

    def _go_on(self, line: str) -> None:
        """Take a line of the open message: words, or the path of a file."""
        forms = _forms()
        if forms.files.fullmatch(line):
            self.turns.attachments.append(line)
        elif not forms.media.fullmatch(line):
            self.turns.add(line)

    def _begin(self, number: int, head: re.Match[str], line: str) -> Iterator[Item]:
        """Begin the message of a line."""
        parts = {key: value for key, value in head.groupdict().items() if value}
        when = parts.get("when") or self._time(head, parts)
        text = parts.get("text", "")
        said = "" if _forms().media.fullmatch(text) else text
        yield from self.turns.begin(number, TurnMark("stamp", parts["name"], said, when), line)

    def _time(self, head: re.Match[str], parts: dict[str, str]) -> str | None:
        """Return the time of a message, of the day that was given last where it names none."""
        if "clock" not in parts:
            return None
        clock, half = parts["clock"], parts.get("half")
        if half:
            clock = f"{clock} {'PM' if half in _forms().late else 'AM'}"
        day = _day_text(head) if "y" in parts else self._day
        return f"{day} {clock}".strip()


def _day_text(found: re.Match[str]) -> str:
    """Return the day in a match, as ISO 8601 has it."""
    return f"{int(found['y']):04}-{int(found['m']):02}-{int(found['d']):02}"
