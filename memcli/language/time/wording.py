"""How a resolved time is written: words that find_times reads back as the same span."""

from __future__ import annotations

import re
from datetime import date

from memcli.language.parts import TimeSpan
from memcli.language.time.calendar import DAY, decade_of, month_of, week, weekend, year_of
from memcli.language.time.grammar import MONTHS

_TOKEN = re.compile(r"\w+")


def spell(span: TimeSpan) -> str:
    """
    Return a span of whole days as a statement writes it, without a preposition.

    "5 May 2023", "the weekend of 6 May 2023", "the week of 1 May 2023", "May 2023", "2023",
    "the 1990s", "3 to 8 May 2023", "June to August 2023", "2019 to 2021".
    """
    start, end = span.start.date(), span.end.date()
    last = max(start, end - DAY)
    for unit, words in (
        ((start, start + DAY), _day(start)),
        (weekend(start), f"the weekend of {_day(start)}"),
        (week(start), f"the week of {_day(start)}"),
        (month_of(start), f"{_month(start)} {start.year}"),
        (year_of(start), f"{start.year}"),
        (decade_of(start), f"the {start.year}s"),
    ):
        if unit == (start, last + DAY):
            return words
    return _range(start, last)


def derived_dates(span: TimeSpan) -> set[str]:
    """
    Return the tokens that a text may hold because they follow from a span.

    They are the ISO date, the ISO month, the year, the month's name and number and the day, of the
    first and the last day, and the words of `spell`. A month gives no days, a year no months.
    """
    start, last = span.start.date(), max(span.start.date(), span.end.date() - DAY)
    tokens = set(_TOKEN.findall(spell(span))) | {spell(span)}
    whole_months = start.day == 1 and (last + DAY).day == 1
    whole_years = whole_months and start.month == 1 and last.month == 12
    for each in (start, last):
        tokens.add(f"{each.year}")
        if not whole_years:
            tokens |= {f"{each:%Y-%m}", _month(each), _month(each)[:3], f"{each:%m}"}
        if not whole_months:
            tokens |= {each.isoformat(), f"{each.day}", f"{each:%d}", f"{each.day}{_th(each.day)}"}
    return tokens


def _th(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _month(of: date) -> str:
    return MONTHS[of.month - 1]


def _day(of: date) -> str:
    return f"{of.day} {_month(of)} {of.year}"


def _range(start: date, last: date) -> str:
    """Write a span of several days, months or years, naming month and year once where it can."""
    if start.day == 1 and (last + DAY).day == 1:
        if start.month == 1 and last.month == 12:
            return f"{start.year} to {last.year}"
        first = _month(start) if start.year == last.year else f"{_month(start)} {start.year}"
        return f"{first} to {_month(last)} {last.year}"
    if start.year != last.year:
        return f"{_day(start)} to {_day(last)}"
    first = f"{start.day}" if start.month == last.month else f"{start.day} {_month(start)}"
    return f"{first} to {_day(last)}"
