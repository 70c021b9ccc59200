"""Readers of the forms that name a day, month, season, year or holiday of the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from memcli.language.data import words
from memcli.language.time import calendar as cal
from memcli.language.time.calendar import Span
from memcli.language.time.context import NEAR, Hit, directed, some_year, which_day, which_year
from memcli.language.time.grammar import (
    HOLIDAYS,
    ORDINALS,
    holiday_name,
    month_number,
    weekday_number,
)

# Months and short forms that are also words or first names.
_MONTH_WORDS: Final = words("time", "month_words")
_MONTH_FIRST_NAMES: Final = words("time", "month_first_names")
Reader = Callable[[Hit], Span | None]


def number_of_day(hit: Hit, group: str = "day") -> int:
    """Return the day of the month that a form gives in digits or as a word."""
    return ORDINALS.get(hit["word"]) or int(hit[group].rstrip("sthndr"))


def _is_month(hit: Hit, group: str = "month") -> bool:
    """Tell a month from the words may and march: by its capital."""
    return not hit[group] or hit[group] not in _MONTH_WORDS or hit.is_capital(group)


def _iso(hit: Hit) -> Span:
    return cal.day(date(int(hit["year"]), int(hit["month"]), int(hit["day"])))


def _numeric(hit: Hit) -> Span | None:
    """7/5/2023 may be in May or in July; only what can be read one way is read."""
    a, b, year = int(hit["a"]), int(hit["b"]), int(hit["year"])
    if a <= 12 and b <= 12 and a != b:
        return None
    return cal.day(date(year, min(a, b), max(a, b)))


def _full_date(hit: Hit) -> Span | None:
    group, number = ("month", "day") if hit["month"] else ("month_first", "day_last")
    ordinal = bool(re.search(r"[a-z]", hit["day_last"]) or " of " in hit.found[0])
    year = some_year(hit)
    if not (_is_month(hit, group) or ordinal or year):
        return None
    unsure = hit[group] in _MONTH_WORDS and not ordinal and year is None
    if unsure and hit.after("plural"):
        return None
    month, day = month_number(hit[group]), number_of_day(hit, number)
    if year is not None:
        return cal.day(date(year, month, day))
    fitting = _of_weekday(hit, month, day) if hit["weekday"] else None
    return fitting or which_day(hit, lambda each: cal.day(date(each, month, day)))


def _of_weekday(hit: Hit, month: int, day: int) -> Span | None:
    """Return the nearest such date on its weekday, on the side of the present that is told."""
    weekday = weekday_number(hit["weekday"])
    days = [span[0] for span in cal.each_year(lambda y: cal.day(date(y, month, day)), hit.said)]
    fitting = [each for each in days if each.weekday() == weekday]
    if hit.tense in ("past", "future"):
        fitting = [each for each in fitting if (each <= hit.said) == (hit.tense == "past")]
    return cal.day(min(fitting, key=lambda each: abs(each - hit.said))) if fitting else None


def _unit_of_date(hit: Hit) -> Span | None:
    span = _full_date(hit)
    return cal.UNITS[hit["unit"]](span[0]) if span else None


def _closed(hit: Hit, start: Callable[[int], Span], end: Callable[[int], Span]) -> Span | None:
    """Return from the start of one yearly span to the end of another, by the years given."""
    year, first_year = hit["last_year"] or hit["year"], hit["year"]
    last = end(int(year)) if year else which_year(hit, end)
    if last is None or ("and" in hit.found[0] and hit["open"] != "between"):
        return None
    first = start(int(first_year)) if first_year else cal.latest_begun(start, last[0])
    return first[0], last[1]


def _day_range(hit: Hit) -> Span | None:
    last = hit["last_month"] or hit["month"]
    first = month_number(hit["month"] or last)
    if not (_is_month(hit) and _is_month(hit, "last_month")):
        return None
    from_day, to_day = number_of_day(hit), number_of_day(hit, "last_day")
    return _closed(
        hit,
        lambda year: cal.day(date(year, first, from_day)),
        lambda year: cal.day(date(year, month_number(last), to_day)),
    )


def _month_range(hit: Hit) -> Span | None:
    loose = not hit["open"] and not hit["last_year"] and not hit.before("month")
    if loose or not (_is_month(hit) and _is_month(hit, "last_month")):
        return None
    first, last = month_number(hit["month"]), month_number(hit["last_month"])
    return _closed(hit, lambda year: cal.month(year, first), lambda year: cal.month(year, last))


def _year_range(hit: Hit) -> Span | None:
    return None if hit.after("plural") else _closed(hit, cal.year, cal.year)


def _month_of_year(hit: Hit) -> Span | None:
    year = some_year(hit)
    named = _is_month(hit) or hit.before("month")
    return cal.month(year, month_number(hit["month"])) if named and year else None


def _quarter(hit: Hit) -> Span:
    first, year = 3 * int(hit["quarter"]) - 2, int(hit["year"])
    return cal.month(year, first)[0], cal.month(year, first + 2)[1]


def _season(hit: Hit) -> Span | None:
    alone = hit.stands_alone
    return directed(hit, lambda year: cal.season(hit["season"], year)) if alone else None


def _season_of_year(hit: Hit) -> Span | None:
    year = some_year(hit)
    return cal.season(hit["season"], year) if year else None


def _decade(hit: Hit) -> Span:
    first = int(hit["decade"])
    return cal.decade_of(date(first if first > 99 else 1900 + first, 1, 1))


def _holiday(hit: Hit) -> Span | None:
    """Read a holiday as a time, and not as the kind of a tree, a costume or a greeting."""
    if not hit.is_free:
        return None
    day = HOLIDAYS.get(holiday_name(hit["holiday"]))
    make = (lambda year: cal.day(date(year, day[0], day[1]))) if day else cal.easter_sunday
    year = some_year(hit)
    if year is not None:
        return make(year)
    if hit["which"]:
        return directed(hit, make)
    if not hit.before("holiday") and not hit.is_spent:
        return None
    span = which_year(hit, make)
    # "It gets busy at Easter" is of every year, unless Easter is near.
    yearly = hit.word and hit.tense in ("present", "unknown")
    return None if span and yearly and abs(span[0] - hit.said) > NEAR else span


def _month(hit: Hit) -> Span | None:
    number = month_number(hit["month"])
    if hit["which"]:
        return directed(hit, lambda year: cal.month(year, number)) if _is_month(hit) else None
    nameless = hit["month"] not in _MONTH_FIRST_NAMES and hit.before("month_but_no_name")
    placed = nameless or hit.before("month")
    if not placed or not (_is_month(hit) or hit.after("closed")):
        return None
    return which_year(hit, lambda year: cal.month(year, number))


def _year(hit: Hit) -> Span | None:
    alone = hit.found[0] == hit.found.string.strip()
    placed = hit.before("year") and not hit.after("plural")
    return cal.year(int(hit["year"])) if alone or placed else None


def _nth(hit: Hit) -> Span | None:
    """Read "on the 15th" as the latest or the next such day, by tense."""
    number = number_of_day(hit)
    if hit["which"]:
        step = {"last": -1, "this": 0, "next": 1}[hit["which"]]
        return cal.day(cal.moved(hit.said, "month", step).replace(day=number))
    free = hit.is_free and (hit["day"] or hit.after("closed")) and not hit.after("of")
    if not free or not hit.before("on") or hit.in_sentence("often"):
        return None
    return cal.nth_day(hit.said, number, hit.looks_back)


READERS: Final[dict[str, Reader]] = {
    "iso": _iso,
    "numeric": _numeric,
    "day_range": _day_range,
    "month_day_range": _day_range,
    "month_range": _month_range,
    "year_range": _year_range,
    "unit_of_date": _unit_of_date,
    "full_date": _full_date,
    "month_of_year": _month_of_year,
    "quarter": _quarter,
    "season": _season,
    "season_of_year": _season_of_year,
    "decade": _decade,
    "holiday": _holiday,
    "month": _month,
    "year": _year,
    "nth": _nth,
}
