"""
Times in English sentences, resolved against the moment when they were said.

The approach is that of rule-based taggers such as HeidelTime (Strötgen and Gertz, 2010) and SUTime
(Chang and Manning, 2012): patterns find the words, and tense decides what lacks a year or a week.
All days are UTC. The precision of the words is the width of the span: a day (also for tonight or
Friday morning), a week from Monday to Monday, a weekend, a month, a year.

- last and next week, weekend, month and year count in the calendar; last and next Friday, June,
  summer and Christmas are the closest that lie wholly before or begin after the day.
- this Friday is the one on or after the day, in the past tense the one on or before it.
- on Friday, in June, on May 5th, at Christmas: see temporal_rules.
- two weeks ago is the calendar week that holds the day two weeks back; days, months and years
  likewise. A couple of, a few and several mean 2 to 3, 2 to 4 and 3 to 6.
- the last two years are the calendar years that they touch, the last two weeks count in days.
- Seasons are of the northern hemisphere. Times of day, durations, ages, recurrence ("every
  Friday") and vague words (now, soon, recently) are no times.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from memcli.language.parts import TimeSpan
from memcli.language.time.calendar import Span, in_range
from memcli.language.time.context import Hit
from memcli.language.time.grammar import HINT, PATTERNS, SCANNER, WEEKDAYS
from memcli.language.time.rules import read
from memcli.language.time.tense import tense_at
from memcli.language.time.validity import validity
from memcli.language.time.wording import derived_dates, spell

__all__ = ["derived_dates", "find_times", "resolve", "spell", "validity", "words_of"]

# A gloss that `resolve` added, or its like: "last Friday (5 May 2023)".
_GLOSS = re.compile(r"\s?\(([^()]{4,48})\)")
_FROM = re.compile(r"\b(?:from|between)\s$")
_BRIDGE = re.compile(r"\s?(?:[-\u2013\u2014]|\b(?:to|until|till|through|and)\b)\s?")
_ABSOLUTE = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|[0-9]['\u2019]?s\b")
_A_WEEK: Final = timedelta(days=7)


def find_times(text: str, said_at: datetime) -> list[TimeSpan]:
    """
    Return the times that a text names, in their order, without overlap.

    A relative time with a date in brackets after it, as `resolve` writes it, is that date. A year
    without a preposition is a time only where it is the whole text. A naive `said_at` is UTC.
    """
    lowered = _lower(text)
    if not HINT.search(lowered):
        return []
    said = (said_at.astimezone(UTC) if said_at.tzinfo else said_at).date()
    times = _scan(text, lowered, said)
    return _joined(text, lowered, times) if len(times) > 1 else times


def resolve(text: str, said_at: datetime) -> str:
    """
    Return the text with the date in brackets after each time that is not whole without it.

    "last Friday" becomes "last Friday (5 May 2023)", "in June" becomes "in June (June 2023)".
    Resolving again changes nothing, whenever it is done.
    """
    parts, done = [], 0
    for found in find_times(text, said_at):
        if not _ABSOLUTE.search(found.words):
            parts += [text[done : found.place[1]], f" ({spell(found)})"]
            done = found.place[1]
    return "".join(parts) + text[done:]


def words_of(times: list[TimeSpan]) -> list[str]:
    """Return the words of each time."""
    return [found.words for found in times]


def _lower(text: str) -> str:
    """Return the text in lower case, each character in its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _scan(text: str, lowered: str, said: date) -> list[TimeSpan]:
    """Return the longest readable form at each place, from left to right."""
    times = []
    place = 0
    while found := SCANNER.search(lowered, place):
        time_here = _longest(text, lowered, found.start(), said)
        if time_here:
            times.append(time_here)
        place = time_here.place[1] if time_here else found.start() + 1
    return times


def _longest(text: str, lowered: str, start: int, said: date) -> TimeSpan | None:
    """Return the longest form that starts at a place and is a time there."""
    matches = [(name, form.match(lowered, start)) for name, form in PATTERNS.items()]
    ends = [(found.end(), name, found) for name, found in matches if found]
    for end, name, found in sorted(ends, key=lambda each: -each[0]):
        span = read(name, Hit(found, text, said))
        if span:
            return _glossed(text, start, end, span)
    return None


def _glossed(text: str, start: int, end: int, span: Span) -> TimeSpan:
    """Return the time at [start, end), or what the brackets after it say."""
    own = _timespan(text, start, end, span)
    gloss = _GLOSS.match(text, end)
    if not gloss or _ABSOLUTE.search(own.words):
        return own
    inner = find_times(gloss[1], own.start)
    whole = len(inner) == 1 and inner[0].words == gloss[1]
    if not whole or not _ABSOLUTE.search(gloss[1]):
        return own
    return TimeSpan(inner[0].start, inner[0].end, text[start : gloss.end()], (start, gloss.end()))


def _timespan(text: str, start: int, end: int, span: Span) -> TimeSpan:
    first, last = (datetime.combine(each, time(), UTC) for each in span)
    return TimeSpan(first, last, text[start:end], (start, end))


def _joined(text: str, lowered: str, times: list[TimeSpan]) -> list[TimeSpan]:
    """Make one span of "from last Monday to today"; "Monday to Friday" without a tense is none."""
    joined: list[TimeSpan] = []
    rest = zip(times, [*times[1:], None], strict=True)
    for first, second in rest:
        opening = _opening(lowered, first, second) if second else None
        if second is None or opening is None:
            joined.append(first)
            continue
        both = _range(text, lowered, opening.start(), first, second)
        joined += [both] if both else []
        next(rest)
    return joined


def _opening(lowered: str, first: TimeSpan, second: TimeSpan) -> re.Match[str] | None:
    """Return the "from" or "between" before two times that a "to" or "and" joins."""
    low = max(0, first.place[0] - 12)
    opening = _FROM.search(lowered, low, first.place[0])
    gap = lowered[first.place[1] : second.place[0]]
    if not opening or len(gap) > 12 or not _BRIDGE.fullmatch(gap):
        return None
    return opening if ("and" in gap) == opening[0].startswith("between") else None


def _range(
    text: str, lowered: str, start: int, first: TimeSpan, second: TimeSpan
) -> TimeSpan | None:
    begin, end = first.start, second.end
    if second.words.endswith(")"):  # the gloss is of the whole range
        begin = second.start
    elif first.words.lower() in WEEKDAYS:
        tense = tense_at(lowered, start, second.place[1])
        if tense not in ("past", "future"):
            return None
        if begin >= end:
            begin, end = (begin - _A_WEEK, end) if tense == "past" else (begin, end + _A_WEEK)
        if second.words.lower() in WEEKDAYS and end - begin > _A_WEEK:
            end -= _A_WEEK
    if not in_range((begin.date(), end.date())):
        return None
    place = (start, second.place[1])
    return TimeSpan(begin, end, text[slice(*place)], place)
