"""Readers of the forms that name a day, month, season, year or holiday of the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final

from memcli.language.data import words
from memcli.language.time import calendar as cal
from memcli.language.time.calendar import DAY, Span, Yearly
from memcli.language.time.context import (
    NEAR,
    STEPS,
    Hit,
    directed,
    some_year,
    which_day,
    which_year,
)
from memcli.language.time.grammar import (
    HOLIDAYS,
    MONTHS,
    ORDINALS,
    holiday_name,
    month_number,
    weekday_number,
)
from memcli.language.time.tense import is_moved

Reader = Callable[[Hit], Span | None]
# Months and short forms that are also words or first names.
_MONTH_WORDS: Final = words("time", "month_words")
_MONTH_FIRST_NAMES: Final = words("time", "month_first_names")
# A date with a weekday is of a year as near as that.
_WEEKDAY_REACH: Final = 200 * DAY


def number_of_day(hit: Hit, group: str = "day") -> int:
    """Return the day of the month that a form gives in digits or as a word."""
    return ORDINALS.get(hit["word"]) or int(hit[group].rstrip("sthndr"))


def _is_month(hit: Hit, group: str = "month") -> bool:
    """Tell a month from the words may and march: by its capital."""
    return not hit[group] or hit[group] not in _MONTH_WORDS or hit.is_capital(group)


def _on(month: int, number: int) -> Yearly:
    return lambda year: cal.day(date(year, month, number))


def _in(month: int) -> Yearly:
    return lambda year: cal.months(year, month)


def _iso(hit: Hit) -> Span:
    return cal.day(date(int(hit["year"]), int(hit["month"]), int(hit["day"])))


def _numeric(hit: Hit) -> Span | None:
    """7/5/2023 may be in May or in July; only what can be read one way is read."""
    a, b, year = int(hit["a"]), int(hit["b"]), int(hit["year"])
    if a <= 12 and b <= 12 and a != b:
        return None
    return cal.day(date(year, min(a, b), max(a, b)))


def _date(hit: Hit) -> Span | None:
    group, digits = ("month", "day") if hit["month"] else ("month_first", "day_last")
    ordinal = bool(re.search(r"[a-z]", hit["day_last"]) or " of " in hit.found[0])
    year = some_year(hit)
    if not (_is_month(hit, group) or ordinal or year):
        return None
    unsure = hit[group] in _MONTH_WORDS and not ordinal and year is None
    if unsure and hit.after("plural"):
        return None
    make = _on(month_number(hit[group]), number_of_day(hit, digits))
    if year is not None:
        span: Span | None = make(year)
    else:
        span = (_of_weekday(hit, make) if hit["weekday"] else None) or which_day(hit, make)
    return cal.UNITS[hit["unit"]](span[0]) if span and hit["unit"] else span


def _of_weekday(hit: Hit, make: Yearly) -> Span | None:
    """Return the nearest such date on its weekday, on the side of the present that is told."""
    weekday, said, reach = weekday_number(hit["weekday"]), hit.said, _WEEKDAY_REACH
    days = [each for each, _ in cal.each_year(make, said) if each.weekday() == weekday]
    if hit.tense in ("past", "future"):
        days = [each for each in days if (each <= said) == (hit.tense == "past")]
        reach *= 2
    best = min(days, key=lambda each: abs(each - said), default=None)
    return cal.day(best) if best and abs(best - said) < reach else None


def _range(hit: Hit) -> Span | None:
    """Read days, months or years from one to another."""
    first, last = hit["month"] or hit["last_month"], hit["last_month"] or hit["month"]
    if not (_is_month(hit) and _is_month(hit, "last_month")):
        return None
    if not last:
        return None if hit.after("plural") else _closed(hit, cal.year, cal.year)
    start, end = _in(month_number(first)), _in(month_number(last))
    if hit["day"]:
        from_day, to_day = number_of_day(hit), number_of_day(hit, "last_day")
        if not hit["last_month"] and to_day <= from_day:
            return None  # "from October 10 to 5 people"
        start, end = _on(month_number(first), from_day), _on(month_number(last), to_day)
    elif not hit["open"] and not hit["last_year"] and not hit.before("month"):
        return None
    return _closed(hit, start, end)


def _closed(hit: Hit, start: Yearly, end: Yearly) -> Span | None:
    """Return from the start of one yearly span to the end of another, by the years given."""
    year, first_year = hit["last_year"] or hit["year"], hit["year"]
    last = end(int(year)) if year else which_day(hit, end)
    if last is None or ("and" in hit.found[0] and hit["open"] != "between"):
        return None
    if hit["open"] == "from" and hit.verb and is_moved(hit.verb):
        return last
    first = start(int(first_year)) if first_year else cal.latest(start, last[0])
    return first[0], last[1]


def _yearly(hit: Hit) -> Span | None:
    """Read a month, season or holiday: of a year, the last or next one, or by the tense."""
    make, year = _maker(hit), some_year(hit)
    if hit["holiday"] and not hit.is_free:
        return None
    if year is not None:
        return make(year) if _is_month(hit) or hit.before("month") else None
    if hit["which"]:
        alone = _is_month(hit) and (not hit["season"] or hit.stands_alone)
        return directed(hit, make) if alone else None
    span = which_year(hit, make) if _is_placed(hit) else None
    # "It gets busy at Easter" is of every year, unless Easter is near.
    yearly = hit["holiday"] and hit.word and hit.tense in ("present", "unknown")
    return None if span and yearly and abs(span[0] - hit.said) > NEAR else span


def _maker(hit: Hit) -> Yearly:
    if hit["month"]:
        return _in(month_number(hit["month"]))
    if hit["season"]:
        return lambda year: cal.season(hit["season"], year)
    day = HOLIDAYS.get(holiday_name(hit["holiday"]))
    return _on(day[0], day[1]) if day else cal.easter_sunday


def _is_placed(hit: Hit) -> bool:
    """Tell a time from the kind of a tree, a costume or a greeting, a name or a word."""
    if not hit["month"]:
        return bool(hit["holiday"]) and (hit.before("holiday") or hit.is_spent)
    nameless = hit["month"] not in _MONTH_FIRST_NAMES and hit.before("month_but_no_name")
    placed = nameless or hit.before("month")
    return placed and (_is_month(hit) or hit.after("closed"))


def _year(hit: Hit) -> Span | None:
    """Read a year, a quarter of one, or a decade."""
    if hit["decade"]:
        first = int(hit["decade"])
        return cal.decade_of(date(first if first > 99 else 1900 + first, 1, 1))
    if hit["quarter"]:
        return cal.months(int(hit["year"]), 3 * int(hit["quarter"]) - 2, 3)
    alone = hit.found[0] == hit.found.string.strip()
    placed = hit.before("year") and not hit.after("plural")
    return cal.year(int(hit["year"])) if alone or placed else None


def _nth(hit: Hit) -> Span | None:
    """Read "on the 15th" as the latest or the next such day, by tense."""
    number = number_of_day(hit)
    if hit["which"]:
        return cal.day(cal.moved(hit.said, "month", STEPS[hit["which"]]).replace(day=number))
    free = hit.is_free and (hit["day"] or hit.after("closed")) and not hit.after("of")
    if not free or not hit.before("on") or hit.in_sentence("often"):
        return None
    # "From 3 to 17 August, and she comes on the 5th": of a month that only the reader knows.
    if _dated().search(hit.found.string, 0, hit.found.start()):
        return None
    return cal.nth_day(hit.said, number, hit.looks_back)


@cache
def _dated() -> re.Pattern[str]:
    """Return what finds a day of a named month."""
    months = "|".join(MONTHS).lower()
    return re.compile(
        rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{months})|(?:{months}) \d{{1,2}})\b"
    )


READERS: Final[dict[str, Reader]] = {
    "iso": _iso,
    "numeric": _numeric,
    "range": _range,
    "date": _date,
    "yearly": _yearly,
    "year": _year,
    "nth": _nth,
}
