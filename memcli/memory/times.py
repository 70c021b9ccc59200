"""
Times as people and programs write them, read as UTC.

In this order: RFC 3339 or ISO 8601, epoch numbers, day/month/year with a clock time as chat
exports have them, then whatever dateutil reads. Neither today's date, the locale nor the local
time zone plays a part: a date alone is midnight, and what names no day is unreadable.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final, NoReturn

from memcli.language.time import FIRST_YEAR
from store.errors import BadRecord, BadUsage

if TYPE_CHECKING:
    from dateutil.parser import parser

LAST_YEAR: Final = 2200
REMEDY: Final = "give RFC 3339, such as 2025-01-11T09:12:00Z, or epoch seconds"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Below 1973-03-03 in seconds: a number as small as that is a year or an offset, not an epoch time.
SMALLEST_EPOCH: Final = 100_000_000
# Seconds until the year 5138, then milliseconds, microseconds, nanoseconds.
EPOCH_UNITS: Final = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, 1_000_000_000))
# Two-digit years as POSIX reads them: 69-99 are 1969-1999.
CENTURY_PIVOT: Final = 69

_EPOCH_TEXT = re.compile(r"[0-9]{9,20}(?:\.[0-9]+)?", re.ASCII)
# 20260302100000, with milliseconds too: as an epoch time it would be of the year 2612.
_STAMP = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}(?:[0-9]{3})?"
)
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_CLOCK_ONLY = re.compile(_CLOCK, re.IGNORECASE)
_NUMERIC = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sep>[/.-])(?P<b>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4}|[0-9]{2})"
    rf"(?:,? (?:at )?{_CLOCK})?",
    re.IGNORECASE,
)
# An offset after a clock time: the year in 09:12 11-01-2025 is none.
_OFFSET = re.compile(r":[0-9]{2}(?:[.,][0-9]+)? ?([+-])([0-9]{2}):?([0-9]{2})\s*$")
_YEAR_FIRST = re.compile(r"\b[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}\b")
_HAS_CLOCK = re.compile(r"[0-9] ?(?:[:.h][0-9]|[ap]\.?m\b)", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202c\ufeff"))


def parse_time(
    value: str | int | float | datetime | date,
    default_tz: tzinfo = UTC,
    *,
    base: date | None = None,
    day_first: bool = True,
) -> datetime:
    """
    Return a time in UTC; one that names no zone is in `default_tz`.

    `12/01/2025` is 12 January: day first, unless that is impossible (`12/13/2025`), or
    `day_first` is false. `base` gives the year, or the whole date, to a text that lacks it.
    Raises BadRecord for what is unreadable, before 1900 or after 2200.
    """
    if isinstance(value, str):
        moment = _from_text(value, base, day_first)
    elif isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        moment = _from_epoch(value, value)
    else:
        _refuse(value, "not a time")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        _refuse(value, f"not between {FIRST_YEAR} and {LAST_YEAR}")
    if moment.tzinfo is UTC:
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=default_tz)).astimezone(UTC)


def utc_offset(value: object) -> int | None:
    """
    Offset from UTC, in minutes east, that a time states; None where it states none.

    `Z` says nothing of where it was written (RFC 3339, 4.3), nor does a datetime in UTC.
    """
    if isinstance(value, datetime):
        offset = None if value.tzname() == "UTC" else value.utcoffset()
        return None if offset is None else round(offset.total_seconds() / 60)
    found = _OFFSET.search(value) if isinstance(value, str) else None
    if not found or found[0].endswith("-00:00") or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    return (int(found[2]) * 60 + int(found[3])) * (-1 if found[1] == "-" else 1)


def zone_of(name: str | None) -> tzinfo:
    """Return the zone of a name such as Europe/Paris, the machine's without one; else BadUsage."""
    from dateutil.tz import gettz

    zone = gettz(name) if name else gettz()
    if zone is None:
        raise BadUsage(f"no time zone {name!r}", "name it as in Europe/Paris")
    is_utc = all(zone.utcoffset(datetime(2026, month, 1)) == timedelta() for month in (1, 7))
    return UTC if is_utc else zone


def _refuse(value: object, why: str) -> NoReturn:
    """Raise BadRecord about a time, quoted as it came."""
    raise BadRecord(f"{_value_text(value)} is {why}", remedy=REMEDY)


