"""Readers of the forms that count from the day when they were said: last week, two days ago."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from memcli.language.time import calendar as cal
from memcli.language.time.calendar import DAY, Span
from memcli.language.time.context import BACKWARD, CLOSED_AFTER, FORWARD, OFTEN, ON, Hit
from memcli.language.time.grammar import ORDINALS, count_range, weekday_number

# What may stand before a weekday that has no preposition: "see you Saturday".
_BARE_BEFORE = re.compile(
    r"(?:^|[.,;:!?(\n*]\s?|\b(?:you|me|us|them|him|her|it|about|and|or|is|was|be|both"
    r"|everyone|everybody|all|guys|meet|say|maybe|thinking"
    r"|back|out|here|there|again|off|home|then|come|early|late)\s)$"
)
# "today, Thursday" names one day twice.
_APPOSED = re.compile(r"\b(?:today|tonight|tomorrow|yesterday)(?:\s\([^()]{4,20}\))?[\s,:(*]{1,4}$")
# "this Friday and Saturday"; a heading of a timetable, "Monday: rest".
_PAIR = re.compile(r"\b(?:this|next|coming)\s\w{3,6}day\s(?:and|or)\s+$")
_HEADING_AFTER = re.compile(r"\**(?::|\s?[-\u2013\u2014]\s)")
_PARTS_AFTER = re.compile(
    r"\s+(?:mornings|afternoons|evenings|nights)\b|,?\s+(?:the\s)?[0-9]{1,2}th"
)
_AGE_OF_AFTER = re.compile(
    r"(?:['\u2019]s)?\s(?:world|society|age|era|economy|standards|technology)\b"
)
_ROLLING_BEFORE = re.compile(r"\b(?:over|in|during|within|for|of)\s+$")
_REST_BEFORE = re.compile(
    r"\b(?:end|beginning|start|middle|rest|remainder|half)\sof\s$|\b(?:later|earlier)\sin\s+$"
)
_WEEKEND_BEFORE = re.compile(r"\b(?:over|on|at|during|for|by|until|before|after)\s+$")
_FOR = re.compile(r"\bfor\s+$")
_INEXACT_BEFORE = re.compile(r"\b(?:than|over|least|under|not|within|once|twice|times)\s+$")
_BE_BEFORE = re.compile(
    r"(?:\b(?:is|are|be|up|due|leaving|starts?"
    r"|begins?|back|again|arrives?|leaves?)|['\u2019](?:s|re))\s+$"
)
_OR_AFTER = re.compile(r"\s(?:or|of|to)\b")
_OF_AFTER = re.compile(r"\s(?:or|of)\b")
# "the last two weeks of June" are not the last two weeks.
_PART_AFTER = re.compile(
    r"\s(?:or\b|of\s(?:the|my|our|your|his|her|their|its|this|last|next|[0-9]|jan|feb|mar|apr|may"
    r"|jun|jul|aug|sep|oct|nov|dec|summer|winter|spring|autumn|school))"
)


def _named_day(hit: Hit) -> Span | None:
    name = hit["name"].removeprefix("the ")
    if name == "today" and hit.after(_AGE_OF_AFTER):
        return None
    steps = {"yesterday": -1, "tomorrow": 1, "last night": -1, "last evening": -1}
    further = {"day before yesterday": -2, "night before last": -2, "day after tomorrow": 2}
    return cal.day(hit.said + (steps | further).get(" ".join(name.split()), 0) * DAY)


def _one_further(hit: Hit) -> Span:
    """The week before last, the Friday after next."""
    back = hit["way"] == "before last"
    if hit["unit"] in cal.UNITS:
        return cal.shifted(hit.said, hit["unit"], -2 if back else 2)
    weekday = weekday_number(hit["unit"])
    if back:
        return cal.day(cal.weekday_before(hit.said, weekday) - 7 * DAY)
    return cal.day(cal.weekday_after(hit.said, weekday) + 7 * DAY)


def _period(hit: Hit) -> Span | None:
    """Last week, this month, the past year, the weekend, the end of the month."""
    which, unit = hit["which"], hit["unit"]
    if hit.after(_OF_AFTER):
        return None
    if which in ("coming", "upcoming") and unit in ("month", "year"):
        return None
    if which == "the":
        return _the_period(hit, unit)
    if which.startswith("the ") and unit != "weekend":
        backward = which != "the next"
        return (
            _rolling_span(hit.said, unit, -1 if backward else 1)
            if hit.before(_ROLLING_BEFORE)
            else None
        )
    word = which.removeprefix("the ")
    if word == "past":
        return None if not which.startswith("the ") else cal.shifted(hit.said, unit, -1)
    if word == "this" and unit == "weekend":
        return _nearby_weekend(hit)
    return cal.shifted(hit.said, unit, -1 if word in BACKWARD else word in FORWARD)


def _the_period(hit: Hit, unit: str) -> Span | None:
    if unit == "weekend":
        known = hit.before(_WEEKEND_BEFORE) and hit.tense in ("past", "future")
        placed = known or hit.before(_FOR)
        return _nearby_weekend(hit) if placed and not hit.is_capital("unit") else None
    if not hit.before(_REST_BEFORE) or hit.tense == "past":
        return None
    return cal.shifted(hit.said, unit, 0)


def _nearby_weekend(hit: Hit) -> Span:
    """Return the latest weekend that has begun where the past is told, else that of this week."""
    ours = cal.weekend(hit.said)
    if hit.tense == "past" and ours[0] > hit.said:
        return cal.weekend(hit.said - 7 * DAY)
    return ours


def _rolling_span(said: date, unit: str, count: int) -> Span:
    """
    Return the last or next `count` units up to or from the day, that day's own included.

    Months, years and decades are whole ones of the calendar; what is shorter counts in days.
    """
    if unit == "hour":
        unit, count = "day", (1 if count > 0 else -1) * max(1, abs(count) // 24)
    other = cal.moved(said, unit, count)
    size = unit if unit in ("month", "year") else "year" if unit == "decade" else "day"
    first, last = min(said, other), max(said, other)
    return cal.UNITS[size](first)[0], cal.UNITS[size](last)[1]


def _rolling(hit: Hit) -> Span | None:
    if hit["count"].startswith("half") or hit.after(_PART_AFTER):
        return None
    most = count_range(hit["count"])[1]
    sign = -1 if hit["way"] in BACKWARD else 1
    return _rolling_span(hit.said, _singular(hit["unit"]), sign * most)


def _singular(unit: str) -> str:
    return unit.removesuffix("s")


def _weekday(hit: Hit) -> Span | None:
    """Read a weekday; last and next are the closest strictly before and after the day."""
    if hit.after(_PARTS_AFTER) or not _is_weekday_name(hit):
        return None
    weekday = weekday_number(hit["weekday"])
    if hit["day"] or hit["word"]:
        number = ORDINALS.get(hit["word"]) or int(hit["day"])
        return cal.nth_day(hit.said, number, hit.looks_back, weekday)
    if hit["week"]:
        monday = cal.week(hit.said)[0]
        return cal.day(
            monday + (weekday + 7 * {"last": -1, "this": 0, "next": 1}[hit["week"]]) * DAY
        )
    which = hit["which"]
    if which in BACKWARD - {"past"}:
        return cal.day(cal.weekday_before(hit.said, weekday))
    if which in FORWARD:
        return cal.day(cal.weekday_after(hit.said, weekday))
    if which == "this":
        return cal.day(_this_weekday(hit, weekday))
    return _bare_weekday(hit, weekday) if not which else None


def _this_weekday(hit: Hit, weekday: int) -> date:
    if hit.tense == "past":
        return cal.weekday_before(hit.said + DAY, weekday)
    return cal.weekday_after(hit.said - DAY, weekday)


def _bare_weekday(hit: Hit, weekday: int) -> Span | None:
    """Read "on Friday" or "see you Friday" by tense, but not "our Friday meeting"."""
    if hit.before(_APPOSED):
        return None
    free = hit.before(_BARE_BEFORE) and hit.after(CLOSED_AFTER) and not hit.after(_HEADING_AFTER)
    placed = hit.before(ON) or free
    if not placed or OFTEN.search(hit.sentence()):
        return None
    if hit.before(_PAIR):
        return cal.day(cal.weekday_after(hit.said, weekday))
    past = hit.looks_back
    return cal.day((cal.weekday_before if past else cal.weekday_after)(hit.said, weekday))


def _is_weekday_name(hit: Hit) -> bool:
    """Tell "on Sat" and "on Sun" from what sat in the sun."""
    if hit["weekday"].endswith("day"):
        return True
    return hit.is_capital("weekday") and (bool(hit["which"]) or hit.before(ON))


def _ago(hit: Hit) -> Span | None:
    """
    Read "two weeks ago" as the day, week, month or year in the calendar that lies so far back.

    Hours count as days. A count of a couple, a few or several gives the span from the farthest
    to the nearest that it means.
    """
    if hit.before(_INEXACT_BEFORE):
        return None
    near, far = count_range(hit["count"])
    unit = _singular(hit["unit"])
    if unit == "hour":
        return cal.day(hit.said - near // 24 * DAY)
    if hit["half"] or hit["late_half"] or not near:
        return _halves_ago(hit.said, unit, near)
    return _back(hit.said, unit, far)[0], _back(hit.said, unit, near)[1]


def _halves_ago(said: date, unit: str, count: int) -> Span | None:
    """Return the month that lies some years and a half back, or the day for weeks and a half."""
    if unit == "year":
        return cal.shifted(said, "month", -12 * count - 6)
    return cal.shifted(said, "week", -count) if unit in ("week", "month") and count else None


def _back(said: date, unit: str, count: int) -> Span:
    """Return the unit, season or weekday that is `count` back."""
    if unit in cal.SEASON_STARTS:
        latest = cal.latest_over(lambda year: cal.season(unit, year), said)
        return cal.season(unit, latest[0].year - count + 1)
    if unit in cal.UNITS:
        # A decade ago is a year, not ten.
        return cal.shifted(said, *(("year", -10 * count) if unit == "decade" else (unit, -count)))
    return cal.day(cal.weekday_before(said, weekday_number(unit)) - 7 * (count - 1) * DAY)


def _ahead(hit: Hit) -> Span | None:
    """Read "in two weeks" as `_ago` mirrored, unless it may be how long something takes."""
    near, far = count_range(hit["count"])
    unit = _singular(hit["unit"])
    if not near or unit == "hour" or hit.before(_INEXACT_BEFORE) or hit.after(_OR_AFTER):
        return None
    if not hit["proof"] and not (
        hit["inside"] and (hit.tense == "future" or hit.before(_BE_BEFORE))
    ):
        return None
    step, size = ("year", 10) if unit == "decade" else (unit, 1)
    nearest = cal.shifted(hit.said, step, near * size)
    return nearest[0], cal.shifted(hit.said, step, far * size)[1]


READERS: Final[dict[str, Callable[[Hit], Span | None]]] = {
    "named_day": _named_day,
    "one_further": _one_further,
    "period": _period,
    "rolling": _rolling,
    "weekday": _weekday,
    "ago": _ago,
    "ahead": _ahead,
}
