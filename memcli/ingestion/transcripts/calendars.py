"""Calendars, .ics: each event and task a note of its time (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import said
from store.errors import BadRecord

MARK: Final = b"BEGIN:VCALENDAR"
ENDS: Final = b"END:VCALENDAR"
KINDS: Final = ("VEVENT", "VTODO", "VJOURNAL")
MAX_CALENDAR: Final = 128 << 20
REMEDY: Final = "pip install 'memcli[documents]'"


def is_calendar(head: bytes) -> bool:
    """Tell a calendar by its first line."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(MARK)


def read_calendar(source: Source) -> Iterator[Item]:
    """Yield the events and tasks of a calendar."""
    data = source.stream.read(MAX_CALENDAR + 1)
    try:
        entries = _entries(data)
    except ImportError:
        error = BadRecord("calendars are read by icalendar", remedy=REMEDY)
        yield rejected(error, source.path, 0)
        return
    except (ValueError, KeyError, IndexError) as error:
        yield rejected(BadRecord(f"a broken calendar: {error}"), source.path, 0)
        return
    for entry in entries:
        item = _entry(source, entry)
        if item:
            yield item
    if not data.rstrip().upper().endswith(ENDS):
        yield rejected(BadRecord("a broken calendar: it ends too early"), source.path, 0)


def _entries(data: bytes) -> list[Any]:
    """Return the events and tasks of calendars; ValueError for what is none."""
    import icalendar

    if len(data) > MAX_CALENDAR:
        raise ValueError(f"it has more than {MAX_CALENDAR:,} bytes")
    calendars = icalendar.Calendar.from_ical(data, multiple=True)
    return [entry for each in calendars for entry in each.walk() if entry.name in KINDS]


def _entry(source: Source, entry: Any) -> Item | None:
    """Return the note that an event is: its name, what is told of it, its time."""
    begins, ends = (_moment(entry, *keys) for keys in (("DTSTART", "DUE"), ("DTEND",)))
    repeated = entry.get("RRULE")
    about = {
        "location": _text(entry, "LOCATION"),
        "until": ends.isoformat() if ends else None,
        "repeated": repeated.to_ical().decode() if hasattr(repeated, "to_ical") else None,
        "status": _text(entry, "STATUS"),
    }
    name, words = _text(entry, "SUMMARY"), _text(entry, "DESCRIPTION")
    place = f"({about['location']})" if about["location"] else ""
    return said(
        source,
        0,
        "\n".join(filter(None, (" ".join(filter(None, (name, place))), words))),
        at=begins.isoformat() if begins else None,
        ref=_ref(entry),
        metadata={key: value for key, value in about.items() if value} or None,
    )


def _ref(entry: Any) -> str | None:
    """Return the id of an event, and of which of its days, where one of them was changed."""
    changed = _moment(entry, "RECURRENCE-ID")
    parts = (_text(entry, "UID"), changed.isoformat() if changed else "")
    return "#".join(filter(None, parts)) or None


def _moment(entry: Any, *keys: str) -> date | datetime | None:
    """Return the first time of an event under some names."""
    values = (getattr(entry.get(key), "dt", None) for key in keys)
    return next((value for value in values if isinstance(value, date)), None)


def _text(entry: Any, key: str) -> str:
    """Return the text of a property, "" where there is none."""
    return str(entry.get(key) or "").strip()
