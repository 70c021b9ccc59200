"""
Moments: times as people type them for an option: `yesterday`, `7d`, `2025-05`, `last week`.

What is a whole time, as in RFC 3339, is that moment. Of a day, a week or a month the option decides
which edge is meant; days are those of a zone.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from memcli.language.time.calendar import from_iso, moved
from memcli.memory.times import parse_time
from store.errors import BadRecord

_SPAN: Final = re.compile(r"([0-9]{1,5}) ?(min|h|d|w|mo|y)")
_WHOLE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]|@?-?[0-9]{9,}")
_STEADY: Final = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CALENDAR: Final = {"mo": "month", "y": "year"}
EXAMPLES: Final = "a time is like 2026-03-01T09:30:00Z, 2026-03, yesterday, 7d or 'last week'"


def moment_named(
    text: str, now: datetime, zone: tzinfo, *, end: bool = False, ahead: bool = False
) -> datetime:
    """
    Return the moment in UTC that a text names; BadRecord for what names none.

    now: with a zone. end: of a day or longer, its last moment rather than its first. ahead: what is
    relative lies in the time to come.
    """
    given = text.strip()
    if _WHOLE.match(given):
        return parse_time(given, zone)
    if found := _SPAN.fullmatch(given.lower()):
        return _away(int(found[1]) * (1 if ahead else -1), found[2], now, zone)
    if span := from_iso(given):
        first, last = (datetime.combine(day, time(), zone) for day in span)
    else:
        first, last = _said(given, now, zone, ahead)
    moment = last - timedelta(microseconds=1) if end else first
    return parse_time(moment)


def _away(count: int, unit: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the moment so many units from now."""
    try:
        if unit in _STEADY:
            return parse_time(now + timedelta(**{_STEADY[unit]: count}))
        local = now.astimezone(zone)
        day: date = moved(local.date(), _CALENDAR[unit], count)
        return parse_time(datetime.combine(day, local.time(), zone))
    except (OverflowError, ValueError):
        raise BadRecord(f"{abs(count)}{unit} is too far away") from None


def _said(text: str, now: datetime, zone: tzinfo, ahead: bool) -> tuple[datetime, datetime]:
    """Return the beginning and end of what words name, or of a time in another form."""
    from memcli.language.time.finding import find_times

    if text.lower() == "now":
        return now, now
    offset = now.astimezone(zone).utcoffset() or timedelta()
    before = "It will be " if ahead else "It was "
    minutes = round(offset.total_seconds() / 60)
    times = find_times(f"{before}{text}", now, minutes)
    if len(times) == 1 and times[0].place == (len(before), len(before) + len(text)):
        return times[0].start, times[0].end
    moment = parse_time(text, zone)
    local = moment.astimezone(zone)
    is_day = local.time() == time() and not re.search(r"[0-9] ?[:.h][0-9]|[ap]\.?m\b", text)
    return moment, moment + (timedelta(days=1) if is_day else timedelta(microseconds=1))
