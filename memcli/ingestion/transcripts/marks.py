"""Lines that mean something in a transcript: the start of a turn, the start of a session."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple

from memcli.memory.times import parse_time
from store.errors import BadRecord

MAX_NAME: Final = 40
MAX_HEADING: Final = 120
# The letters of a decorated line of text beside its date: more of them, and it is a sentence.
MAX_TITLE_LETTERS: Final = 30

_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?:\s?[ap]\.?m\.?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s)"
_DATE = (
    rf"(?:{_DAY}\s(?:of\s)?{_MONTH},?\s[0-9]{{4}}|{_MONTH}\s{_DAY},?(?:\s{_CLOCK})?\s[0-9]{{4}}"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4})"
)
_AFTER = rf"(?:(?:T|,?\s(?:at\s)?){_CLOCK}(?:\.[0-9]+)?(?:\s?Z|\s?[+-][0-9]{{2}}:?[0-9]{{2}})?)"
WHEN: Final = re.compile(
    rf"(?<![\w])(?:{_CLOCK},?\s(?:on\s)?)?{_WEEKDAY}?{_DATE}{_AFTER}?(?![\w])", re.IGNORECASE
)
_IS_CLOCK = re.compile(_CLOCK, re.IGNORECASE)

_STAMPED = re.compile(
    rf"\s?(?:\[(?P<inside>[^\]]{{4,40}})\]\s*"
    rf"|(?P<date>{_DATE}{_AFTER})(?:\s-\s|:?\s+)"
    rf"|(?P<clock>{_CLOCK})\s+(?=<|\*\s|-!-))(?P<rest>.*)",
    re.IGNORECASE,
)
_NICK = re.compile(r"<[ @+%&~]?(?P<name>[^\s<>/][^<>]{0,39})>\s+(?P<text>.*)")
_ACTION = re.compile(r"\*\s(?P<name>[^\W\d]\S{0,39})\s(?P<text>.*)")
_AFTER_STAMP = re.compile(r"(?P<name>[~+]?\s?[^\W_][^:]{0,39}):(?:\s(?P<text>.*)|$)")
_NAMED = re.compile(
    r"(?P<name>[^\W\d_][^\s:,;!?<>(){}\[\]\"]*(?:\s[^\s:,;!?<>{}\[\]\"]+){0,3})\s?"
    r"(?::(?:\s+|$)|\uff1a)(?P<text>.*)"  # the second is the colon of Chinese and Japanese
)
# `[SPEAKER_00]: text`, as programs write that tell voices apart; `[1]: https://x` is a link.
_BRACKETED = re.compile(r"\[(?P<name>[^\W\d_][^\]\n]{0,39})\]:\s+(?P<text>(?!\S+:/).*)")
_DECORATED = re.compile(r"\s*(?:[=*_~#-]{2,}|#)\s*(?P<text>[^\s=*_~#-].*?)\s*[=*_~#-]*\s*")
_SESSION = re.compile(r"(?:session|conversation|chat)\s#?(?P<number>[0-9]{1,6})\b", re.IGNORECASE)
_LABEL = re.compile(r"date(?:\sand\stime)?:\s*(?P<text>.*)", re.IGNORECASE)
# The small words inside of names: Vincent van Gogh, Ursula von der Leyen, Omar bin Said.
_PARTICLE = re.compile(
    r"van|von|der|den|de|del|della|di|da|do|dos|du|la|le|el|al|bin|ibn|bint|of|the|and|y|e|ter|ten"
)
# What stands before a colon in prose, lists and letters, and is nobody's name.
_LABEL_WORD = re.compile(
    r"""notes?|nb|ps|p\.s|todos?|fixme|warning|caution|tips?|attention|important|hint|examples?
    |e\.g|i\.e|re|fwd?|subject|date|time|to|b?cc|from|title|author|version|summary|tldr|update|edit
    |decisions?|results?|conclusion|sources?|links?|url|https?|ftp|file|topics?|agenda|attendees
    |participants|location|items?|actions?|steps?|error|info|debug|input|output|usage|status
    |priority|deadline|due|total|ingredients|instructions|reminder|remember|pros?|cons?|goals?|plans?
    |ideas?|conversation|transcript|tasks|done|next|tags|see|also|but""",
    re.VERBOSE,
)


class TurnMark(NamedTuple):
    """What begins a turn: how it is marked, who speaks, the rest of the line, the time given."""

    marker: str
    name: str | None
    text: str
    when: str | None = None


class Heading(NamedTuple):
    """What begins a session: its time, if any, and its own name."""

    moment: datetime | None
    label: str


def find_mark(line: str) -> TurnMark | None:
    """Return the mark of a line of a plain-text transcript."""
    return _stamp(line) or _nick(line, None) or _bracketed(line) or find_name(line)


def find_name(line: str, marker: str = "plain") -> TurnMark | None:
    """Return the mark of `Name: text`, where the name can be one."""
    match = _NAMED.match(line)
    if match and is_name(match["name"]):
        return TurnMark(marker, match["name"], match["text"])
    return None


def _bracketed(line: str) -> TurnMark | None:
    """Return the mark of `[Name]: text`."""
    match = _BRACKETED.match(line)
    if match and is_name(match["name"]):
        return TurnMark("bracket", match["name"], match["text"])
    return None


def is_name(text: str) -> bool:
    """Tell whether a text looks like a name: up to four words, no label, no part of a phrase."""
    words = text.split()
    if not 1 <= len(words) <= 4 or len(text) > MAX_NAME or not text[0].isalpha():
        return False
    if any(_LABEL_WORD.fullmatch(word.casefold().strip(".")) for word in (words[0], words[-1])):
        return False
    numbered = len(words) == 2 and words[1].isdigit()
    return len(words) == 1 or numbered or all(map(_may_be_in_name, words))


def _may_be_in_name(word: str) -> bool:
    """Tell whether a word can be one of several of a name: capital, caseless, or a particle."""
    return not word[0].islower() or bool(_PARTICLE.fullmatch(word))


def _stamp(line: str) -> TurnMark | None:
    """Return the mark of a line with a time in front, whoever speaks."""
    match = _STAMPED.match(line.lstrip("\u200e\u200f\ufeff"))
    if not match:
        return None
    when = match["inside"] or match["date"] or match["clock"]
    if match["inside"] and not (WHEN.fullmatch(when) or _IS_CLOCK.fullmatch(when)):
        return None
    rest = match["rest"].lstrip("\u200e\u200f")
    speaks = _AFTER_STAMP.match(rest)
    if speaks and len(speaks["name"].split()) <= 4:
        return TurnMark("stamp", speaks["name"].strip("~ "), speaks["text"] or "", when)
    return _nick(rest, when) or TurnMark("stamp", None, rest, when)


def _nick(text: str, when: str | None) -> TurnMark | None:
    """Return the mark of `<nick> text`, or of `* nick waves` after a time."""
    marker = "stamp" if when else "nick"
    match = _NICK.match(text)
    if match:
        return TurnMark(marker, match["name"].strip(), match["text"], when)
    action = _ACTION.match(text) if when else None
    return TurnMark(marker, action["name"], text, when) if action else None


def is_clock(when: str) -> bool:
    """Tell a time of day without a date."""
    return bool(_IS_CLOCK.fullmatch(when))


def find_heading(line: str, after_blank: bool, day_first: bool = True) -> Heading | None:
    """
    Return the heading that a line of plain text is.

    A decorated line that holds a date or `Session 3`, such a line without decoration, or a date
    alone after a blank line.
    """
    if len(line) > MAX_HEADING or not line:
        return None
    decorated = _DECORATED.fullmatch(line)
    if decorated:
        title = decorated["text"]
        return read_heading(title, day_first) if len(_rest(title)) <= MAX_TITLE_LETTERS else None
    label = _LABEL.fullmatch(line)
    bare = label["text"] if label else line
    if _SESSION.match(bare) or label or after_blank:
        return read_heading(bare, day_first) if not _rest(bare) else None
    return None


def read_heading(text: str, day_first: bool = True) -> Heading | None:
    """Return the session that a heading's text starts, None if it names neither date nor number."""
    moment = find_time(text, day_first)
    if moment:
        return Heading(moment, moment.date().isoformat())
    session = _SESSION.search(text)
    return Heading(None, session["number"]) if session else None


def heading_title(text: str) -> str:
    """Return what a heading says besides date and number; "" if nothing."""
    return text.strip() if _rest(text) else ""


def _rest(text: str) -> str:
    """Return the letters of a heading's text without date, weekday and session number."""
    return re.sub(r"[\W\d_]+", "", _SESSION.sub("", WHEN.sub("", text)))


def find_time(text: str, day_first: bool = True) -> datetime | None:
    """Return the first readable date, with its time if it has one, inside a text."""
    for match in WHEN.finditer(text):
        try:
            return parse_time(match[0], day_first=day_first)
        except BadRecord:
            continue
    return None
