"""
What time a question asks for: a soft interval, the latest or the first, or "when" itself.

The times are those that finding.py reads, loaded only where a question may hold one; times in other
languages are put into English first. Of the times in one question the surest kind counts, and only
that:

1. with a year: "in May 2023", "on 20230507". They need no reference.
2. of every year: "in May", "at Christmas". The latest that has begun by the newest memory counts
   most, the others less.
3. counted from the present: "last week", "on Friday". Where none is known, as in a judged question
   without a date, they mean nothing. In a longer message only what stands in a sentence that asks
   counts, because "I slept badly last night. What should I cook?" asks for no night.

Before, after, since and until a date make an interval that is open to one side. LongMemEval (Wu et
al., 2024) narrows the search to the time that a question names; here it is a preference that fades
outside, because what happened in May may be told in June.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from memcli.language.data import read_data
from memcli.language.time.foreign import in_english, is_asked

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
    """Return a pattern of a question, with its fragment put in."""
    data = read_data("time")
    return re.compile(data["question"][name].replace("{units}", data["fragments"]["units"]))


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
        spans=_spans(in_english(question), _utc(now), _utc(newest)),
        direction=asked_direction(question),
        asks_when=asks_when(question),
    )


def asks_when(question: str) -> bool:
    """Tell whether a question asks when something was, or how long: its answer is a time."""
    if _pattern("when").search(question):
        return not _pattern("type_of_time").search(question)
    return is_asked("when", question)


def asked_direction(question: str) -> Direction | None:
    """Tell whether a question asks for the latest or the first of what may be several."""
    if _pattern("latest").search(question) or is_asked("latest", question):
        return "latest"
    asks_first = _pattern("first").search(question) or is_asked("first", question)
    return "first" if asks_first else None


def _utc(moment: datetime | None) -> datetime | None:
    return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))


def _spans(question: str, now: datetime | None, newest: datetime | None) -> tuple[AskedSpan, ...]:
    """Return the times of the surest kind that a question holds, each once."""
    text = _pattern("compact").sub(r"\1-\2-\3 ", question)
    found: list[AskedSpan] = []
    if _may_name_a_time(text):
        sentences = _pattern("sentence_end").split(text)
        by = min((moment for moment in (now, newest) if moment), default=None)
        found = _of_calendar(text, sentences, by) or (
            _of_present(text, sentences, now) if now else []
        )
    if not found and now and _pattern("recent").search(question):
        found = [AskedSpan(now - timedelta(days=RECENT_DAYS), now, float(RECENT_DAYS))]
    once: dict[tuple[datetime | None, datetime | None], AskedSpan] = {}
    for span in found:
        once.setdefault((span.start, span.end), span)
    return tuple(once.values())


def _may_name_a_time(text: str) -> bool:
    return bool(re.search(read_data("time")["hint"], text.lower()))


def _of_calendar(text: str, sentences: list[str], by: datetime | None) -> list[AskedSpan]:
    """Return the times with a year; where there are none, those of every year around `by`."""
    from memcli.language.time.finding import COMPLETE

    if len(text) > LONG:
        text = " ".join(each for each in sentences if _may_name_a_time(each))
    times = _times(text, by or datetime(2000, 1, 1, tzinfo=UTC))
    dated = [each for each in times if COMPLETE.search(each.words)]
    if dated or by is None or not any(_pattern("yearly").search(each.words) for each in times):
        return [_bounded(text, each) for each in _narrowest(dated)]
    return list(_in_years(text, by))


def _of_present(text: str, sentences: list[str], now: datetime) -> list[AskedSpan]:
    """Return the times counted from the present in the sentences that ask."""
    if len(sentences) > 1:
        asking = (each for each in sentences if "?" in each or _pattern("asking").search(each))
        text = " ".join(asking)
    return [_bounded(text, each) for each in _narrowest(_times(text, now))]


def _in_years(text: str, by: datetime) -> Iterable[AskedSpan]:
    """Yield yearly times in the years around the latest that has begun by a moment."""
    from dateutil.relativedelta import relativedelta

    for step, weight in OTHER_YEARS:
        moment = by + relativedelta(years=step) if 1 < by.year + step < 9999 else by
        times = [each for each in _times(text, moment) if _pattern("yearly").search(each.words)]
        for each in _narrowest(times):
            back = relativedelta(years=int(each.start > moment))
            time = replace(each, start=each.start - back, end=each.end - back)
            yield _bounded(text, time, weight)


def _times(text: str, by: datetime) -> list[TimeSpan]:
    """Return the times that a question names, also after "the week before"."""
    from memcli.language.time.finding import find_times

    # The unit is masked: a date that something is measured from counts for nothing in a statement.
    return find_times(_pattern("offset").sub(lambda found: "_" * len(found[0]), text), by)


def _narrowest(times: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Leave out what holds another time of the question: "in 2023" beside "in August 2023"."""
    return [
        each
        for each in times
        if not any(
            each.start <= other.start
            and other.end <= each.end
            and other.end - other.start < each.end - each.start
            for other in times
        )
    ]


def _bounded(text: str, time: TimeSpan, weight: float = 1.0) -> AskedSpan:
    """Return the interval that a time and the words around it mean."""
    word = time.edge
    softness = max(LEAST_SOFTNESS, SOFTNESS * (time.end - time.start) / timedelta(days=1))
    if word in ("before", "prior", "after", "following"):
        before = text[max(0, time.place[0] - 40) : time.place[0]]
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
    from memcli.language.time.grammar import count_range

    found = list(_pattern("offset").finditer(before))
    if not found:
        return (None, time.start) if back else (time.end, None)
    days = _UNIT_DAYS[found[-1]["unit"].lower().removesuffix("s")]
    # "the week before" lies beside the date, "two weeks before" is around a day two weeks off.
    units = count_range(found[-1]["count"].lower())[0] - 0.5 if found[-1]["count"] else 0.0
    near, far = timedelta(days=days * units), timedelta(days=days * (units + 1.0))
    try:
        return (time.start - far, time.start - near) if back else (time.end + near, time.end + far)
    except OverflowError:
        return time.start, time.end
