"""Spans of the calendar as half-open pairs of dates, and the steps from one to another."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from memcli.language.time import FIRST_YEAR

Span = tuple[date, date]
Yearly = Callable[[int], Span]
_ISO = re.compile(
    r"(?P<of>since |week of )?(?P<first>[0-9]{4}(?:-[0-9]{2}){0,2})"
    r"(?: to (?P<last>[0-9]{4}(?:-[0-9]{2}){0,2}))?"
)

DAY: Final = timedelta(days=1)
# Numbers from here on are hardly ever years in what people say, so no form reads them as such.
FIRST_DAY_UNREAD: Final = date(2100, 1, 1)
# Northern hemisphere, whole months, as meteorologists count: winter runs into the next year.
SEASON_STARTS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def day(of: date) -> Span:
    """Return one day."""
    return of, of + DAY


def week(of: date) -> Span:
    """Return the week, Monday to Monday, that holds a day."""
    monday = of - of.weekday() * DAY
    return monday, monday + 7 * DAY


def weekend(of: date) -> Span:
    """Return Saturday and Sunday of the week that holds a day."""
    monday, end = week(of)
    return monday + 5 * DAY, end


def months(year_number: int, number: int, count: int = 1) -> Span:
    """Return some months from one on; raise ValueError where there is none such."""
    start = date(year_number, number, 1)
    return start, start + relativedelta(months=count)


def year(number: int) -> Span:
    """Return a calendar year."""
    return months(number, 1, 12)


def decade_of(of: date) -> Span:
    """Return the ten years from a multiple of ten that hold a day."""
    return months(of.year - of.year % 10, 1, 120)


def season(name: str, year_number: int) -> Span:
    """Return the three months of a season that starts in a year."""
    return months(year_number, SEASON_STARTS[name], 3)


def easter_sunday(year_number: int) -> Span:
    """Return Easter Sunday of the western churches."""
    return day(easter(year_number))


UNITS: Final[dict[str, Callable[[date], Span]]] = {
    "day": day,
    "night": day,
    "week": week,
    "weekend": weekend,
    "fortnight": week,
    "month": lambda of: months(of.year, of.month),
    "year": lambda of: year(of.year),
    "decade": decade_of,
}
_DAYS: Final = {"week": 7, "weekend": 7, "fortnight": 14}
_MONTHS: Final = {"month": 1, "year": 12, "decade": 120}


def moved(of: date, unit: str, count: int) -> date:
    """Return the day `count` units later; ValueError or OverflowError off the calendar."""
    if unit in _MONTHS:
        return of + relativedelta(months=_MONTHS[unit] * count)
    return of + _DAYS.get(unit, 1) * count * DAY


def shifted(of: date, unit: str, count: int) -> Span:
    """Return the calendar unit that holds the day `count` units away."""
    return UNITS[unit](moved(of, unit, count))


def weekday_beside(of: date, weekday: int, sign: int) -> date:
    """Return the closest such weekday (0 is Monday) strictly before (-1) or after (1) a day."""
    return of + sign * (((weekday - of.weekday()) * sign - 1) % 7 + 1) * DAY


def nth_day(said: date, number: int, past: bool, weekday: int | None = None) -> Span | None:
    """Return the latest or the next day of that number in a month, and of a weekday if given."""
    firsts = (moved(said.replace(day=1), "month", -n if past else n) for n in range(13))
    days = (
        first.replace(day=number)
        for first in firsts
        if 0 < number <= monthrange(first.year, first.month)[1]
    )
    due = (each for each in days if (each <= said if past else each >= said))
    return next((day(each) for each in due if weekday in (None, each.weekday())), None)


def each_year(make: Yearly, around: date) -> Iterator[Span]:
    """Yield what returns yearly, four years back to four ahead (29 February may be that far)."""
    for number in range(around.year - 4, around.year + 5):
        try:
            yield make(number)
        except (ValueError, OverflowError):
            continue


def latest(make: Yearly, by: date, edge: int = 0) -> Span:
    """Return the latest yearly span that has begun by a day, or is over by it (edge 1)."""
    return max(span for span in each_year(make, by) if span[edge] <= by)


def first(make: Yearly, after: date, edge: int = 1) -> Span:
    """Return the first yearly span that is over after a day, or begins after it (edge 0)."""
    return min(span for span in each_year(make, after) if span[edge] > after)


def nearest(make: Yearly, to: date) -> Span:
    """Return the yearly span whose start is nearest to a day, the earlier of two equals."""
    return min(each_year(make, to), key=lambda span: abs(span[0] - to))


def from_iso(text: str) -> Span | None:
    """Return the days of "2026-05-15", "2026-05", "2019", "A to B", "week of A", "since A"."""
    found = _ISO.fullmatch(text)
    if not found:
        return None
    try:
        first, last = (_of_iso(found[name] or found["first"]) for name in ("first", "last"))
        return week(first[0]) if found["of"] == "week of " else (first[0], last[1])
    except (ValueError, OverflowError):  # the last day of all has none after it
        return None


def _of_iso(text: str) -> Span:
    numbers = [int(each) for each in text.split("-")]
    if len(numbers) == 3:
        return day(date(*numbers))
    return months(*numbers) if len(numbers) == 2 else year(numbers[0])


def in_range(span: Span) -> bool:
    """Tell whether a span is not empty and lies in the years that can be written and stored."""
    return span[0] < span[1] <= FIRST_DAY_UNREAD and span[0].year >= FIRST_YEAR
