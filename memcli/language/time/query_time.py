"""
What time a question asks for: a soft interval, the latest or the first, or "when" itself.

The times are those that finding.py reads at write time; it is loaded only where a question holds a
word that it could read. Of the times in one question the surest kind counts, and only that:

1. with a year: "in May 2023", "on 2023-05-07", "on 20230507". They need no reference.
2. of every year: "in May", "on 7 May", "at Christmas". The latest that has begun by the newest
   memory counts most, the others less.
3. counted from the present: "last week", "two days ago", "on Friday". They need a present. Where
   none is known, as in a judged question without a date, they mean nothing: "what did she do last
   week?" was asked at a time that nobody told. In a longer message only what stands in a sentence
   that asks counts, because "I slept badly last night. What should I cook?" asks for no night.

Before, after, since and until a date make an interval that is open to one side; before and after an
event ("before the trip") make none. LongMemEval (Wu et al., 2024) narrows the search to the time
that a question names; here it is a preference that fades outside, because what happened in May may
be told in June.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from memcli.language.data import read_data

if TYPE_CHECKING:
    from memcli.language.parts import TimeSpan

__all__ = ["AskedSpan", "AskedTime", "asked_direction", "asked_time", "asks_when"]

Direction = Literal["latest", "first"]

DAY_S: Final = 86_400.0
# A longer text is read only where a sentence may name a time.
LONG: Final = 300
# Outside an interval a match fades by 1/e in that part of its length, in days, but not faster.
SOFTNESS: Final = 0.5
LEAST_SOFTNESS: Final = 3.0
# "Recently": how many days back without loss, and how softly further.
RECENT_DAYS: Final = 14
# What a yearly time counts in the years around the latest one that has begun.
OTHER_YEARS: Final = ((0, 1.0), (-1, 0.8), (1, 0.8), (-2, 0.64))

_UNIT_DAYS: Final = {"day": 1, "night": 1, "weekend": 7, "week": 7, "month": 31, "year": 366}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of data/question_time.toml with its fragments put in."""
    data = read_data("question_time")
    filled = re.sub(r"\{([a-z]+)\}", lambda m: data["fragments"][m[1]], data["patterns"][name])
    return re.compile(filled)


@dataclass(frozen=True, slots=True)
class AskedSpan:
    """
    A time that is asked for: [start, end) in UTC, None where it is open.

    softness_days: > 0, in how many days outside a match fades to 1/e; weight: in (0, 1].
    """

    start: datetime | None
    end: datetime | None
    softness_days: float
    weight: float = 1.0

    @property
    def interval(self) -> tuple[float, float, float, float]:
        """Start and end in days since 1970, -inf and inf where open, softness and weight."""
        start = self.start.timestamp() / DAY_S if self.start else -float("inf")
        end = self.end.timestamp() / DAY_S if self.end else float("inf")
        return start, end, self.softness_days, self.weight


@dataclass(frozen=True, slots=True)
class AskedTime:
    """
    What a question asks of time.

    spans: the times that it names, any of which is meant. direction: it asks for the latest or the
    first of several. asks_when: the answer is a time.
    """

    spans: tuple[AskedSpan, ...] = ()
    direction: Direction | None = None
    asks_when: bool = False


def asked_time(
    question: str, now: datetime | None = None, newest: datetime | None = None
) -> AskedTime:
    """
    Return what a question asks of time.

    now: when it is asked, None where that is not known. newest: when the newest memory in sight was
    said; "in May" is the latest May of both. A naive time is UTC.
    """
    return AskedTime(
        spans=_spans(question, _utc(now), _utc(newest)),
        direction=asked_direction(question),
        asks_when=asks_when(question),
    )


def asks_when(question: str) -> bool:
    """Tell whether a question asks when something was, or how long: its answer is a time."""
    return bool(_pattern("when").search(question)) and not _pattern("type_of_time").search(question)


def asked_direction(question: str) -> Direction | None:
    """Tell whether a question asks for the latest or the first of what may be several."""
    if _pattern("latest").search(question):
        return "latest"
    return "first" if _pattern("first").search(question) else None


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spans(question: str, now: datetime | None, newest: datetime | None) -> tuple[AskedSpan, ...]:
    """Return the times of the surest kind that a question holds."""
    by = min((moment for moment in (now, newest) if moment), default=None)
    if _pattern("calendar").search(question):
        found = _of_calendar(_pattern("compact").sub(r"\1-\2-\3 ", question), by)
        if found:
            return found
    if not now:
        return ()
    if _pattern("present").search(question):
        return _of_present(question, now)
    if _pattern("recent").search(question):
        return (AskedSpan(now - timedelta(days=RECENT_DAYS), now, float(RECENT_DAYS)),)
    return ()


