"""From when to when what a sentence states holds in the world."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from memcli.language.parts import TimeSpan
from memcli.language.time.tense import clause_around, tense_at

Period = tuple[datetime | None, datetime | None]

_PREPOSITION = re.compile(
    r"\b(since|until|till|from|starting(?: on| in| from)?|as of|before|after|by|for)\s"
    r"(?:(?:about|around|the|early|late|mid|(?:the )?(?:end|beginning|start|middle) of)[\s-])*$"
)
# Verbs for a change that lasts, with what they need to mean one.
_CHANGE = re.compile(
    r"\b(?:(?:mov|relocat|switch|migrat|retir)(?:ed?|ing)(?!\s(?:on|by|forward|along|ahead)\b)"
    r"|switch|settled|hired"
    r"|(?:start|join)(?:ed|ing)(?!\s(?:you|us|me|him|her|them|off|at\s[0-9])\b)"
    r"|(?:enroll?|adopt)(?:ed|ing)"
    r"|resigned|began|begun|became|become|becoming|quit|quitting|married|marrying|promoted"
    r"|(?:got|get|getting)\s(?:married|engaged|divorced|hired|promoted))\b"
)
_ROLLING = re.compile(r"(?:the |these )?(?:last|past)\s", re.IGNORECASE)


def validity(text: str, said_at: datetime, times: list[TimeSpan]) -> Period:
    """
    Return (valid_from, valid_to) of what one sentence states; None is open or unknown.

    `times` are those of find_times(text). Where since, from, after, until, before or by stand
    before a time, they bound the period; else the narrowest time is the period. A change that
    lasts (moved, started, joined, became) has no end. Without a time, a change that lasts and what
    is in the present or future hold from `said_at`; what is past held until `said_at`, since it
    is not known when.
    """
    lowered = text.lower() if len(text.lower()) == len(text) else text
    said = said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC)
    past = tense_at(lowered, 0, 0) == "past"
    if not times:
        lasting = not past or bool(_CHANGE.search(lowered))
        return (said, None) if lasting else (None, said)
    edges = _edges(lowered, said, times, past)
    if edges:
        return edges
    point = min(times, key=lambda each: each.end - each.start)
    low, high = clause_around(lowered, *point.place)
    return point.start, None if _CHANGE.search(lowered, low, high) else point.end


def _edges(text: str, said: datetime, times: list[TimeSpan], past: bool) -> Period | None:
    """Return the period that prepositions bound, or None where none does."""
    start: datetime | None = None
    end: datetime | None = None
    for each in times:
        word = _preposition(text, each)
        if word in ("since", "from", "starting", "as") or (
            word == "for" and _ROLLING.match(each.words)
        ):
            start = each.start
        elif word == "after":
            start = each.end
        elif word in ("until", "till") or (word == "by" and not past):
            end = each.end
        elif word == "before":
            end = each.start
    if start is None and end is None:
        return None
    if start is None and not past and end and end > said:
        start = said
    return (start, end) if not (start and end and end <= start) else (start, None)


def _preposition(text: str, each: TimeSpan) -> str:
    """Return the word before a time that says which of its edges is meant, or nothing."""
    found = _PREPOSITION.search(text[max(0, each.place[0] - 40) : each.place[0]])
    return found[1].split()[0] if found else ""
