"""Weeks and months of conversations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from memcli.consolidation.summaries.periods import (
    find_periods,
    period_row,
    telling_ids,
    with_weeks,
)
from tests.consolidation.summaries.test_days import statement

MONDAY = datetime(2031, 5, 5, 12, tzinfo=UTC)
LATER = datetime(2031, 7, 1, tzinfo=UTC)


def session(day):
    at = MONDAY + timedelta(days=day)
    return {"id": f"s{day}", "session_id": f"s{day}", "happened_at": at, "valid_from": at}


def test_a_week_and_a_month_have_enough_days_and_are_over():
    some = [session(day) for day in (0, 1, 3, 8)]
    weeks, months = find_periods(some, {}, LATER)
    assert [(week.name, week.title, week.parts) for week in weeks] == [
        ("2031-W19", "Week of 5 May 2031", ("s0", "s1", "s3"))
    ]
    assert [(month.name, month.title) for month in months] == [("2031-05", "May 2031")]
    assert find_periods(some, {}, MONDAY + timedelta(days=6)) == ([], [])
    assert find_periods(some[:2], {}, LATER) == ([], [])
    assert find_periods([{**session(0), "happened_at": None}], {}, LATER) == ([], [])


def test_parts_are_days_and_weeks_where_there_are_such():
    some = [session(day) for day in (-3, 0, 1, 3)]
    weeks, (month,) = find_periods(some, {date(2031, 5, 5): "day"}, LATER)
    assert weeks[0].parts == ("day", "s1", "s3")
    assert month.parts == ("s-3", "day", "s1", "s3")
    assert with_weeks(month, [(weeks[0], "week")]).parts == ("week", "s-3")
    assert with_weeks(month, []).parts == month.parts


def test_a_row_says_which_period_and_how_much_there_was():
    (week, *_), _ = find_periods([session(day) for day in (0, 1, 3)], {}, LATER)
    row = period_row(week, [statement("The boat is red.")], None)
    assert row["text"] == "The boat is red."
    assert row["context"] == "Week of 5 May 2031: 3 conversations on 3 days."
    assert row["tags"] == ["week", "2031-W19"]
    assert row["keywords"][:4] == ["week", "may", "2031", "2031-w19"]
    assert (row["valid_from"], row["valid_to"]) == (MONDAY, MONDAY + timedelta(days=3))


def test_of_very_many_statements_the_most_important_are_looked_at():
    rows = [statement(f"n{i}", importance=i / 500) for i in range(450)]
    kept = telling_ids(rows)
    assert len(kept) == 400
    assert kept[0] == "n50"
