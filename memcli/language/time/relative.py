"""Readers of the forms that count from the day when they were said: last week, two days ago."""

from __future__ import annotations

from datetime import date
from typing import Final

from memcli.language.data import read_data
from memcli.language.time import calendar as cal
from memcli.language.time.calendar import DAY, Span
from memcli.language.time.context import BACKWARD, FORWARD, STEPS, Hit
from memcli.language.time.dates import Reader, number_of_day
from memcli.language.time.grammar import count_range, weekday_number
from memcli.language.time.tense import is_coming, is_perfect

_DAYS_AWAY: Final[dict[str, int]] = read_data("time")["days_away"]


def _day(hit: Hit) -> Span:
    name = " ".join(hit["name"].removeprefix("the ").split())
    return cal.day(hit.said + _DAYS_AWAY.get(name, 0) * DAY)


def _further(hit: Hit) -> Span:
    """The week before last, the Friday after next."""
    sign = -1 if hit["way"] == "before last" else 1
    if hit["unit"] in cal.UNITS:
        return cal.shifted(hit.said, hit["unit"], 2 * sign)
    return cal.day(cal.weekday_beside(hit.said, weekday_number(hit["unit"]), sign) + 7 * sign * DAY)


def _period(hit: Hit) -> Span | None:
    """Last week, this month, the past year, the weekend, the end of the month."""
    word, unit = hit["which"].removeprefix("the "), hit["unit"]
    if hit["time"] and unit == "year":  # "this time last year": the month
        return cal.shifted(hit.said, "month", 12 * STEPS[word])
    if word == "the":
        return _the_period(hit, unit)
    if unit == "weekend" and word == "this":
        return _nearby_weekend(hit)
    if unit != "weekend" and hit["which"] in ("this past", f"the {word}"):
        placed = word == "this past" or hit.before("rolling")
        return _rolling_span(hit.said, unit, 1 if word == "next" else -1) if placed else None
    return cal.shifted(hit.said, unit, -1 if word in BACKWARD else word in FORWARD)


def _the_period(hit: Hit, unit: str) -> Span | None:
    if unit == "weekend":
        known = hit.before("weekend") and hit.tense in ("past", "future")
        placed = known or hit.before("for")
        return _nearby_weekend(hit) if placed and not hit.is_capital("unit") else None
    each_time = hit.tense == "present" and hit.before("at_end") and not _is_to_come(hit)
    if not hit.before("rest") or hit.tense == "past" or each_time:
        return None
    return cal.shifted(hit.said, unit, 0)


def _nearby_weekend(hit: Hit) -> Span:
    """Return the latest weekend that has begun where the past is told, else that of this week."""
    past = hit.tense == "past" and hit.said.weekday() < 5
    return cal.shifted(hit.said, "weekend", -1 if past else 0)


