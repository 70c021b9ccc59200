"""
Logs of IRC: WeeChat, HexChat, irssi and ZNC, whose day is in the file's name.

Joins, quits and the like are left out; `* nick waves` is what nick does, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.marks import Heading, TurnMark
from memcli.ingestion.transcripts.turns import Turns
from memcli.memory.times import parse_time
from store.errors import BadRecord

SERVICE: Final = "service lines"
_CLOCK = r"(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
_WEECHAT = re.compile(
    rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) {_CLOCK}\t(?P<nick>[^\t]{{0,60}})\t(?P<text>.*)"
)
_HEXCHAT = re.compile(
    rf"(?P<day>[A-Z][a-z]{{2}} [ 0-9][0-9]) {_CLOCK} (?P<nick><[^<>]{{1,60}}>|\*)\t(?P<text>.*)"
)
_PLAIN = re.compile(
    rf"\[?{_CLOCK}\]?\s+(?:(?P<nick><[ @+%&~]?[^<>\s]{{1,60}}>|\*|-!-)\s)?(?P<text>.*)"
)
_BEGINS = re.compile(
    r"\*\*\*\* BEGIN LOGGING AT (?P<when>.+)|--- (?:Log opened|Day changed) (?P<on>.+)"
)
_DAY = re.compile(r"(?<!\d)([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?!\d)")
# In the place of a nick, or of the words, of what the program says.
_SERVICE: Final = frozenset(("-->", "<--", "--", "=!=", "-!-", ""))
_PREFIX: Final = "@+%&~ "
_EVENT = re.compile(
    r"\*\*\* |\S+ (?:\S+ )?has (?:joined|left|quit|changed)\b|You are now known as "
    r"|(?:\* )?(?:Now talking on|Topic for|Topic set by|Channel mode is) "
)


def is_irc(head: bytes) -> bool:
    """Tell a log by its first lines."""
    lines = [line for line in head.decode(errors="ignore").splitlines()[:40] if line.strip()]
    if any(_WEECHAT.fullmatch(line) or _HEXCHAT.fullmatch(line) for line in lines[:5]):
        return True
    nicks = [found["nick"] for line in lines if (found := _PLAIN.fullmatch(line)) and found["nick"]]
    events = sum(bool(re.match(r"\[?[0-9:]{5,8}\]? \*\*\* ", line)) for line in lines)
    begins = any(_BEGINS.fullmatch(line) for line in lines[:3])
    return begins or (bool(lines) and bool(nicks) and 2 * (len(nicks) + events) > len(lines))


def read_irc(source: Source) -> Iterator[Item]:
    """Yield what was said and done in a channel."""
    log = _IrcLog(source)
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from log.take(line.number, line.data.decode())
    yield from log.turns.close()


class _IrcLog:
    """Reads lines in the order of the log, which gives its day only now and then."""

    def __init__(self, source: Source) -> None:
        self.turns = Turns(source)
        self._source = source
        named = _DAY.search(PurePath(source.path).name)
        self._day = "-".join(named.groups()) if named else None
        self._last: datetime | None = None

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        begins = _BEGINS.fullmatch(line)
        if begins:
            yield from self.turns.close()
            self._begin(begins["when"] or begins["on"])
            return
        found = _WEECHAT.fullmatch(line) or _HEXCHAT.fullmatch(line) or _PLAIN.fullmatch(line)
        if found is None:
            self._source.leave_out(SERVICE, bool(line.strip()))
            return
        nick, text = (found["nick"] or "").strip(" <>").lstrip(_PREFIX), found["text"]
        if nick == "*":
            nick = text.partition(" ")[0]
            text = f"* {text}"
        if nick in _SERVICE or nick.startswith("**") or _EVENT.match(text):
            self._source.leave_out(SERVICE)
            return
        when = self._when(found.groupdict().get("day"), found["clock"])
        yield from self.turns.begin(number, TurnMark("stamp", nick, text, when), line)

    def _begin(self, when: str) -> None:
        """Begin the session of a day that a line gives."""
        try:
            moment = parse_time(when)
        except BadRecord:
            self._source.leave_out(SERVICE)
            return
        self._day = moment.date().isoformat()
        self.turns.start_session(Heading(None, self._day))

    def _when(self, day: str | None, clock: str) -> str:
        """Return the time of a line, of the year that the log began in."""
        if day and day[0].isdigit():
            return f"{day} {clock}"
        if day and self._day:
            return self._in_order(f"{day} {self._day[:4]} {clock}")
        return self._in_order(f"{self._day} {clock}") if self._day else clock

    def _in_order(self, when: str) -> str:
        """Return a time that is not long before that of the line before: midnight has passed."""
        try:
            moment = parse_time(when, self._source.zone)
        except BadRecord:
            return when
        while self._last and self._last - moment > timedelta(hours=12):
            moment += timedelta(days=1)
        self._last = moment
        self._day = moment.date().isoformat() if not when[0].isalpha() else self._day
        return moment.isoformat()
