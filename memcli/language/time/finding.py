"""
Times in an English sentence, resolved against the moment when it was said.

The approach is that of rule-based taggers such as HeidelTime (Strötgen and Gertz, 2010) and SUTime
(Chang and Manning, 2012): patterns find the words, and the tense of their clause decides what lacks
a year or a week: the latest that has begun where it is past, the next where it is present or to
come, the nearest where there is no verb. Days are those of the speaker. The precision of the words
is the width of the span: a day (also for tonight or Friday morning), a week from Monday to Monday,
a weekend, a month, a year.

- last and next week, weekend, month and year count in the calendar; last and next Friday, June,
  summer and Christmas are the closest that lie wholly before or begin after the day.
- this Friday is the one on or after the day, in the past tense the one on or before it; a mere
  Friday, said on a Friday, is none.
- two weeks ago is the calendar week that holds the day two weeks back; days, months and years
  likewise. A couple of, a few and several mean 2 to 3, 2 to 4 and 3 to 6.
- the last two years are the calendar years that they touch; the last two weeks and this past week
  count in days.
- A date without its year that the tense puts a year away, though it is days away, is none, or the
  near one where it dates a thing: "we declined the dinner on May 10".
- Seasons are of the northern hemisphere. Times of day, ages, recurrence ("every Friday"), vague
  words (now, soon) and durations are no times; "have lived here for two years" tells since when.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from memcli.language.parts import TimeSpan
from memcli.language.syntax import Parse
from memcli.language.time import dates, relative
from memcli.language.time.calendar import Span, from_iso, in_range
from memcli.language.time.context import Hit
from memcli.language.time.grammar import (
    HINT,
    PATTERNS,
    SCANNER,
    UNLESS_AFTER,
    UNLESS_BEFORE,
    WEEKDAYS,
    around,
)
from memcli.language.time.tense import is_moved

_READERS = dates.READERS | relative.READERS
# What `dated` added, or its like: "last Friday [2026-05-15]", "last Friday (5 May 2023)".
_GLOSS = re.compile(r"\s?[\[(]([^()\[\]]{4,48})[\])]")
_BRIDGE = re.compile(r"\s?(?:[-\u2013\u2014]|\b(?:to|until|till|through|and)\b)\s?")
COMPLETE: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|[0-9]['\u2019]?s\b")
_WEEK: Final = timedelta(days=7)


def find_times(
    sentence: Parse | str, said_at: datetime, utc_offset: int | None = None
) -> list[TimeSpan]:
    """
    Return the times that a sentence names, in their order, without overlap.

    said_at: naive is UTC; utc_offset: the speaker's, in minutes. A relative time with a date in
    brackets after it, as `dated` writes it, is that date. A year without a preposition is a time
    only where it is the whole text. Without a parse the tense is read from cue words.
    """
    parse = sentence if isinstance(sentence, Parse) else Parse(sentence)
    lowered = _lower(parse.text)
    if not HINT.search(lowered):
        return []
    said = said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC)
    finder = _Finder(parse, lowered, _local(said, utc_offset), utc_offset or 0)
    return finder.joined(finder.scan())


def _local(said: datetime, utc_offset: int | None) -> date:
    """Return the day in the speaker's own time."""
    try:
        return said.astimezone(timezone(timedelta(minutes=utc_offset or 0))).date()
    except OverflowError:
        return said.date()


