"""
Chats of WhatsApp in any locale: `[date, time] Name: text` or `date, time - Name: text`.

Lines without such a beginning go on with the message before. Files that are named are attachments.
What the program says itself, and what stands for a picture without a name or a message that was
deleted, is left out; the words are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from memcli.ingestion.transcripts.date_order import Order, date_order, placed
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.marks import TurnMark
from memcli.ingestion.transcripts.sources import is_own_file, look_ahead
from memcli.ingestion.transcripts.style import sample
from memcli.ingestion.transcripts.turns import Turns
from memcli.language.data import read_toml

SERVICE: Final = "service lines"
MEDIA: Final = "pictures and files without words or names"
# So much of a chat is looked at for a date that can be read in one way only.
FAR_BYTES: Final = 16 << 20
# Of a pipe that is held in memory.
PIPE_BYTES: Final = 512 << 10
# How far into a message a name may reach.
MAX_NAME: Final = 80
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
# The digits of Arabic, Persian and Devanagari.
_DIGITS = {start + digit: str(digit) for start in (0x660, 0x6F0, 0x966) for digit in range(10)}
_SPEAKS = re.compile(rf"(?P<name>[^:\n]{{1,{MAX_NAME}}}?):(?:\s(?P<text>.*)|$)", re.DOTALL)
# On iPhones what the program says itself begins with a mark of direction, in any language: that a
# picture is left out, calls, notices; and so does what stands in <> behind a message.
_BY_PROGRAM = re.compile(rf"\u200e?\[[^\]]{{6,60}}\]\s?[^:\n]{{1,{MAX_NAME}}}?:\s\u200e")
_EDITED = re.compile("(?<!\\s)\\s*\u200e<[^<>:\uff1a\n]{3,60}>\\s*$")
_PARTS = re.compile(r"[0-9]+")
_ISO_DATE: Final = re.compile(r"[0-9]{4}\D")


class _Head(NamedTuple):
    """The beginning of a message: its time as it is written, and what follows."""

    date: str
    clock: tuple[int, int, int]
    half: str | None
    rest: str


def is_whatsapp(head: bytes) -> bool:
    """Tell a chat by its lines: some begin like a message, and of those some have a speaker."""
    lines = [_plain(line) for line in head.decode(errors="ignore").split("\n", 80)[:80]]
    heads = [found for line in lines if (found := _find_head(line))]
    first = next((line for line in lines if line.strip()), "")
    speaking = sum(bool(_SPEAKS.match(head.rest)) for head in heads)
    return bool(_find_head(first)) and 4 * speaking >= len(heads)


def read_whatsapp(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat."""
    lines, source = sample(source)
    order, is_sure = _order(lines)
    if not is_sure:  # the first days of a month say little
        order, source = _order_beyond(source)
    turns = _WhatsApp(source, order)
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from turns.take(line.number, line.data.decode())
    yield from turns.close()


def _order(lines: Iterable[str]) -> tuple[Order, bool]:
    """Return the order of the numbers in the dates of some lines, and whether it is sure."""
    heads = (found for line in lines if (found := _find_head(_plain(line))))
    # Of the many messages of a day one date is enough.
    return date_order(
        date for date, _ in groupby(f"{each.date} {each.half or ''}" for each in heads)
    )


def _order_beyond(source: Source) -> tuple[Order, Source]:
    """Return the order of dates in more of a chat, and a source that still has all of it."""
    if is_own_file(source):
        with open(source.path, "rb") as file:
            lines = takewhile(lambda line: file.tell() < FAR_BYTES, iter(file.readline, b""))
            return _order(line.decode(errors="ignore") for line in lines)[0], source
    head, source = look_ahead(source, PIPE_BYTES)
    return _order(head.decode(errors="ignore").split("\n"))[0], source


class _WhatsApp:
    """Gives each line to the message that it belongs to."""

    def __init__(self, source: Source, order: Order) -> None:
        self._source, self._date_order = source, order
        self._turns = Turns(source, order == "dmy")
        self._words = _words()
        self._skipping = True

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        plain = _plain(_EDITED.sub("", line))
        head = _find_head(plain)
        if head is None:
            if not self._skipping:
                self._go_on(plain)
            return
        yield from self._turns.close()
        speaks = _SPEAKS.match(head.rest)
        self._skipping = not speaks or self._words.is_service(head.rest)
        if not speaks or self._skipping:
            self._source.leave_out(SERVICE)
            return
        text = self._words.without_marks(speaks["text"] or "")
        name = speaks["name"].strip().removeprefix("~").strip()
        moment = _moment(head, self._date_order)
        when = moment.isoformat() if moment else f"{head.date} {head.clock}"
        # A picture may have words before or below it: what stands for it is not one of them.
        text, file = self._words.without_file(text)
        if not file and (what := self._said_by_program(line, text)):
            self._source.leave_out(what)
            text = ""
        yield from self._turns.begin(number, TurnMark("stamp", name, text, when), plain)
        self._attach(file)

    def _said_by_program(self, line: str, text: str) -> str | None:
        """Return what it is that the program says in a message; None for what somebody says."""
        if self._words.is_media(text):
            return MEDIA
        # A place has its address, and below `POLL:` stands what somebody asks.
        is_asked = "://" in text or text.rstrip().endswith((":", "\uff1a"))
        return SERVICE if _BY_PROGRAM.match(line) and not is_asked else None

    def _go_on(self, line: str) -> None:
        """Take a line that goes on with the open message; on iPhones a file may stand in it."""
        text, file = self._words.without_file(line) if "<" in line else (line, "")
        self._attach(file)
        if text or not file:
            self._turns.add(text)

    def _attach(self, file: str) -> None:
        """Keep the name of a file that was sent with the open message."""
        if file:
            self._turns.attachments.append(file)

    def close(self) -> Iterator[Item]:
        """Yield the last turn."""
        yield from self._turns.close()


