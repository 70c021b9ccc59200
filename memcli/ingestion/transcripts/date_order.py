"""Order of day and month in the dates of one input, decided from all that its beginning has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

_NUMERIC_DATE = re.compile(r"\s*\[?([0-9]{1,2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{4}|[0-9]{2})\b")
_SHORT_DATE = re.compile(r"([0-9]{2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{1,2})(?![0-9])")
# By how much a span is longer in which days were taken for years.
FAR: Final = 8
Order = Literal["dmy", "mdy", "ymd", "ydm"]
ORDERS: Final[tuple[Order, ...]] = ("dmy", "mdy", "ymd", "ydm")
_NUMBER = re.compile(r"[0-9]+")
# Since WhatsApp is there.
FIRST_YEAR, LAST_YEAR = 2009, 2100
_HALF_DAY: Final = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)
_QUOTED_DATE = re.compile(
    rb'(?:"|^|[,;\t])([0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})\b[^"\n;\t]{0,14})', re.MULTILINE
)


def dates_in(head: bytes) -> list[str]:
    """Return the dates with slashes at the beginning of values, in CSV or JSON."""
    return [match[1].decode(errors="replace") for match in _QUOTED_DATE.finditer(head)]


def is_day_first(whens: Iterable[str]) -> bool:
    """
    Tell 12/01 from 01/12 by the dates of one input.

    By a date that reads only one way; else by the order in which they go on in time and the other
    one falls back; else slashes with AM or PM speak for the American order.
    """
    texts = list(whens)
    found = [match for match in map(_NUMERIC_DATE.match, texts) if match]
    pairs = [(int(each[1]), int(each[2]), int(each[3])) for each in found]
    if any(a > 12 for a, _, _ in pairs) or any(b > 12 for _, b, _ in pairs):
        return any(a > 12 for a, _, _ in pairs)
    falls = _falls((y, b, a) for a, b, y in pairs), _falls((y, a, b) for a, b, y in pairs)
    if falls[0] != falls[1]:
        return falls[0] < falls[1]
    return not any(_HALF_DAY.search(text) for text in texts if "/" in text)


def is_year_first(whens: Iterable[str]) -> bool:
    """
    Tell 26/03/14, a year in two digits before month and day, from 14/03/26.

    Only where time then goes on in a shorter span, and falls back no more often, than if the year
    is last: days of one month are far apart if they are taken for years.
    """
    texts = list(whens)
    found = [match for match in map(_SHORT_DATE.match, texts) if match]
    fields = [(int(each[1]), int(each[2]), int(each[3])) for each in found]
    first = _days((2000 + a, b, c) for a, b, c in fields)
    if first is None or len(fields) < len(texts):
        return False
    is_day = is_day_first(texts)
    last = _days((2000 + c, b, a) if is_day else (2000 + c, a, b) for a, b, c in fields)
    if last is None:
        return True
    spans = [max(days) - min(days) for days in (first, last)]
    falls = _falls((day, 0, 0) for day in first), _falls((day, 0, 0) for day in last)
    return falls[0] <= falls[1] and FAR * (spans[0] + 1) < spans[1]


def date_order(whens: Iterable[str]) -> tuple[Order, bool]:
    """
    Return the order of the numbers in the dates of one chat, and whether no other is possible.

    Years before the first program that wrote such dates are impossible. Of several orders, a year
    of two digits is first as `is_year_first` has it, then the month before the day unless time
    falls back more often so; otherwise the day is first as `is_day_first` has it.
    """
    texts = list(whens)
    dates = [tuple(map(int, _NUMBER.findall(text)[:3])) for text in texts]
    wrong = {order: sum(not _is_date(date, order) for date in dates) for order in ORDERS}
    least = min(wrong.values())
    possible = [order for order in ORDERS if wrong[order] == least]
    if len(possible) == 1:
        return possible[0], True
    first = [order for order in possible if order.startswith("y")]
    last = [order for order in possible if not order.startswith("y")]
    if first and (not last or is_year_first(texts)):
        return min(first, key=lambda order: _falls(placed(date, order) for date in dates)), False
    if len(last) == 1:
        return last[0], False
    return ("dmy" if is_day_first(texts) else "mdy"), False


def placed(date: tuple[int, ...], order: Order) -> tuple[int, int, int]:
    """Return year, month and day of the numbers of a date in an order."""
    numbers = dict(zip(order, date, strict=False))
    year = numbers.get("y", 0)
    return year if year > 99 else 2000 + year, numbers.get("m", 0), numbers.get("d", 0)


def _is_date(numbers: tuple[int, ...], order: Order) -> bool:
    """Tell whether the numbers of a date make one in an order."""
    year, month, day = placed(numbers, order)
    if not FIRST_YEAR <= year < LAST_YEAR:
        return False
    return _days([(year, month, day)]) is not None


def _days(fields: Iterable[tuple[int, int, int]]) -> list[int] | None:
    """Return the days of dates as numbers; None where there is no date or one that is none."""
    try:
        return [date(*each).toordinal() for each in fields] or None
    except ValueError:
        return None


def _falls(days: Iterable[tuple[int, int, int]]) -> int:
    """Count how often a day is earlier than the one before."""
    falls, last = 0, (0, 0, 0)
    for day in days:
        falls += day < last
        last = day
    return falls
