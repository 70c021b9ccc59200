"""Due days: by which day something is to be done"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.language.syntax import Parse
from memcli.language.time.due import due_day, without_day

# A Wednesday.
SAID = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAYS = {
    "pay it on Monday": ("2026-03-09", "pay it"),
    "pay it by Friday": ("2026-03-06", "pay it"),
    "pay it before Friday": ("2026-03-05", "pay it"),
    "pay it next week": ("2026-03-15", "pay it"),
    "pay it before next week": ("2026-03-08", "pay it"),
    "pay it before June": ("2026-05-31", "pay it"),
    "pay it by June": ("2026-05-31", "pay it"),
    "pay it before January": ("2026-12-31", "pay it"),
    "pay it before the end of March": ("2026-03-31", "pay it"),
    "pay it on Monday at noon": ("2026-03-09", "pay it on Monday [2026-03-09] at noon"),
    "pay it today.": ("2026-03-04", "pay it"),
    # no day
    "pay it": (None, "pay it"),
    "pay what I owed last week": (None, "pay what I owed last week"),
    "pay it this year": (None, "pay it this year"),
    "pay it for the next two weeks": (None, "pay it for the next two weeks"),
}


@pytest.mark.parametrize("said", DAYS)
def test_the_day_is_the_last_on_which_it_is_in_time(said):
    due, days = due_day(Parse(said), (0, len(said)), SAID, 0)
    assert (due and str(due), without_day(said, days, 0)) == DAYS[said]


def test_a_day_is_the_speakers_own():
    late = datetime(2026, 3, 4, 23, tzinfo=UTC)
    said = "pay it tomorrow"
    assert str(due_day(Parse(said), (0, len(said)), late, 120)[0]) == "2026-03-06"


def test_a_time_outside_of_the_clause_is_not_its_day():
    said = "pay what broke on Monday"
    assert due_day(Parse(said), (0, 3), SAID, 0) == (None, [])