def _rolling_span(said: date, unit: str, count: int) -> Span:
    """
    Return the last or next `count` units up to or from the day, that day's own included.

    Months, years and decades are whole ones of the calendar; what is shorter counts in days.
    """
    if unit == "hour":
        unit, count = "day", (1 if count > 0 else -1) * max(1, abs(count) // 24)
    first, last = sorted((said, cal.moved(said, unit, count)))
    whole = cal.UNITS["year" if unit == "decade" else unit if unit in ("month", "year") else "day"]
    return whole(first)[0], whole(last)[1]


def _rolling(hit: Hit) -> Span | None:
    count = count_range(hit["count"])[1] * (-1 if hit["way"] in BACKWARD else 1)
    return _rolling_span(hit.said, _unit(hit), count) if count else None


def _unit(hit: Hit) -> str:
    return hit["unit"].removesuffix("s")


def _weekday(hit: Hit) -> Span | None:
    """Read a weekday; last and next are the closest strictly before and after the day."""
    which, weekday = hit["which"], weekday_number(hit["weekday"])
    if not _is_weekday_name(hit):
        return None
    if hit["day"] or hit["word"]:
        return cal.nth_day(hit.said, number_of_day(hit), hit.looks_back, weekday)
    if hit["week"]:
        return cal.day(cal.week(hit.said)[0] + (weekday + 7 * STEPS[hit["week"]]) * DAY)
    # "On Friday", said on one; in a question, which is not parsed, it is the last.
    unsure = hit.word and hit.said.weekday() == weekday and not hit.before("edge")
    past, own_day = which in BACKWARD, which == "this"
    if own_day:
        past = hit.tense == "past"
    elif not which:
        past = hit.looks_back and not hit.before("pair")
        is_it = hit.word is not None and hit.parse.child(hit.word, "cop") is not None
        own_day = is_it and not past  # "it's Monday"
        if not _is_near(hit) or (unsure and not own_day):
            return None
    if own_day and hit.said.weekday() == weekday:
        return cal.day(hit.said)
    return cal.day(cal.weekday_beside(hit.said, weekday, -1 if past else 1))


def _is_near(hit: Hit) -> bool:
    """Tell "on Friday" and "see you Friday" from "our Friday meeting" and "Monday: rest"."""
    bare = hit.word is not None or hit.before("bare")
    placed = hit.before("on") or (bare and not hit.after("heading"))
    if not placed or hit.is_report or hit.is_timetable:
        return False
    return hit.is_free and not hit.before("apposed") and not hit.in_sentence("often")


def _is_weekday_name(hit: Hit) -> bool:
    """Tell "on Sat" and "on Sun" from what sat in the sun."""
    if hit["weekday"].endswith("day"):
        return True
    return hit.is_capital("weekday") and (bool(hit["which"]) or hit.before("on"))


def _away(hit: Hit, sign: int = -1) -> Span | None:
    """
    Read "two weeks ago" as the day, week, month or year in the calendar that lies so far away.

    Hours count as days. A count of a couple, a few or several gives the span from the farthest
    to the nearest that it means. Years and a half are the month, weeks and a half the week.
    """
    (near, far), unit = count_range(hit["count"]), _unit(hit)
    if unit == "hour":
        return cal.day(hit.said + sign * (near // 24) * DAY)
    if hit["same"]:  # "ten years ago today"
        size = hit["same"].removeprefix("this ").replace("today", "day")
        return cal.UNITS[size](cal.moved(hit.said, unit, sign * near))
    if hit["half"] or hit["late_half"] or not near:
        if unit == "year":
            return cal.shifted(hit.said, "month", sign * (12 * near + 6))
        return cal.shifted(hit.said, "week", sign * near) if near and unit != "day" else None
    spans = [_beside(hit.said, unit, sign * count) for count in (near, far)]
    return min(spans)[0], max(spans)[1]


def _beside(said: date, unit: str, count: int) -> Span:
    """Return the unit, season or weekday that is `count` away."""
    if unit in cal.SEASON_STARTS:
        latest = cal.latest(lambda year: cal.season(unit, year), said, edge=1)
        return cal.season(unit, latest[0].year + count + 1)
    if unit in cal.UNITS:
        # A decade ago is a year, not ten.
        return cal.shifted(said, *(("year", 10 * count) if unit == "decade" else (unit, count)))
    return cal.day(cal.weekday_beside(said, weekday_number(unit), -1) + 7 * (count + 1) * DAY)


def _ahead(hit: Hit) -> Span | None:
    """Read "in two weeks" as "two weeks ago" mirrored, unless it may be how long it takes."""
    vague = hit["count"] == "a" and hit["unit"] in ("day", "night")  # "all in a day's work"
    to_come = not vague and hit["inside"] and not hit.before("units") and _is_to_come(hit)
    whole = not hit["count"].startswith("half") and _unit(hit) != "hour"
    return _away(hit, 1) if whole and (hit["proof"] or to_come) else None


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
    return _beside(hit.said, unit, -most)


READERS: Final[dict[str, Reader]] = {
    "day": _day,
    "further": _further,
    "period": _period,
    "rolling": _rolling,
    "weekday": _weekday,
    "ago": _away,
    "ahead": _ahead,
    "lasting": _lasting,
}
