"""Due tasks: what is overdue first, and the calendar that others read"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from memcli.context.tasks.due import calendar, due_records, escaped, folded, lines

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)


def unfolded(text):
    """Return the lines of a calendar as a reader has them (RFC 5545, 3.1)."""
    assert text.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    return text.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def components(text):
    """Return the to-dos of a calendar as another program reads them."""
    whole = Calendar.from_ical(text)
    assert whole.errors == []
    assert all(todo.errors == [] for todo in whole.todos)
    return whole.todos


def unescaped(value):
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


@pytest.fixture
def planned(hand):
    """Tasks that are late, due today, soon and later, and one without a day."""
    dues = {"late": -2 * DAY, "today": 0 * DAY, "noon": timedelta(hours=12), "soon": 3 * DAY}
    ids = {name: hand.add(name, due=MIDNIGHT + ahead) for name, ahead in dues.items()}
    hand.ids = {**ids, "later": hand.add("later", due=MIDNIGHT + 30 * DAY), "x": hand.add("x")}
    return hand


def told(hand, **options):
    return [(r["text"], r.get("overdue")) for r in due_records(hand.tasks(), NOW, **options)]


def test_what_is_overdue_comes_first_and_a_day_is_whole(planned):
    late, *rest = told(planned)
    assert late == ("late", 2)
    assert rest == [("today", None), ("noon", 1), ("soon", None), ("later", None)]
    assert [text for text, _ in told(planned, until=NOW + 7 * DAY)][-1] == "soon"


def test_what_has_ended_is_due_no_more(planned):
    planned.done(planned.ids["late"])
    planned.fail(planned.ids["soon"])
    assert [text for text, _ in told(planned)] == ["today", "noon", "later"]


def test_lines_say_when_it_is_due(planned):
    records = due_records(planned.tasks(), NOW)
    shown = [row["when"] for row in lines(planned.tasks(), records, NOW)]
    assert shown == ["2 days overdue", "today", "1 day overdue", "in 3 days", "in 30 days"]


def test_a_calendar_has_a_todo_of_each_task(hand):
    parent = hand.add("Teeth", due=MIDNIGHT + DAY)
    text = "Call Dr M\u00f6ller; bring X-rays, \\ and " + "\u00e9" * 60
    due = MIDNIGHT + timedelta(hours=9)
    part = hand.add(text, due=due, parent=parent, notes="first\nsecond", priority=1)
    records = due_records(hand.tasks(), NOW)
    of_part, of_parent = components(calendar(records))
    assert of_part["UID"] == part
    assert of_part["SUMMARY"] == text
    assert of_part["DESCRIPTION"] == "first\nsecond"
    assert (of_part.decoded("DUE"), of_part["PRIORITY"]) == (due, 1)
    assert of_part["RELATED-TO"] == of_parent["UID"] == parent
    assert of_parent.decoded("DUE") == date(2026, 3, 11)
    assert of_parent.decoded("DTSTAMP").utcoffset() == timedelta()
    assert of_parent["STATUS"] == "NEEDS-ACTION"
    assert calendar(due_records(hand.tasks(), NOW + DAY)) == calendar(records)


def test_a_calendar_without_tasks_is_one(hand):
    assert unfolded(calendar([]))[0] == "BEGIN:VCALENDAR"
    assert components(calendar([])) == []


@given(st.text())
def test_any_text_comes_back_from_its_line(text):
    (line,) = unfolded(folded(f"SUMMARY:{escaped(text)}"))
    plain = "".join(ch for ch in "\n".join(text.splitlines()) if ch in "\n\t" or ch >= " ")
    plain = plain.replace("\x7f", "").encode("utf-8", "replace").decode()
    assert unescaped(line.removeprefix("SUMMARY:")) == plain