def _of_calendar(text: str, by: datetime | None) -> tuple[AskedSpan, ...]:
    """Return the times with a year; where there are none, those of every year around `by`."""
    if len(text) > LONG:
        text = " ".join(each for each in _sentences(text) if _pattern("calendar").search(each))
    times = _times(text, by or datetime(2000, 1, 1, tzinfo=UTC))
    dated = [each for each in times if _pattern("year").search(each.words)]
    if dated:
        return _distinct(_bounded(text, each) for each in _narrowest(dated))
    if by is None or not any(_is_yearly(each) for each in times):
        return ()
    return _distinct(_in_years(text, by))


def _distinct(spans: Iterable[AskedSpan]) -> tuple[AskedSpan, ...]:
    """Return each interval once, with the weight of its first appearance."""
    kept: dict[tuple[datetime | None, datetime | None], AskedSpan] = {}
    for span in spans:
        kept.setdefault((span.start, span.end), span)
    return tuple(kept.values())


def _sentences(text: str) -> list[str]:
    return _pattern("sentence_end").split(text)


def _is_yearly(time: TimeSpan) -> bool:
    return bool(_pattern("yearly").search(time.words)) and not _pattern("relative").search(
        time.words
    )


def _in_years(text: str, by: datetime) -> Iterable[AskedSpan]:
    """Yield yearly times in the years around the latest that has begun by a moment."""
    for step, weight in OTHER_YEARS:
        moment = _years_from(by, step)
        for each in _narrowest(filter(_is_yearly, _times(text, moment))):
            yield _bounded(text, _latest_begun(each, moment), weight)


def _years_from(moment: datetime, years: int) -> datetime:
    """Return the moment some years later, at the ends of the calendar the same moment.

    29 February becomes the 28th.
    """
    if not MINYEAR < moment.year + years < MAXYEAR:
        return moment
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year + years, day=day)


def _latest_begun(time: TimeSpan, by: datetime) -> TimeSpan:
    """Return a yearly time or, where that begins after a moment, the one a year before it."""
    from dataclasses import replace

    if time.start <= by:
        return time
    return replace(time, start=_years_from(time.start, -1), end=_years_from(time.end, -1))


def _of_present(question: str, now: datetime) -> tuple[AskedSpan, ...]:
    """Return the times counted from the present in the sentences that ask."""
    sentences = _sentences(question)
    text = question
    if len(sentences) > 1:
        dated = (each for each in sentences if _pattern("present").search(each))
        text = " ".join(each for each in dated if "?" in each or _pattern("asking").search(each))
    return _distinct(_bounded(text, each) for each in _narrowest(_times(text, now)))


def _times(text: str, by: datetime) -> list[TimeSpan]:
    """Return the times that a question names, also after "the week before"."""
    from memcli.language.time.finding import find_times

    # The unit is masked: a date that something is measured from counts for nothing in a statement.
    return find_times(_pattern("offset").sub(lambda found: "_" * len(found[0]), text), by)


def _narrowest(times: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Leave out what holds another time of the question: "in 2023" beside "in August 2023"."""
    all_times = list(times)
    return [
        each
        for each in all_times
        if not any(_is_inside(other, each) for other in all_times if other is not each)
    ]


def _is_inside(inner: TimeSpan, outer: TimeSpan) -> bool:
    shorter = inner.end - inner.start < outer.end - outer.start
    return shorter and outer.start <= inner.start and inner.end <= outer.end


def _bounded(text: str, time: TimeSpan, weight: float = 1.0) -> AskedSpan:
    """Return the interval that a time and the words around it mean."""
    before = text[max(0, time.place[0] - 40) : time.place[0]]
    edge = _pattern("edge").search(before)
    word = edge[1].lower().split()[0] if edge else ""
    softness = max(LEAST_SOFTNESS, SOFTNESS * (time.end - time.start) / timedelta(days=1))
    if word in ("before", "prior", "after", "following"):
        start, end = _beside(time, before, back=word in ("before", "prior"))
    elif word in ("until", "till", "by", "up"):
        start, end = None, time.end
    elif word == "since" or (word == "from" and _pattern("onwards").match(text, time.place[1])):
        start, end = time.start, None
    else:
        start, end = time.start, time.end
    return AskedSpan(start, end, softness, weight)


def _beside(time: TimeSpan, before: str, back: bool) -> tuple[datetime | None, datetime | None]:
    """Return what lies before or after a time: all of it, the week beside it, or two weeks off."""
    found = list(_pattern("offset").finditer(before))
    if not found:
        return (None, time.start) if back else (time.end, None)
    days = _UNIT_DAYS[found[-1]["unit"].lower().removesuffix("s")]
    # "the week before" lies beside the date, "two weeks before" is around a day two weeks off.
    units = _count(found[-1]["count"]) - 0.5 if found[-1]["count"] else 0.0
    near, far = timedelta(days=days * units), timedelta(days=days * (units + 1.0))
    try:
        return (time.start - far, time.start - near) if back else (time.end + near, time.end + far)
    except OverflowError:
        return time.start, time.end


def _count(words: str) -> int:
    from memcli.language.time.grammar import count_range

    return count_range(words.lower())[0]
