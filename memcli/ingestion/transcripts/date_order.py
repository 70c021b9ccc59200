"""Order of day and month in the dates of one input, decided from all that its beginning has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NUMERIC_DATE = re.compile(r"\s*\[?([0-9]{1,2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{4}|[0-9]{2})\b")
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
    dates = [match for match in map(_NUMERIC_DATE.match, texts) if match]
    pairs = [(int(date[1]), int(date[2]), int(date[3])) for date in dates]
    if any(a > 12 for a, _, _ in pairs) or any(b > 12 for _, b, _ in pairs):
        return any(a > 12 for a, _, _ in pairs)
    falls = _falls((y, b, a) for a, b, y in pairs), _falls((y, a, b) for a, b, y in pairs)
    if falls[0] != falls[1]:
        return falls[0] < falls[1]
    return not any(_HALF_DAY.search(text) for text in texts if "/" in text)


def _falls(days: Iterable[tuple[int, int, int]]) -> int:
    """Count how often a day is earlier than the one before."""
    falls, last = 0, (0, 0, 0)
    for day in days:
        falls += day < last
        last = day
    return falls
