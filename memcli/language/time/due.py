"""Due days: by which day something is to be done, by the words of a sentence."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.parts import TimeSpan
from memcli.language.syntax import Parse
from memcli.language.time.finding import find_times
from memcli.language.time.wording import dated

DAY: Final = timedelta(days=1)
# "before the end of March": its last day is meant.
_END: Final = re.compile(r"\bend\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_LASTING: Final = re.compile(r"\bfor\s+(?:the\s+)?$", re.IGNORECASE)
Place = tuple[int, int]


def due_day(
    parse: Parse, place: Place, said_at: datetime, utc_offset: int | None = None
) -> tuple[date | None, list[TimeSpan]]:
    """
    Return the speaker's own day by which something is to be done, and the times that say so.

    place: the stretch of the sentence, [start, end), in which a time is one of it; said_at: naive
    is UTC. "on Monday" is that day, "next week" its last, "before June" the day before it; what has
    passed, began before, or is longer than a month is no day. None where there is none.
    """
    spans = [s for s in find_times(parse, said_at, utc_offset) if _is_within(s.place, place)]
    today = (said_at + timedelta(minutes=utc_offset or 0)).date()
    longest = timedelta(days=read_data("intentions")["longest_days"])
    for span in spans:
        start, end = span.days
        day = _last_day(span, parse.text)
        lasts = end - start > DAY and _LASTING.search(parse.text[: span.place[0]])
        if span.kind != "since" and day >= today and end - start <= longest and not lasts:
            return day, [span]
    month = _before_month().search(parse.text, *place)
    if month is None:
        return None, []
    return _before(month["month"], today), [TimeSpan(said_at, said_at, month[0], month.span())]


def without_day(text: str, spans: list[TimeSpan], start: int) -> str:
    """
    Return a task without its day where that stands at its end; else the date is put behind it.

    text: what begins at the place `start` of its sentence, in which the places of `spans` are.
    """
    for span in spans:
        low, high = (place - start for place in span.place)
        if low > 0 and not text[high:].strip(" .!"):
            return _leading().sub("", text[:low]).rstrip(" ,")
    inside = [s for s in spans if s.place[0] > start and s.start < s.end]
    return dated(text, inside, start)


def _last_day(span: TimeSpan, text: str) -> date:
    start, end = span.days
    at_end = _END.search(text[: span.place[0]])
    return start - DAY if span.edge == "before" and not at_end else end - DAY


def _is_within(inner: Place, outer: Place) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


@cache
def _before_month() -> re.Pattern[str]:
    months = "|".join(read_data("time")["months"].split())
    edges = "|".join(read_data("intentions")["ending"].split())
    return re.compile(rf"\b(?:{edges})\s+(?P<month>{months})\b(?!\s*\d)")


@cache
def _leading() -> re.Pattern[str]:
    words = "|".join(read_data("intentions")["leading"].split())
    return re.compile(rf"(?:[\s,]+(?:{words}))+\s*$|[\s,]+$", re.IGNORECASE)


def _before(month: str, today: date) -> date:
    """Return the day before a month that begins after a day."""
    number = read_data("time")["months"].split().index(month) + 1
    first = date(today.year, number, 1)
    if first <= today:
        first = date(today.year + 1, number, 1)
    return first - DAY
