"""Readers of the forms that count from the day when they were said: last week, two days ago."""

from __future__ import annotations

from datetime import date
from typing import Final

from memcli.language.time import calendar as cal
from memcli.language.time.calendar import DAY, Span
from memcli.language.time.context import BACKWARD, FORWARD, Hit
from memcli.language.time.dates import Reader, number_of_day
from memcli.language.time.grammar import count_range, weekday_number
from memcli.language.time.tense import is_coming, is_perfect

_STEPS: Final = {
    "yesterday": -1,
    "tomorrow": 1,
    "last night": -1,
    "last evening": -1,
    "day before yesterday": -2,
    "night before last": -2,
    "day after tomorrow": 2,
}


def _named_day(hit: Hit) -> Span | None:
    name = " ".join(hit["name"].removeprefix("the ").split())
    if name == "today" and hit.after("age"):
        return None
    return cal.day(hit.said + _STEPS.get(name, 0) * DAY)


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
    if (
        hit.after("of")
        or hit.after("numbered")
        or (which in ("coming", "upcoming") and unit in ("month", "year"))
    ):
        return None
    if which == "the":
        return _the_period(hit, unit)
    if which.startswith("the ") and unit != "weekend":
        step = 1 if which == "the next" else -1
        return _rolling_span(hit.said, unit, step) if hit.before("rolling") else None
    word = which.removeprefix("the ")
    if word == "past" and not which.startswith("the "):
        return None
    if word == "this" and unit == "weekend":
        return _nearby_weekend(hit)
    return cal.shifted(hit.said, unit, -1 if word in BACKWARD else word in FORWARD)


def _the_period(hit: Hit, unit: str) -> Span | None:
    if unit == "weekend":
        known = hit.before("weekend") and hit.tense in ("past", "future")
        placed = known or hit.before("for")
        return _nearby_weekend(hit) if placed and not hit.is_capital("unit") else None
    if not hit.before("rest") or hit.tense == "past":
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
    if hit["count"].startswith("half") or hit.after("part_of"):
        return None
    sign = -1 if hit["way"] in BACKWARD else 1
    return _rolling_span(hit.said, _unit(hit), sign * count_range(hit["count"])[1])


def _unit(hit: Hit) -> str:
    return hit["unit"].removesuffix("s")


def _weekday(hit: Hit) -> Span | None:
    """Read a weekday; last and next are the closest strictly before and after the day."""
    which, weekday = hit["which"], weekday_number(hit["weekday"])
    if hit.after("parts") or not _is_weekday_name(hit) or which == "past":
        return None
    if hit["day"] or hit["word"]:
        return cal.nth_day(hit.said, number_of_day(hit), hit.looks_back, weekday)
    if hit["week"]:
        monday = cal.week(hit.said)[0]
        return cal.day(
            monday + (weekday + 7 * {"last": -1, "this": 0, "next": 1}[hit["week"]]) * DAY
        )
    past = which in BACKWARD
    if which == "this":
        past = hit.tense == "past"
        near = hit.said + DAY if past else hit.said - DAY
        return cal.day((cal.weekday_before if past else cal.weekday_after)(near, weekday))
    if not which:
        if not _is_near(hit):
            return None
        past = hit.looks_back and not hit.before("pair")
        is_it = hit.word is not None and hit.parse.child(hit.word, "cop") is not None
        if is_it and not past and hit.said.weekday() == weekday:  # "it's Monday"
            return cal.day(hit.said)
    return cal.day((cal.weekday_before if past else cal.weekday_after)(hit.said, weekday))


def _is_near(hit: Hit) -> bool:
    """Tell "on Friday" and "see you Friday" from "our Friday meeting" and "Monday: rest"."""
    bare = hit.word is not None or hit.before("bare")
    placed = hit.before("on") or (bare and not hit.after("heading"))
    if hit.is_report:
        return False
    return placed and hit.is_free and not hit.before("apposed") and not hit.in_sentence("often")


def _is_weekday_name(hit: Hit) -> bool:
    """Tell "on Sat" and "on Sun" from what sat in the sun."""
    if hit["weekday"].endswith("day"):
        return True
    return hit.is_capital("weekday") and (bool(hit["which"]) or hit.before("on"))


def _ago(hit: Hit) -> Span | None:
    """
    Read "two weeks ago" as the day, week, month or year in the calendar that lies so far back.

    Hours count as days. A count of a couple, a few or several gives the span from the farthest
    to the nearest that it means. Years and a half are the month, weeks and a half the day.
    """
    if hit.before("inexact"):
        return None
    (near, far), unit = count_range(hit["count"]), _unit(hit)
    if unit == "hour":
        return cal.day(hit.said - near // 24 * DAY)
    if hit["half"] or hit["late_half"] or not near:
        if unit == "year":
            return cal.shifted(hit.said, "month", -12 * near - 6)
        return cal.shifted(hit.said, "week", -near) if unit in ("week", "month") and near else None
    return _back(hit.said, unit, far)[0], _back(hit.said, unit, near)[1]


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
    (near, far), unit = count_range(hit["count"]), _unit(hit)
    if not near or unit == "hour" or hit.before("inexact") or hit.after("or"):
        return None
    vague = hit["count"] == "a" and unit in ("day", "night")  # "all in a day's work"
    if not hit["proof"] and (vague or not hit["inside"] or not _is_to_come(hit)):
        return None
    step, size = ("year", 10) if unit == "decade" else (unit, 1)
    nearest = cal.shifted(hit.said, step, near * size)
    return nearest[0], cal.shifted(hit.said, step, far * size)[1]


def _is_to_come(hit: Hit) -> bool:
    """Tell "the exam is in two weeks" from "I read it in two weeks"."""
    if hit.word is None:
        return hit.tense == "future" or hit.before("be")
    coming = hit.verb is not None and is_coming(hit.parse, hit.verb)
    return hit.tense == "future" or (hit.tense == "present" and coming)


def _lasting(hit: Hit) -> Span | None:
    """Read "I have lived here for three years" as the time when that began."""
    (least, most), unit = count_range(hit["count"]), _unit(hit)
    perfect = hit.verb is not None and is_perfect(hit.parse, hit.verb)
    if unit in ("hour", "day", "night") or least != most or not perfect:
        return None
    return _back(hit.said, unit, most)


READERS: Final[dict[str, Reader]] = {
    "named_day": _named_day,
    "one_further": _one_further,
    "period": _period,
    "rolling": _rolling,
    "weekday": _weekday,
    "ago": _ago,
    "ahead": _ahead,
    "lasting": _lasting,
}
