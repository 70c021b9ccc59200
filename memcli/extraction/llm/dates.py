"""
Dates that a model gives: which of them follow from the turns that it cites.

A date follows when the turns name it, when it is what their relative words mean ("yesterday", "for
two weeks now"), when it is a longer time around that, or the day on which the turn was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from memcli.language.amounts import amounts
from memcli.language.data import read_data
from memcli.language.parts import TimeSpan, Utterance
from memcli.language.time.finding import find_times
from memcli.language.time.wording import dated

__all__ = ["days_of", "foreign_times", "spans_of", "with_dates", "without_known_dates"]

_A_DAY: Final = timedelta(days=1)
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_ABSOLUTE = re.compile(
    rf"{_YEAR.pattern}|\b(?:{'|'.join(_MONTHS)})[a-z]*\.?,? \d|\d(?:st|nd|rd|th)? (?:of )?"
    rf"(?:{'|'.join(_MONTHS)})",
    re.IGNORECASE,
)
_ISO_MONTH = re.compile(r"\b([12]\d{3})-(0[1-9]|1[0-2])\b(?!-)")
_DAYS_OF: Final[dict[str, int]] = read_data("grounding")["durations"]
_UNIT = re.compile(rf"[ -](?:more )?({'|'.join(_DAYS_OF)})s?\b", re.IGNORECASE)
_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_WEEKDAY_BEFORE = re.compile(_WEEKDAY.pattern + r",?\s+(?:the\s+)?\Z", re.IGNORECASE)


def spans_of(cited: Sequence[Utterance]) -> list[TimeSpan]:
    """Return the times that some turns name, each as seen from its own time."""
    return [
        span
        for turn in cited
        if turn.said_at
        for span in find_times(turn.text, turn.said_at, turn.utc_offset)
    ]


def days_of(cited: Sequence[Utterance]) -> list[TimeSpan]:
    """Return the days on which some turns were said, and those that their durations lead to."""
    return [_day(day) for turn in cited if turn.said_at for day in _days(turn.text, turn.said_at)]


def _days(text: str, said_at: datetime) -> Iterator[date]:
    said = said_at.astimezone(UTC).date()
    yield said
    for amount in amounts(text):
        unit = _UNIT.match(text, amount.place + len(amount.written))
        values = {float(key) for key in amount.says if key[0].isdecimal() and ":" not in key}
        for count in values if unit else ():
            away = count * _DAYS_OF[unit[1].lower()] if unit else 0
            for days in (-away, away):
                if abs(days) < 365 * 120 and 1 < said.year + days / 365 < 9998:
                    yield said + timedelta(days=days)


def _day(day: date) -> TimeSpan:
    start = datetime.combine(day, time(), UTC)
    return TimeSpan(start, start + _A_DAY if day < date.max else start, "", (0, 0))


def with_dates(text: str, own: Utterance) -> str:
    """Add the dates of relative times, where the model left them out and the turn has the words."""
    if own.said_at is None or _YEAR.search(text):
        return text
    said = own.text.casefold()
    spans = find_times(text, own.said_at, own.utc_offset)
    return dated(text, spans) if all(s.words.casefold() in said for s in spans) else text


def without_known_dates(text: str, own: Utterance, known: Sequence[TimeSpan]) -> str:
    """Return a text without the dates that follow from some spans; their weekdays must be right."""
    if own.said_at is None:
        return text
    text = _ISO_MONTH.sub(lambda found: f"{_MONTHS[int(found[2]) - 1]} {found[1]}", text)
    for span in reversed(find_times(text, own.said_at, own.utc_offset)):
        # The words of a relative time must stand in the turns as others do.
        if _ABSOLUTE.search(span.words) and any(_follows(span, other) for other in known):
            start, end = span.place
            before = _WEEKDAY_BEFORE.search(text[:start])
            named = _WEEKDAY.search(before[0] if before else span.words)
            if named is None or _WEEKDAYS[span.start.weekday()] == named[0].lower():
                text = f"{text[: before.start() if before else start]} {text[end:]}"
    return text


def _follows(span: TimeSpan, known: TimeSpan) -> bool:
    """Say whether a time is another, the month or year around it, or a day that ends its week."""
    if span.end - span.start == _A_DAY and known.end - known.start <= 7 * _A_DAY:
        return span.start == known.start or span.end == known.end
    is_calendar = span.start.day == span.end.day == 1
    around = span.start <= known.start and span.end >= known.end
    return (span.start, span.end) == (known.start, known.end) or (around and is_calendar)


def foreign_times(
    given: Mapping[str, datetime | None], cited: Sequence[Utterance], spans: Sequence[TimeSpan]
) -> list[str]:
    """Return the times of an operation, by name, that do not follow from its turns."""
    moments = {name: moment for name, moment in given.items() if moment}
    days = set(_possible(cited, spans)) if moments else set()
    return [f"{name} {m.date()}" for name, m in moments.items() if m.date() not in days]


def _possible(cited: Sequence[Utterance], spans: Sequence[TimeSpan]) -> Iterator[date]:
    """Yield the days at which something may begin or end by what the turns say."""
    for span in spans:
        yield from (span.days[0], span.days[1], span.days[1] - _A_DAY)
        first = span.days[0].replace(day=1)
        # The model may give no more than the month or the year.
        yield from (first, (first + 31 * _A_DAY).replace(day=1))
        yield from _year(first.year)
    for day in days_of(cited):
        yield from (day.start.date(), day.end.date())
    for turn in cited:
        for found in _YEAR.findall(turn.text):
            yield from _year(int(found))


def _year(year: int) -> Iterator[date]:
    yield from (date(year, 1, 1), date(min(year + 1, 9999), 1, 1))
