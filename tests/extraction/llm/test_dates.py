"""Dates that a model gives follow from the turns, or are left in the text to be refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extraction.llm.dates import (
    days_of,
    foreign_times,
    spans_of,
    with_dates,
    without_known_dates,
)
from memcli.language.parts import Utterance

MONDAY = datetime(2031, 5, 5, 12, tzinfo=UTC)


def left(text, said):
    turns = [Utterance("t", said, "Wilma", MONDAY)]
    return without_known_dates(text, turns[0], [*spans_of(turns), *days_of(turns)]).split()


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2031-05-04", "I moved yesterday."),
        ("Sunday, 4 May 2031", "I moved yesterday."),
        ("May 2031", "I moved yesterday."),
        ("2031-05", "I moved yesterday."),
        ("5 May 2031", "I moved."),
        ("21 April 2031", "I have been here for two weeks now."),
        ("28 April 2031", "I moved last week."),
        ("2 May 2031", "I moved on May 2nd."),
    ],
)
def test_a_date_that_follows_is_taken_out(date, said):
    assert left(f"Wilma moved on {date}", said)[:3] == ["Wilma", "moved", "on"]
    assert left(f"Wilma moved on {date}", said)[3:] == []


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2031-05-03", "I moved yesterday."),
        ("4 June 2031", "I moved yesterday."),
        ("2030", "I moved yesterday."),
        ("1 May 2031", "I move in May."),
        ("22 April 2031", "I have been here for two weeks now."),
        ("3 to 9 May 2031", "I was away 3 to 8 May 2031."),
        ("the next 9 days", "I am away for the next 8 days."),
    ],
)
def test_any_other_stays_to_be_checked(date, said):
    assert len(left(f"Wilma moved on {date}", said)) > 3


def test_a_wrong_weekday_stays():
    assert left("Wilma moved on Friday, 4 May 2031", "I moved yesterday.")[3:4] == ["Friday,"]


def test_a_turn_without_a_time_gives_no_dates():
    turn = Utterance("t", "I moved yesterday.", "Wilma")
    assert (spans_of([turn]), days_of([turn])) == ([], [])
    assert without_known_dates("on 4 May 2031", turn, []) == "on 4 May 2031"
    assert with_dates("Wilma moved yesterday.", turn) == "Wilma moved yesterday."


def test_a_count_of_days_that_no_calendar_has_is_no_date():
    turns = [Utterance("t", "It lasts 99999999999 days or 12 years.", "Wilma", MONDAY)]
    assert {span.start.year for span in days_of(turns)} == {2019, 2031, 2043}


def test_moments_of_an_operation_are_named_when_they_do_not_follow():
    turns = [Utterance("t", "I moved yesterday.", "Wilma", MONDAY)]
    given = {"valid_from": datetime(2031, 5, 4, tzinfo=UTC), "valid_to": None}
    assert foreign_times(given, turns, spans_of(turns)) == []
    given["valid_to"] = datetime(2031, 7, 9, tzinfo=UTC)
    assert foreign_times(given, turns, spans_of(turns)) == ["valid_to 2031-07-09"]
