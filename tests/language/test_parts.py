"""What the steps of extraction hand to each other."""

from __future__ import annotations

from datetime import UTC, date, datetime

from memcli.language.parts import TimeSpan


def test_the_days_of_a_span_are_those_of_its_speaker():
    start, end = datetime(2025, 5, 13, 22, tzinfo=UTC), datetime(2025, 5, 14, 22, tzinfo=UTC)
    assert TimeSpan(start, end, "", (0, 0), "", 120).days == (
        date(2025, 5, 14),
        date(2025, 5, 15),
    )
