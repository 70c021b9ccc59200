"""Turns from their parts."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from memcli.ingestion.transcripts.items import Intake, Rejected
from memcli.ingestion.transcripts.saying import said


@pytest.fixture
def place(source):
    return source(b"", path="chat.json")._replace(intake=Intake())


def test_a_turn_has_its_parts(place):
    item = said(place, 3, "Ahoy", role="human", name="Ida", ref=7, at="2026-03-02T11:00:00+01:00")
    record = item.record
    assert (record.role, record.name, record.id, record.session_id) == ("user", "Ida", "7", "chat")
    assert (record.timestamp.isoformat(), record.utc_offset) == ("2026-03-02T10:00:00+00:00", 60)
    assert (item.line, item.unique, item.type) == (3, False, "episodic")


@pytest.mark.parametrize("role", ["system", "developer", "tool", "function"])
def test_the_program_around_is_left_out(place, role):
    assert said(place, 1, "x", role=role) is None
    assert sum(place.intake.left_out.values()) == 1


def test_nothing_said_is_no_turn_but_for_a_file(place):
    assert said(place, 1, " \n") is None
    assert said(place, 1, "", attachments=["a.png"]) is not None


def test_tools_are_kept_where_they_are_wanted(place):
    wanted = place._replace(intake=Intake(tools=True))
    assert said(wanted, 1, "x", role="function").type == "resource"


def test_a_bad_time_is_a_rejection(place):
    item = said(place, 9, "Ahoy", at="soon")
    assert isinstance(item, Rejected)
    assert (item.error.line, item.raw) == (9, b"Ahoy")


def test_a_time_without_a_zone_is_in_that_of_the_input(place):
    east = place._replace(intake=Intake(zone=timezone(timedelta(hours=2))))
    assert said(east, 1, "x", at="2026-03-02T10:00:00").record.timestamp.hour == 8
