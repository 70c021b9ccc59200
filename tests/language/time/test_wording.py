"""How a resolved time is written: words that are read back as the same span."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.parts import TimeSpan
from memcli.language.time.resolution import find_times
from memcli.language.time.wording import derived_dates, spell

SAID = datetime(2025, 3, 5, tzinfo=UTC)


def span(start, end):
    at = [datetime.combine(each, time(), UTC) for each in (start, end)]
    return TimeSpan(*at, words="", place=(0, 0))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2023, 5, 5), date(2023, 5, 6), "5 May 2023"),
        (date(2023, 5, 6), date(2023, 5, 8), "the weekend of 6 May 2023"),
        (date(2023, 5, 1), date(2023, 5, 8), "the week of 1 May 2023"),
        (date(2023, 5, 1), date(2023, 6, 1), "May 2023"),
        (date(2023, 1, 1), date(2024, 1, 1), "2023"),
        (date(1990, 1, 1), date(2000, 1, 1), "the 1990s"),
        (date(2023, 5, 3), date(2023, 5, 9), "3 to 8 May 2023"),
        (date(2023, 6, 1), date(2023, 9, 1), "June to August 2023"),
        (date(2023, 12, 1), date(2024, 3, 1), "December 2023 to February 2024"),
        (date(2019, 1, 1), date(2022, 1, 1), "2019 to 2021"),
        (date(2023, 12, 30), date(2024, 1, 3), "30 December 2023 to 2 January 2024"),
        (date(2023, 5, 30), date(2023, 6, 3), "30 May to 2 June 2023"),
    ],
)
def test_a_span_is_written_as_people_do(start, end, words):
    assert spell(span(start, end)) == words


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 800))
def test_what_is_written_is_read_as_the_same_span(start, days):
    meant = span(start, start + timedelta(days))
    (found,) = find_times(f"It was from {spell(meant)}.", SAID)
    assert (found.start, found.end) == (meant.start, meant.end)


def test_a_month_gives_no_days_and_a_year_no_months():
    assert {"2023-05-05", "5", "5th", "May", "05", "2023"} <= derived_dates(
        span(date(2023, 5, 5), date(2023, 5, 6))
    )
    month = derived_dates(span(date(2023, 5, 1), date(2023, 6, 1)))
    assert "2023-05" in month
    assert not {"2023-05-01", "1", "31"} & month
    year = derived_dates(span(date(2023, 1, 1), date(2024, 1, 1)))
    assert year == {"2023"}
