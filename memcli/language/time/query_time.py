"""
What time a question asks for: a soft interval, the latest or the first, or "when" itself.

The times are those that temporal.py reads at write time; it is loaded only where a question holds a
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
from typing import TYPE_CHECKING, Final, Literal

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

_MONTHS = "january|february|april|june|july|august|september|october|november|december"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_HOLIDAYS = r"christmas|boxing\sday|new\syear|valentine|halloween|easter|april\sfool|patrick"
_UNITS = r"(?:hour|day|night|weekend|week|fortnight|month|year|decade)s?"
# A superset of what is read as a time of the calendar, cheap enough for every question.
_CALENDAR = re.compile(
    rf"(?<![0-9])(?:19|20)[0-9]{{2}}(?![0-9])|(?<![0-9])(?:19|20)[0-9]{{6}}(?![0-9])|[0-9]0['\u2019]?s\b"
    rf"|\b(?i:{_MONTHS}|{_HOLIDAYS})|\b(?:March|May|{_SHORT})\b|\b(?i:in|since|during)\s+(?:march|may)\b"
)
_PRESENT = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|ago|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|Mon|Tue|Tues|Wed|Thu|Thurs|Fri|Sat|Sun"
    rf"|(?:last|this|next|past|coming|the)\s+(?:\w+\s+){{0,2}}{_UNITS}"
    r"|(?:last|this|next|past)\s+(?:spring|summer|autumn|fall|winter|morning|afternoon|evening"
    rf"|{_SHORT}|{_MONTHS}|march|may|{_HOLIDAYS})"
    rf"|in\s+(?:\w+\s+){{0,3}}{_UNITS}|[0-9]{{1,2}}(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])[_T]?")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|[0-9]0['\u2019]?s\b")
_YEARLY = re.compile(rf"\b(?:{_MONTHS}|march|may|{_SHORT}|{_HOLIDAYS})", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:last|this|next|past|coming|upcoming|ago)\b", re.IGNORECASE)

# "the week before 16 November", "two days after 7 May": how long before or after which date.
_OFFSET = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,2})\s)?"
    r"(?P<unit>(?:day|night|weekend|week|month|year)s?)(?=\s(?:before|prior\sto|after|following)\s"
    r"(?!(?:yesterday|tomorrow|last|next|this)\b))",
    re.IGNORECASE,
)
_UNIT_DAYS: Final = {"day": 1, "night": 1, "weekend": 7, "week": 7, "month": 31, "year": 366}
_EDGE = re.compile(
    r"\b(before|prior\sto|until|till|by|up\sto|after|following|since|from)"
    r"\s(?:(?:the|about|around|early|late|mid|(?:the\s)?(?:end|beginning|start|middle)\sof)[\s-])*$",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"\s(?:on|onwards?)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\u201d]*\s+(?=[^a-z0-9\s])|\n+")
_ASKING = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|also|then|hey|please)\W+){0,2}"
    r"(?:who|whom|whose|what|when|where|which|why|how|did|do|does|is|are|was|were|has|have|had|can"
    r"|could|will|would|should|tell|remind|show|list|find|summari[sz]e|recall|name)\b",
    re.IGNORECASE,
)

_LATEST = re.compile(
    r"\b(?:latest|newest|most\srecent(?:ly)?"
    r"|(?:the|his|her|their|my|our|your|\w+['\u2019]s)\s(?:very\s)?last\s(?!name\b|minute\b|resort\b"
    rf"|straw\b|word\b|of\b|(?:\w+\s)?{_UNITS}\b)\w+"
    r"|when\s(?:did|was|were|have|has|had)\s(?:\w+\W+){1,4}?last\s(?!(?:\w+\s)?"
    + _UNITS
    + r"\b)\w+"
    r"|last\stime)\b",
    re.IGNORECASE,
)
_RECENT = re.compile(r"\b(?:recently|lately|nowadays|these\sdays)\b", re.IGNORECASE)
_FIRST = re.compile(
    r"\b(?:earliest|originally|initially|for\sthe\sfirst\stime|(?:very\s)?first\stime|first[\s-]ever"
    r"|(?:did|has|have|had|was|were|ever)\s(?:\w+\s){0,4}?first\s(?!of\sall\b|half\b|place\b|name\b"
    r"|aid\b|thing\b|step\b|floor\b|grade\b|class\b|person\b|hand\b|prize\b|language\b)\w)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^\W*(?:(?:and|so|do\syou\s(?:know|remember)|(?:can|could)\syou\stell\sme|tell\sme|remind\sme"
    r"|i\s(?:forgot|wonder|forget))\W+){0,2}"
    r"(?:(?:around|since|until|by|on|in|at|as\sof|exactly)\s){0,2}"
    r"(?:when\b|(?:what|which)\s(?:was\sthe\s|is\sthe\s)?(?:exact\s)?"
    r"(?:date|day|weekday|week|month|year|season|time)\b"
    r"|how\slong\b|how\s(?:many|much)\s(?:hours|days|nights|weeks|months|years|time)\b"
    r"|how\srecently\b)"
    r"|\b(?:on|in|at)\s(?:what|which)\s(?:date|day|week|month|year|season|time)\b",
    re.IGNORECASE,
)
_TYPE_OF_TIME = re.compile(r"\bwhat\stime\sof\s(?!day|year|night)|\bin\stime\sof\b", re.IGNORECASE)


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
    return bool(_WHEN.search(question)) and not _TYPE_OF_TIME.search(question)


def asked_direction(question: str) -> Direction | None:
    """Tell whether a question asks for the latest or the first of what may be several."""
    if _LATEST.search(question):
        return "latest"
    return "first" if _FIRST.search(question) else None


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spans(question: str, now: datetime | None, newest: datetime | None) -> tuple[AskedSpan, ...]:
    """Return the times of the surest kind that a question holds."""
    by = min((moment for moment in (now, newest) if moment), default=None)
    if _CALENDAR.search(question):
        found = _of_calendar(_COMPACT.sub(r"\1-\2-\3 ", question), by)
        if found:
            return found
    if not now:
        return ()
    if _PRESENT.search(question):
        return _of_present(question, now)
    if _RECENT.search(question):
        return (AskedSpan(now - timedelta(days=RECENT_DAYS), now, float(RECENT_DAYS)),)
    return ()


def _of_calendar(text: str, by: datetime | None) -> tuple[AskedSpan, ...]:
    """Return the times with a year; where there are none, those of every year around `by`."""
    if len(text) > LONG:
        text = " ".join(each for each in _sentences(text) if _CALENDAR.search(each))
    times = _times(text, by or datetime(2000, 1, 1, tzinfo=UTC))
    dated = [each for each in times if _YEAR.search(each.words)]
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
    return _SENTENCE_END.split(text)


def _is_yearly(time: TimeSpan) -> bool:
    return bool(_YEARLY.search(time.words)) and not _RELATIVE.search(time.words)


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
        dated = (each for each in sentences if _PRESENT.search(each))
        text = " ".join(each for each in dated if "?" in each or _ASKING.search(each))
    return _distinct(_bounded(text, each) for each in _narrowest(_times(text, now)))


def _times(text: str, by: datetime) -> list[TimeSpan]:
    """Return the times that a question names, also after "the week before"."""
    from memcli.language.time.resolution import find_times

    # The unit is masked: a date that something is measured from counts for nothing in a statement.
    return find_times(_OFFSET.sub(lambda found: "_" * len(found[0]), text), by)


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
    edge = _EDGE.search(before)
    word = edge[1].lower().split()[0] if edge else ""
    softness = max(LEAST_SOFTNESS, SOFTNESS * (time.end - time.start) / timedelta(days=1))
    if word in ("before", "prior", "after", "following"):
        start, end = _beside(time, before, back=word in ("before", "prior"))
    elif word in ("until", "till", "by", "up"):
        start, end = None, time.end
    elif word == "since" or (word == "from" and _ONWARDS.match(text, time.place[1])):
        start, end = time.start, None
    else:
        start, end = time.start, time.end
    return AskedSpan(start, end, softness, weight)


def _beside(time: TimeSpan, before: str, back: bool) -> tuple[datetime | None, datetime | None]:
    """Return what lies before or after a time: all of it, the week beside it, or two weeks off."""
    found = list(_OFFSET.finditer(before))
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
