"""Turns and sessions put together from the lines of a transcript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest

from memcli.ingestion.transcripts import turns as module
from memcli.ingestion.transcripts.items import Accepted, Intake, Source
from memcli.ingestion.transcripts.marks import Heading, TurnMark
from memcli.ingestion.transcripts.turns import Turns

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def mark(text, name="Mara", when=None):
    return TurnMark(**{**dict.fromkeys(TurnMark._fields), "name": name, "text": text, "when": when})


def heading(label, moment=None):
    return Heading(**{**dict.fromkeys(Heading._fields), "label": label, "moment": moment})


@pytest.fixture
def turns():
    return Turns(Source("chats/a.txt", BytesIO()))


def said(turns, *marks):
    items = [item for n, each in enumerate(marks, 1) for item in turns.begin(n, each, each.text)]
    return [*items, *turns.close()]


def test_a_turn_has_all_its_lines_and_its_first_line_number(turns):
    assert list(turns.begin(3, mark("one"), "Mara: one")) == []
    turns.add("two ")
    (item,) = turns.close()
    assert isinstance(item, Accepted)
    assert (item.record.content, item.record.name, item.line) == ("one\ntwo", "Mara", 3)
    assert item.record.session_id == "a"
    assert list(turns.close()) == []


def test_nothing_said_is_no_turn(turns):
    assert said(turns, mark("  ")) == []


def test_a_file_alone_is_a_turn(turns):
    list(turns.begin(1, mark(""), "Mara:"))
    turns.attachments.append("boat.jpg")
    (first, second) = said(turns, mark("ahoy"))
    assert (first.record.content, first.record.attachments) == ("", ["boat.jpg"])
    assert second.record.attachments is None


def test_roles_are_no_names_but_for_a_product(turns):
    records = [item.record for item in said(turns, mark("a", "User"), mark("b", "ChatGPT"))]
    assert [(r.role, r.name) for r in records] == [("user", None), ("assistant", "ChatGPT")]


def test_sessions_are_named_by_their_headings_and_counted(turns):
    for label in ("2025-03-01", "2025-03-02", "2025-03-01"):
        turns.start_session(heading(label, NOON))
        (item,) = said(turns, mark("hi"))
        assert item.record.timestamp == NOON
    assert item.record.session_id == "a/2025-03-01.2"


def test_the_same_said_again_is_another_occurrence_in_its_session(turns):
    first, second = said(turns, mark("hi"), mark("hi"))
    assert (first.record.extra, second.record.extra) == (None, {"occurrence": 2})
    turns.start_session(heading("b"))
    (third,) = said(turns, mark("hi"))
    assert third.record.extra is None


def test_a_clock_that_falls_back_has_passed_midnight(turns):
    turns.set_time(datetime(2025, 3, 1, 23, tzinfo=UTC))
    late, early = said(turns, mark("a", when="23:30"), mark("b", when="00:10"))
    assert late.record.timestamp == datetime(2025, 3, 1, 23, 30, tzinfo=UTC)
    assert early.record.timestamp == datetime(2025, 3, 2, 0, 10, tzinfo=UTC)


def test_a_clock_without_a_day_is_kept_beside(turns):
    (item,) = said(turns, mark("a", when="23:30"))
    assert item.record.timestamp is None
    assert item.record.metadata == {"time": "23:30"}


def test_what_is_too_long_or_has_a_bad_time_is_rejected(turns, monkeypatch):
    (bad,) = said(turns, mark("a", when="99/99/9999"))
    assert bad.error.line == 1
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 10)
    list(turns.begin(1, mark("x" * 8), "x"))
    turns.add("y" * 8)
    (long,) = turns.close()
    assert "more than 10 characters" in str(long.error)


def test_times_without_a_zone_are_of_the_zone_of_the_input():
    east = timezone(timedelta(hours=2))
    turns = Turns(Source("a.txt", BytesIO(), intake=Intake(zone=east)))
    turns.start_session(heading("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)))
    items = said(turns, mark("a"), mark("b", when="09:30"), mark("c", when="2025-03-02 00:10"))
    assert [item.record.timestamp.isoformat()[:16] for item in items] == [
        "2025-02-28T22:00", "2025-03-01T07:30", "2025-03-01T22:10",
    ]  # fmt: skip
