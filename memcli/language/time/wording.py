"""How a resolved time is written: in brackets after its words, which find_times reads back."""

from __future__ import annotations

from collections.abc import Iterable

from memcli.language.parts import TimeSpan
from memcli.language.time.calendar import DAY, week
from memcli.language.time.finding import COMPLETE


def dated(text: str, spans: Iterable[TimeSpan], start: int = 0) -> str:
    """
    Return a quotation with the date in square brackets after each time that is not whole without.

    text: the sentence from its place `start` on. "last Friday [2026-05-15]", "in June [2026-06]";
    days are the speaker's own. Doing it again changes nothing.
    """
    parts, done = [], 0
    for span in spans:
        low, high = (place - start for place in span.place)
        if done <= low and high <= len(text) and not COMPLETE.search(span.words):
            parts += [text[done:high], f" [{iso(span)}]"]
            done = high
    return "".join(parts) + text[done:]


def iso(span: TimeSpan) -> str:
    """Return a span as "2026-05-15", "week of 2026-05-11", "2026-05", "2019" or "... to ..."."""
    start, end = span.days
    last = end - DAY
    whole_months = start.day == 1 and end.day == 1
    whole_years = whole_months and start.month == 1 and end.month == 1
    size = 4 if whole_years else 7 if whole_months else 10
    if span.kind == "since" and span.words.lower().startswith("for "):
        return f"since {start.isoformat()[:size]}"
    if (start, end) == week(start):
        return f"week of {start}"
    first, final = start.isoformat()[:size], last.isoformat()[:size]
    return first if first == final else f"{first} to {final}"
