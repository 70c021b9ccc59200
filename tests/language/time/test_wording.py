"""How a resolved time is written: in brackets that are read back as the same span."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.parts import TimeSpan
from memcli.language.time.finding import find_times
from memcli.language.time.wording import dated, iso

SAID = datetime(2025, 3, 5, tzinfo=UTC)


def span(start, end):
    at = [datetime.combine(each, time(), UTC) for each in (start, end)]
    return TimeSpan(*at, words="", place=(0, 0))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2023, 5, 5), date(2023, 5, 6), "2023-05-05"),
        (date(2023, 5, 6), date(2023, 5, 8), "2023-05-06 to 2023-05-07"),
        (date(2023, 5, 1), date(2023, 5, 8), "week of 2023-05-01"),
        (date(2023, 5, 1), date(2023, 6, 1), "2023-05"),
        (date(2023, 1, 1), date(2024, 1, 1), "2023"),
        (date(2023, 12, 1), date(2024, 3, 1), "2023-12 to 2024-02"),
        (date(2019, 1, 1), date(2022, 1, 1), "2019 to 2021"),
    ],
)
def test_a_span_is_written_as_wide_as_it_is(start, end, words):
    assert iso(span(start, end)) == words


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 800))
def test_what_is_written_is_read_as_the_same_span(start, days):
    meant = span(start, start + timedelta(days))
    (found,) = find_times(f"We came last Friday [{iso(meant)}].", SAID)
    assert (found.start, found.end) == (meant.start, meant.end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yesterday's class", "Yesterday's [2025-03-04] class"),
        ("We met in June", "We met in June [2024-06]"),
        ("We met in June 2021, in the 90s", "We met in June 2021, in the 90s"),
        ("We met on 4 June", "We met on 4 June [2024-06-04]"),
        ("I swam last Friday (28 April 2023).", "I swam last Friday (28 April 2023)."),
        ("I swam last Friday [2023-04-28].", "I swam last Friday [2023-04-28]."),
    ],
)
def test_only_what_is_not_whole_gets_its_date(text, expected):
    assert dated(text, find_times(text, SAID)) == expected


def test_a_part_of_a_sentence_gets_the_dates_that_stand_in_it():
    text = "I quit last Friday, and we met today."
    spans = find_times(text, SAID)
    assert dated(text[24:], spans, 24) == "we met today [2025-03-05]."
    assert dated(text[:18], spans) == "I quit last Friday [2025-02-28]"
