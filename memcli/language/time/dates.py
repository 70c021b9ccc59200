"""Readers of the forms that name a day, month, season, year or holiday of the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from memcli.language.time import calendar as cal
from memcli.language.time.calendar import Span
from memcli.language.time.context import (
    CLOSED_AFTER,
    OFTEN,
    ON,
    Hit,
    directed,
    some_year,
    which_year,
)
from memcli.language.time.grammar import HOLIDAYS, ORDINALS, holiday_name, month_number

# Months and short forms that are also words or first names.
MONTH_WORDS: Final = frozenset("may march mar jan jun jul dec sep sept oct nov apr aug feb".split())
MONTH_FIRST_NAMES: Final = frozenset("april may june august jan".split())
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|until|till|from|by|before|after|during|year|early|late|mid"
    r"|(?:end|beginning|start|middle|rest|half)\sof)[\s-]$"
)
_MONTH_BEFORE = re.compile(
    r"\b(?:in|since|until|till|during|early|late|mid|(?:end|beginning|start|middle|rest)\sof)[\s-]$"
)
_NAMELESS_BEFORE = re.compile(r"\b(?:from|by|before|after|through|starting)\s+$")
_HOLIDAY_BEFORE = re.compile(
    r"\b(?:on|at|for|over|during|by|before|after|since|until|till|around|from)\s+$"
)
_PLURAL_AFTER = re.compile(
    r"\s(?!(?:was|is|has|as|this|his|its|always|perhaps|sometimes|plus|across|yes|thus)\b)"
    r"(?:[a-z]{2,20}s\b|people|percent|men|women|children|km|kg|bc|ad\b|[ap]m\b)|[\s]?[°$€£+]"
    r"|\s(?:to|or)\s[$€£]?[0-9]"
)
_ENDS: Final = ("month", "last_month")


def _day_number(words: str) -> int:
    return int(words.rstrip("sthndr"))


def _iso(hit: Hit) -> Span:
    return cal.day(date(int(hit["year"]), int(hit["month"]), int(hit["day"])))


def _numeric(hit: Hit) -> Span | None:
    """7/5/2023 may be in May or in July; only what can be read one way is read."""
    a, b, year = int(hit["a"]), int(hit["b"]), int(hit["year"])
    if a <= 12 and b <= 12 and a != b:
        return None
    return cal.day(date(year, min(a, b), max(a, b)))


def _is_month_name(hit: Hit, group: str) -> bool:
    """Tell a month from the word may or march: by its capital, or a year beside it."""
    return hit[group] not in MONTH_WORDS or hit.is_capital(group) or bool(some_year(hit))


def _full_date(hit: Hit) -> Span | None:
    group = "month" if hit["month"] else "month_first"
    ordinal = bool(re.search(r"[a-z]", hit["day_last"]) or " of " in hit.found[0])
    if not (_is_month_name(hit, group) or ordinal):
        return None
    if not ordinal and some_year(hit) is None and hit.after(_PLURAL_AFTER):
        return None
    number = month_number(hit[group])
    day = ORDINALS.get(hit["word"]) or _day_number(hit["day"] or hit["day_last"])
    year = some_year(hit)
    if year is not None:
        return cal.day(date(year, number, day))
    return which_year(hit, lambda each: cal.day(date(each, number, day)))


def _unit_of_date(hit: Hit) -> Span | None:
    span = _full_date(hit)
    return cal.UNITS[hit["unit"]](span[0]) if span else None


def _closed(hit: Hit, start: Callable[[int], Span], end: Callable[[int], Span]) -> Span | None:
    """Return from the start of one yearly span to the end of another, by the years given."""

    def whole(last_year: int) -> Span:
        first_year = int(hit["year"] or 0)
        begin = start(first_year or last_year)
        finish = end(last_year)
        if begin[0] > finish[0] and not first_year:
            begin = start(last_year - 1)
        return begin[0], finish[1]

    year = hit["last_year"] or hit["year"]
    return whole(int(year)) if year else which_year(hit, whole)


def _day_range(hit: Hit) -> Span | None:
    last = hit["last_month"] or hit["month"]
    first = hit["month"] or last
    if any(hit[name] and not hit.is_capital(name) and hit[name] in MONTH_WORDS for name in _ENDS):
        return None
    if "and" in hit.found[0] and hit["open"] != "between":
        return None
    from_day, to_day = _day_number(hit["day"]), _day_number(hit["last_day"])
    return _closed(
        hit,
        lambda year: cal.day(date(year, month_number(first), from_day)),
        lambda year: cal.day(date(year, month_number(last), to_day)),
    )


def _month_range(hit: Hit) -> Span | None:
    named = any(not hit.is_capital(name) and hit[name] in MONTH_WORDS for name in _ENDS)
    loose = not hit["open"] and not hit["last_year"] and not hit.before(_MONTH_BEFORE)
    if named or loose or ("and" in hit.found[0] and hit["open"] != "between"):
        return None
    first, last = month_number(hit["month"]), month_number(hit["last_month"])
    return _closed(hit, lambda year: cal.month(year, first), lambda year: cal.month(year, last))


def _year_range(hit: Hit) -> Span | None:
    if hit.after(_PLURAL_AFTER) or ("and" in hit.found[0] and hit["open"] != "between"):
        return None
    return cal.year(int(hit["year"]))[0], cal.year(int(hit["last_year"]))[1]


def _month_of_year(hit: Hit) -> Span | None:
    year = some_year(hit)
    named = hit.is_capital("month") or hit["month"] not in MONTH_WORDS or hit.before(_MONTH_BEFORE)
    return cal.month(year, month_number(hit["month"])) if named and year else None


def _quarter(hit: Hit) -> Span:
    first = 3 * int(hit["quarter"]) - 2
    year = int(hit["year"])
    return cal.month(year, first)[0], cal.month(year, first + 2)[1]


def _season(hit: Hit) -> Span | None:
    return directed(hit, lambda year: cal.season(hit["season"], year))


def _season_of_year(hit: Hit) -> Span | None:
    year = some_year(hit)
    return cal.season(hit["season"], year) if year else None


def _decade(hit: Hit) -> Span:
    first = int(hit["decade"])
    return cal.decade_of(date(first if first > 99 else 1900 + first, 1, 1))


def _holiday(hit: Hit) -> Span | None:
    """Read a holiday as a time, and not as the kind of a tree, a costume or a greeting."""
    name = holiday_name(hit["holiday"])
    if not hit.after(CLOSED_AFTER):
        return None
    dates = HOLIDAYS.get(name)
    make = (lambda year: cal.day(date(year, *dates))) if dates else cal.easter_sunday
    year = some_year(hit)
    if year is not None:
        return make(year)
    if hit["which"]:
        return directed(hit, make)
    return which_year(hit, make) if hit.before(_HOLIDAY_BEFORE) else None


def _month(hit: Hit) -> Span | None:
    number = month_number(hit["month"])
    if hit["which"]:
        named = hit["month"] not in MONTH_WORDS or hit.is_capital("month")
        return directed(hit, lambda year: cal.month(year, number)) if named else None
    if not _month_is_placed(hit):
        return None
    return which_year(hit, lambda year: cal.month(year, number))


def _month_is_placed(hit: Hit) -> bool:
    """Tell a month from a word or a first name by what stands before and after."""
    name = hit["month"]
    sure = hit.is_capital("month") or (name not in MONTH_WORDS) or hit.after(CLOSED_AFTER)
    if name not in MONTH_FIRST_NAMES and hit.before(_NAMELESS_BEFORE):
        return sure
    return sure and hit.before(_MONTH_BEFORE)


def _year(hit: Hit) -> Span | None:
    alone = hit.found[0] == hit.found.string.strip()
    placed = hit.before(_YEAR_BEFORE) and not hit.after(_PLURAL_AFTER)
    return cal.year(int(hit["year"])) if alone or placed else None


def _nth(hit: Hit) -> Span | None:
    """Read "on the 15th" as the latest or the next such day, by tense."""
    number = ORDINALS.get(hit["word"]) or int(hit["day"])
    if hit["which"]:
        step = {"last": -1, "this": 0, "next": 1}[hit["which"]]
        return cal.day(cal.moved(hit.said, "month", step).replace(day=number))
    if not (hit.before(ON) and hit.after(CLOSED_AFTER)) or OFTEN.search(hit.sentence()):
        return None
    return cal.nth_day(hit.said, number, hit.looks_back)


READERS: Final[dict[str, Callable[[Hit], Span | None]]] = {
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
