"""
Logs of Pidgin, as HTML and as text: a head with the day, then a line for each message.

The day is in the name of the file too, with the zone, and there no language writes it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from memcli.ingestion.transcripts.items import Intake, Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.marks import TurnMark
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.ingestion.transcripts.turns import Turns
from memcli.memory.times import parse_time
from store.errors import BadRecord

LOOKED_AT: Final = 2048
SERVICE: Final = "service lines"
MAX_NAME_WORDS: Final = 4
MAX_BEFORE: Final = 3
_ZONE = re.compile(r" [A-Z]{3,5}$")
# `Conversation with ida@x.org at 2005-06-07 21:06:30 on me@x.org (jabber)`
_HEAD = re.compile(
    r"\S.{0,60}? \S{1,120} \w{1,10} (?P<when>.{8,60}?) \w{1,10} \S{1,120} \(\w[\w-]{1,20}\)"
)
_TITLE = re.compile(r"<(?:title|h[1-6])\b[^>]*>(?P<head>[^<]{10,300})</")
# 2005-06-07.210630+0200CEST.html
_NAMED = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{6})([+-]\d{4})?\w*")
_CLOCK = r"\((?P<when>[^()\n]{5,40}\d[^()\n]{0,6})\)"
_TEXT_LINE = re.compile(rf"{_CLOCK} (?P<rest>.*)")
_HTML_LINE = re.compile(
    rf"(?:<p>)?(?:<font color=\"?#\w{{3,8}}\"?>|<span[^>]*>)?(?:<font size=\"?\d\"?>|<span[^>]*>)"
    rf"{_CLOCK}(?:</font>|</span>)(?P<rest>.*)",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\s*<b>(?P<name>.{1,120}?):</b>(?:</font>|</span>)?(?P<text>.*)", re.IGNORECASE)
_NAME = re.compile(r"(?P<name>[^:]{1,60}): ?(?P<text>.*)")


def is_pidgin(head: bytes) -> bool:
    """Tell a log by its first line, and a message below it."""
    lines = head[:LOOKED_AT].decode(errors="ignore").lstrip("\ufeff").splitlines()
    if not lines or _head_of(lines[0]) is None:
        return False
    pattern = _HTML_LINE if lines[0].startswith("<") else _TEXT_LINE
    return any(pattern.match(line) for line in lines[1:])


def _head_of(line: str) -> re.Match[str] | None:
    """Return the head that a line is, or that stands in a page."""
    page = _TITLE.search(line) if line.startswith("<") else None
    return _HEAD.fullmatch(page["head"].strip() if page else line.strip())


def read_pidgin(source: Source) -> Iterator[Item]:
    """Yield the messages of a log; the file is a session."""
    head, source = look_ahead(source, LOOKED_AT)
    first = head.decode(errors="ignore").lstrip("\ufeff").partition("\n")[0]
    found = _head_of(first)
    named = _NAMED.search(PurePath(source.path).name)
    if named and named[3]:
        source = _in_zone(source, named[3])
    turns = Turns(source, day_first=False)
    begin = f"{named[1]} {named[2][:2]}:{named[2][2:4]}:{named[2][4:]}" if named else None
    _set_day(turns, source, begin or (found["when"] if found else ""))
    is_page = first.startswith("<")
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        elif line.number > 1:
            take = _take_html if is_page else _take_text
            yield from take(turns, source, line.number, line.data.decode())
    yield from turns.close()


def _in_zone(source: Source, offset: str) -> Source:
    """Return a source whose times are in the zone that its name says."""
    zone = datetime.strptime(offset, "%z").tzinfo
    return source._replace(intake=replace(source.intake or Intake(), zone=zone or UTC))


def _set_day(turns: Turns, source: Source, when: str) -> None:
    """Give the time at which a log begins, where it can be read."""
    words = _ZONE.sub("", when).split()
    for start in range(MAX_BEFORE):  # a word of the sentence around it may stand before
        try:
            moment = parse_time(" ".join(words[start:]), source.zone, day_first=False)
        except BadRecord:
            continue
        turns.set_time(moment)
        return
    source.not_read("the day of a log of Pidgin", "which is no readable time")


def _take_text(turns: Turns, source: Source, number: int, line: str) -> Iterator[Item]:
    """Read a line of a log in text; yield what it completes."""
    found = _TEXT_LINE.fullmatch(line.rstrip("\r"))
    if found is None:
        if turns.open:
            turns.add(line.rstrip("\r"))
        return
    said = _NAME.fullmatch(found["rest"])
    if said and len(said["name"].split()) <= MAX_NAME_WORDS:
        mark = TurnMark("stamp", said["name"].strip(), said["text"], found["when"])
        yield from turns.begin(number, mark, line)
    elif found["rest"].startswith("***"):
        yield from turns.begin(number, _deed(found["rest"], found["when"]), line)
    else:
        yield from turns.close()
        source.leave_out(SERVICE)


def _take_html(turns: Turns, source: Source, number: int, line: str) -> Iterator[Item]:
    """Read a line of a log in HTML; yield what it completes."""
    found = _HTML_LINE.match(line)
    if found is None:
        if turns.open and (text := text_of_html(line).strip()):
            turns.add(text)
        return
    rest = found["rest"]
    said = _BOLD.match(rest)
    if said:
        name, words = (text_of_html(said[part]).strip() for part in ("name", "text"))
        yield from turns.begin(number, TurnMark("stamp", name, words, found["when"]), line)
    elif rest.lstrip().lower().startswith("<b>***"):
        yield from turns.begin(number, _deed(text_of_html(rest), found["when"]), line)
    else:
        yield from turns.close()
        source.leave_out(SERVICE)


def _deed(text: str, when: str) -> TurnMark:
    """Return what somebody does, `***ida waves`, as those in other chats of lines."""
    words = text.strip().lstrip("*").strip()
    return TurnMark("stamp", words.split(" ", 1)[0], f"* {words}", when)