def _value_text(value: object) -> str:
    """Return a value for a message: strings quoted, long ones cut."""
    text = repr(value) if isinstance(value, str | int | float) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _from_text(text: str, base: date | None, day_first: bool) -> datetime:
    """Read a text by the first form that fits."""
    if text[4:5] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    plain = " ".join(text.translate(_INVISIBLE).split())
    if _EPOCH_TEXT.fullmatch(plain) and not _STAMP.fullmatch(plain):
        return _from_epoch(float(plain) if "." in plain else int(plain), text)
    for read in (_from_stamp, _from_numeric, _from_compact, _from_clock):
        moment = read(plain, base, day_first)
        if moment:
            return moment
    return _from_words(plain, base, day_first) or _refuse(text, "not a readable time")


def _from_epoch(number: float, value: object) -> datetime:
    """Read seconds, milliseconds, microseconds or nanoseconds, told apart by size."""
    if not number >= SMALLEST_EPOCH:
        _refuse(value, "too small for an epoch time")
    for limit, per_second in EPOCH_UNITS:
        if number < limit:
            whole, rest = divmod(number, per_second) if per_second > 1 else (number, 0)
            return EPOCH + timedelta(seconds=whole, microseconds=rest * 1e6 / per_second)
    _refuse(value, f"not between {FIRST_YEAR} and {LAST_YEAR}")


def _from_compact(text: str, _base: date | None, _day_first: bool) -> datetime | None:
    """Read ISO 8601 as the standard library does, after white space is put right."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_stamp(text: str, _base: date | None, _day_first: bool) -> datetime | None:
    """Read digits alone, from the year to the second."""
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S") if _STAMP.fullmatch(text) else None
    except ValueError:
        return None


def _from_numeric(text: str, _base: date | None, day_first: bool) -> datetime | None:
    """Read `12/01/2025, 09:12` and its like; None where it is another form or impossible."""
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    a, b, year = int(match["a"]), int(match["b"]), _full_year(match["year"])
    day, month = (a, b) if (day_first and b <= 12) or a > 12 else (b, a)
    clock = _clock(match) if match["hour"] else time()
    try:
        return datetime.combine(date(year, month, day), clock) if clock else None
    except ValueError:
        return None


def _from_clock(text: str, base: date | None, _day_first: bool) -> datetime | None:
    """Read a time of day on the base date."""
    match = _CLOCK_ONLY.fullmatch(text)
    clock = _clock(match) if match and base else None
    return datetime.combine(base, clock) if base and clock else None


def _clock(match: re.Match[str]) -> time | None:
    """Return the time of day in a match of _CLOCK, or None for 25:00."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    half = (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + 12 * (half == "p") if half else hour, minute, second)
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    """Return the year of two or four digits."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < CENTURY_PIVOT else 1900)


def _from_words(text: str, base: date | None, day_first: bool) -> datetime | None:
    """Read other human forms through dateutil; None unless they name a day."""
    day_first = day_first and not _YEAR_FIRST.search(text)
    # Two defaults that differ in each part show which parts the text itself gave. Both are leap
    # years, so that 29 February can be read under each.
    first = _dateutil(text, datetime(2000, 1, 1), day_first)
    second = _dateutil(text, datetime(2004, 2, 2), day_first)
    if first is None or second is None or first.replace(year=second.year) != second:
        return None
    # dateutil takes a stray 2023 for 20:23.
    if first.time() != time() and not _HAS_CLOCK.search(text):
        return None
    if first.year == second.year:
        return first
    try:
        return first.replace(year=base.year) if base else None
    except ValueError:
        return None


def _dateutil(text: str, default: datetime, day_first: bool) -> datetime | None:
    """Parse by dateutil, or None where it fails."""
    try:
        parsed: datetime = _parser().parse(text, default=default, dayfirst=day_first, tzinfos=_zone)
    except (ValueError, OverflowError):  # ParserError is a ValueError
        return None
    return parsed


def _zone(name: str | None, offset_s: int | None) -> tzinfo | None:
    """Return a zone by its offset; a name alone is refused: CST is three places."""
    if offset_s is not None:
        return timezone(timedelta(seconds=offset_s))
    if name:
        raise ValueError(f"zone {name!r} has no fixed meaning")
    return None


def _parser() -> parser:
    """Return a dateutil parser whose two-digit years do not depend on the clock."""
    global _cached_parser
    if _cached_parser is None:
        from dateutil.parser import parser, parserinfo

        class FixedCentury(parserinfo):
            """The words of dateutil with our century pivot."""

            def convertyear(self, year: int, century_specified: bool = False) -> int:
                """Return the year as _full_year does."""
                short = year < 100 and not century_specified
                return _full_year(f"{year:02}") if short else year

        _cached_parser = parser(FixedCentury())
    return _cached_parser


_cached_parser: parser | None = None