def _lower(text: str) -> str:
    """Return the text in lower case, each character in its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def read(name: str, hit: Hit) -> Span | None:
    """Return the days that a hit of the form `name` means, or None."""
    kind = name.partition("_")[0]
    title = hit.before("quote") and hit.after("quote")
    if title or any(hit.before(each) for each in ("not_itself", *UNLESS_BEFORE.get(kind, ()))):
        return None
    if any(hit.after(each) for each in UNLESS_AFTER.get(kind, ())):
        return None
    try:
        span = _READERS[kind](hit)
    except (ValueError, OverflowError):  # the 31st of June, 900 years ago
        return None
    return span if span and in_range(span) else None


class _Finder:
    """Reads one sentence, said on a day of its speaker."""

    def __init__(self, parse: Parse, lowered: str, said: date, offset: int) -> None:
        self.parse, self.lowered, self.said, self.offset = parse, lowered, said, offset

    def scan(self) -> list[TimeSpan]:
        """Return the longest readable form at each place, from left to right."""
        times, place = [], 0
        while found := SCANNER.search(self.lowered, place):
            here = self._longest(found.start())
            if here:
                times.append(here)
            place = here.place[1] if here else found.start() + 1
        return times

    def _longest(self, start: int) -> TimeSpan | None:
        """Return the longest form that starts at a place and is a time there."""
        matches = ((name, form.match(self.lowered, start)) for name, form in PATTERNS.items())
        found = [(Hit(match, self.parse, self.said), name) for name, match in matches if match]
        for hit, name in sorted(found, key=lambda each: -each[0].found.end()):
            if span := read(name, hit):
                edge = "since" if name == "lasting" else hit.edge
                return self._glossed(start, hit.found.end(), span, edge)
        return None

    def _glossed(self, start: int, end: int, span: Span, edge: str) -> TimeSpan:
        """Return the time at [start, end), or what the brackets after it say."""
        own = self._timespan(start, end, span, edge)
        gloss = _GLOSS.match(self.parse.text, end)
        if not gloss or COMPLETE.search(own.words):
            return own
        meant = from_iso(gloss[1])
        if meant is None and COMPLETE.search(gloss[1]):
            inner = find_times(gloss[1], own.start)
            meant = inner[0].days if [each.words for each in inner] == [gloss[1]] else None
        can_be = meant is not None and in_range(meant)
        return self._timespan(start, gloss.end(), meant, edge) if meant and can_be else own

    def _timespan(self, start: int, end: int, span: Span, edge: str = "") -> TimeSpan:
        """Return days of the speaker as a span in UTC."""
        shift = timedelta(minutes=self.offset)
        first, last = (datetime.combine(each, time(), UTC) - shift for each in span)
        words = self.parse.text[start:end]
        return TimeSpan(first, last, words, (start, end), edge, self.offset)

    def joined(self, times: list[TimeSpan]) -> list[TimeSpan]:
        """Make one span of "from last Monday to today"; "Monday to Friday" alone is none."""
        joined: list[TimeSpan] = []
        rest = zip(times, [*times[1:], None], strict=False)
        for first, second in rest:
            start = self._opening(first, second) if second else None
            if second is None or start is None:
                joined.append(first)
            else:
                joined += self._range(start, first, second)
                next(rest)
        return joined

    def _opening(self, first: TimeSpan, second: TimeSpan) -> int | None:
        """Return where a range of two times begins: at its "from" or "between", or its weekday."""
        start = first.place[0]
        opening = around("before", "from").search(self.lowered, max(0, start - 12), start)
        gap = self.lowered[first.place[1] : second.place[0]]
        if len(gap) > 12 or not _BRIDGE.fullmatch(gap):
            return None
        if opening:
            between = opening[0].startswith("between")
            return opening.start() if ("and" in gap) == between else None
        weekdays = all(each.words.lower() in WEEKDAYS for each in (first, second))
        return start if weekdays and "and" not in gap else None

    def _range(self, start: int, first: TimeSpan, second: TimeSpan) -> list[TimeSpan]:
        """Return the one span of two times, none where it may be each week's."""
        stretch = re.compile("(?s:.*)").match(self.lowered, start, second.place[1])
        hit = Hit(stretch, self.parse, self.said) if stretch else None
        if hit and hit.verb and is_moved(hit.verb):
            return [second]  # "from Friday to Monday": Monday is what holds
        begin, end = first.days[0], second.days[1]
        if second.words.endswith((")", "]")):  # the gloss is of the whole range
            begin = second.days[0]
        elif first.words.lower() in WEEKDAYS:
            if hit is None or not hit.is_this_week:
                return []
            if begin >= end:
                begin, end = (begin - _WEEK, end) if hit.tense == "past" else (begin, end + _WEEK)
            if second.words.lower() in WEEKDAYS and end - begin > _WEEK:
                end -= _WEEK
        if not in_range((begin, end)):
            return []
        return [self._timespan(start, second.place[1], (begin, end))]