def _plain(line: str) -> str:
    """Return a line without marks of direction, with European digits and plain spaces."""
    if line.isascii():
        return line.removesuffix("\r")
    text = line.translate(_INVISIBLE | _DIGITS)
    return text.replace("\u202f", " ").replace("\u00a0", " ").removesuffix("\r")


def _find_head(line: str) -> _Head | None:
    """Return the beginning of a message that a plain line has."""
    found = _words().head.match(line) if line[:2].strip("[ ")[:1].isdigit() else None
    if not found:
        return None
    clock = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    return _Head(found["date"], clock, found["before"] or found["after"], found["rest"])


def _moment(head: _Head, order: Order) -> datetime | None:
    """Return the local time of a message, None where there is no such time."""
    a, b, c = map(int, _PARTS.findall(head.date))
    # One that is in another order than the chat, as in what was pasted, may still be told.
    if order[0] != "y" and _ISO_DATE.match(head.date):
        order = "ymd"
    elif order in ("dmy", "mdy") and (a > 12) != (b > 12):
        order = "dmy" if a > 12 else "mdy"
    year, month, day = placed((a, b, c), order)
    hour, minute, second = head.clock
    if head.half and hour <= 12:
        hour = hour % 12 + 12 * _words().is_late(head.half)
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


class _Words(NamedTuple):
    """The words by which the program speaks, of many languages."""

    head: re.Pattern[str]
    late: frozenset[str]
    media: re.Pattern[str]
    file: re.Pattern[str]
    marks: re.Pattern[str]
    service: re.Pattern[str]

    def is_late(self, half: str) -> bool:
        """Tell whether a word for half a day means the one after noon."""
        return half in self.late or half[:1] in "Pp"

    def is_media(self, text: str) -> bool:
        """Tell what stands for a picture, a call or a message that was deleted."""
        return bool(self.media.fullmatch(text.strip()))

    def without_file(self, text: str) -> tuple[str, str]:
        """Return the words of a line, and the name of the file that it says was sent."""
        found = self.file.fullmatch(text.strip()) if text[-1:] in "> )" else None
        if not found:
            return text, ""
        name = found["marked"] or found["told"] or found["other"]
        words = (found["words"] or "").strip()
        # A document stands there a second time: `plan.pdf • 3 pages <attached: 0012-plan.pdf>`.
        title, dot, _ = words.partition(" \u2022 ")
        return "" if dot and name.endswith(title) else words, name

    def is_service(self, rest: str) -> bool:
        """Tell what the program says, though there is a colon in it."""
        return bool(self.service.match(rest))

    def without_marks(self, text: str) -> str:
        """Return a text without the mark of one that was edited."""
        return self.marks.sub("", text).rstrip() if "<" in text else text


@cache
def _words() -> _Words:
    """Return the words of the file of data."""
    data = read_toml("ingestion/transcripts/whatsapp.toml")

    def one_of(*keys: str) -> str:
        words = sorted((word for key in keys for word in data[key]), key=len, reverse=True)
        return "|".join(map(re.escape, words))

    half = rf"[AaPp]\.?\s?[Mm]\.?|{one_of('before_noon', 'after_noon')}"
    head = (
        r"\[?(?P<date>[0-9]{1,4}[./-]\s?[0-9]{1,2}[./-]\s?[0-9]{1,4}\.?)"
        rf"(?:\s?[,\u060c]|\s(?:{one_of('at')}))?\s\s?"
        rf"(?:(?P<before>{half})\s?)?(?P<hour>[0-9]{{1,2}})[:.](?P<minute>[0-9]{{2}})"
        rf"(?:[:.](?P<second>[0-9]{{2}}))?(?:\s?(?P<after>{half}))?(?![\w:.])"
        r"(?:\]\s?|\s[-\u2013]\s|\s?:\s)(?P<rest>.*)"
    )
    file = (
        rf"(?P<marked>.{{1,200}}?\.\w{{1,8}})\s\((?:{one_of('file_marks')})\)"
        rf"|(?P<words>.*?)<(?:{one_of('attached')})\s?[:\uff1a]\s?(?P<told>[^<>\n]{{1,200}})>"
        r"|<[^<>:\n]{1,30}[:\uff1a]\s?(?P<other>[^<>\n]{1,200}\.\w{1,8})>"
    )
    return _Words(
        re.compile(head, re.DOTALL),
        frozenset(data["after_noon"]),
        re.compile(rf"(?:{one_of('media')})[.\s]*", re.IGNORECASE),
        re.compile(file, re.IGNORECASE),
        re.compile(rf"(?<!\s)\s*<(?:{one_of('edited')})>\s*$", re.IGNORECASE),
        re.compile(rf".{{0,60}}(?:{one_of('service')})", re.IGNORECASE),
    )
