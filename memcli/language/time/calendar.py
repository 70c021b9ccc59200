"""Spans of the calendar as half-open pairs of dates, and the steps from one to another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from memcli.language.time.years import FIRST_YEAR

Span = tuple[date, date]
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


def month(year_number: int, number: int) -> Span:
    """Return a month; raise ValueError where there is none such."""
    start = date(year_number, number, 1)
    return start, start + relativedelta(months=1)


def month_of(of: date) -> Span:
    """Return the month that holds a day."""
    return month(of.year, of.month)


def year(number: int) -> Span:
    """Return a calendar year."""
    return date(number, 1, 1), date(number + 1, 1, 1)


def year_of(of: date) -> Span:
    """Return the calendar year that holds a day."""
    return year(of.year)


def decade_of(of: date) -> Span:
    """Return the ten years from a multiple of ten that hold a day."""
    first = of.year - of.year % 10
    return date(first, 1, 1), date(first + 10, 1, 1)


def season(name: str, year_number: int) -> Span:
    """Return the three months of a season that starts in a year."""
    start = date(year_number, SEASON_STARTS[name], 1)
    return start, start + relativedelta(months=3)


def easter_sunday(year_number: int) -> Span:
    """Return Easter Sunday of the western churches."""
    return day(easter(year_number))


UNITS: Final[dict[str, Callable[[date], Span]]] = {
    "day": day,
    "night": day,
    "week": week,
    "weekend": weekend,
    "fortnight": week,
    "month": month_of,
    "year": year_of,
    "decade": decade_of,
}


def moved(of: date, unit: str, count: int) -> date:
    """Return the day that is `count` units later, or earlier where it is negative.

    31 January and a month is the last of February. Raises ValueError or OverflowError off the
    calendar.
    """
    if unit in ("month", "year", "decade"):
        months = {"month": 1, "year": 12, "decade": 120}[unit] * count
        return of + relativedelta(months=months)
    return of + count * DAY * {"week": 7, "weekend": 7, "fortnight": 14}.get(unit, 1)


def shifted(of: date, unit: str, count: int) -> Span:
    """Return the calendar unit that holds the day `count` units away."""
    return UNITS[unit](moved(of, unit, count))


def weekday_before(of: date, weekday: int) -> date:
    """Return the latest such weekday (0 is Monday) strictly before a day."""
    return of - ((of.weekday() - weekday - 1) % 7 + 1) * DAY


def weekday_after(of: date, weekday: int) -> date:
    """Return the earliest such weekday strictly after a day."""
    return of + ((weekday - of.weekday() - 1) % 7 + 1) * DAY


def nth_day(said: date, number: int, past: bool, weekday: int | None = None) -> Span | None:
    """Return the latest or the next day of that number in a month, and of a weekday if given."""
    for step in range(13):
        first = moved(said.replace(day=1), "month", -step if past else step)
        try:
            found = first.replace(day=number)
        except ValueError:
            continue
        due = found <= said if past else found >= said
        if due and weekday in (None, found.weekday()):
            return day(found)
    return None


def each_year(make: Callable[[int], Span], around: date) -> Iterator[Span]:
    """Yield what returns every year, from four years before to four years after.

    Four, because 29 February may be that far away. Years without it are left out.
    """
    for number in range(around.year - 4, around.year + 5):
        try:
            yield make(number)
        except (ValueError, OverflowError):
            continue


def latest_begun(make: Callable[[int], Span], by: date) -> Span:
    """Return the latest yearly span that began on or before a day."""
    return max(span for span in each_year(make, by) if span[0] <= by)


def latest_over(make: Callable[[int], Span], before: date) -> Span:
    """Return the latest yearly span that ended before or at the start of a day."""
    return max(span for span in each_year(make, before) if span[1] <= before)


def first_unfinished(make: Callable[[int], Span], at: date) -> Span:
    """Return the first yearly span that holds a day or begins after it."""
    return min(span for span in each_year(make, at) if span[1] > at)


def first_after(make: Callable[[int], Span], after: date) -> Span:
    """Return the first yearly span that begins strictly after a day."""
    return min(span for span in each_year(make, after) if span[0] > after)


def nearest(make: Callable[[int], Span], to: date) -> Span:
    """Return the yearly span whose start is nearest to a day, the earlier of two equals."""
    return min(each_year(make, to), key=lambda span: abs(span[0] - to))


def from_iso(text: str) -> Span | None:
    """Return the days of "2026-05-15", "2026-05", "2019", "A to B", "week of A", "since A"."""
    found = _ISO.fullmatch(text)
    try:
        spans = (
            [_of_iso(found[name] or found["first"]) for name in ("first", "last")] if found else []
        )
    except ValueError:
        return None
    if not found or found["of"] == "week of ":
        return week(spans[0][0]) if spans else None
    return spans[0][0], spans[1][1]


def _of_iso(text: str) -> Span:
    numbers = [int(each) for each in text.split("-")]
    if len(numbers) == 1:
        return year(numbers[0])
    return month(*numbers) if len(numbers) == 2 else day(date(*numbers))


def in_range(span: Span) -> bool:
    """Tell whether a span is not empty and lies in the years that can be written and stored."""
    return span[0] < span[1] <= FIRST_DAY_UNREAD and span[0].year >= FIRST_YEAR
