"""Events of calendars."""

from __future__ import annotations

import sys

import pytest

from memcli.ingestion.transcripts.calendars import is_calendar, read_calendar

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@x
DTSTART:20260302T100000Z
DTEND:20260302T110000Z
SUMMARY:Ben comes
DESCRIPTION:Bring the long
  ladder
LOCATION:Boat shed
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VTODO
UID:2@x
SUMMARY:Order felt
DUE;VALUE=DATE:20260303
END:VTODO
END:VCALENDAR
""".replace("\n", "\r\n")


def test_an_event_is_a_note_of_its_time(read_with):
    found = read_with(read_calendar, CALENDAR)
    assert found.turns("content", "timestamp", "id") == [
        ("Ben comes (Boat shed)\nBring the long ladder", "2026-03-02T10:00:00Z", "1@x"),
        ("Order felt", "2026-03-03T00:00:00Z", "2@x"),
    ]
    assert found.items[0]["metadata"] == {
        "location": "Boat shed",
        "until": "2026-03-02T11:00:00+00:00",
        "repeated": "FREQ=WEEKLY",
    }


def test_a_broken_calendar_is_told(read_with):
    (told,) = read_with(read_calendar, CALENDAR[:60]).items
    assert told.startswith("0: a broken calendar")


def test_without_the_library_there_is_a_remedy(read_with, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    found = read_with(read_calendar, CALENDAR)
    assert found.items == ["0: calendars are read by icalendar"]
    assert "memcli[documents]" in found.raw[0].error.remedy


@pytest.mark.parametrize(("head", "is_one"), [(CALENDAR.encode(), True), (b"BEGIN:VCARD", False)])
def test_a_calendar_is_known_by_its_first_line(head, is_one):
    assert is_calendar(head) is is_one
