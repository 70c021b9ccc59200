from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.moments import moment_named
from store.errors import BadRecord

# A Sunday, half past noon in a zone that is two hours ahead.
ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 29, 10, 30, tzinfo=UTC)


def named(text, **options):
    return moment_named(text, NOW, ZONE, **options).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-29 00:00", "2026-11-29 23:59"),
        ("yesterday", "2026-11-28 00:00", "2026-11-28 23:59"),
        ("last week", "2026-11-16 00:00", "2026-11-22 23:59"),
        ("Monday", "2026-11-23 00:00", "2026-11-23 23:59"),
        ("3 May", "2026-05-03 00:00", "2026-05-03 23:59"),
        ("May 2025", "2025-05-01 00:00", "2025-05-31 23:59"),
        ("2025-05", "2025-05-01 00:00", "2025-05-31 23:59"),
        ("2025", "2025-01-01 00:00", "2025-12-31 23:59"),
        ("2025-05-03", "2025-05-03 00:00", "2025-05-03 23:59"),
        ("7d", "2026-11-22 12:30", "2026-11-22 12:30"),
        ("2 mo", "2026-09-29 12:30", "2026-09-29 12:30"),
        ("90min", "2026-11-29 11:00", "2026-11-29 11:00"),
        ("2026-03-01T09:30:00Z", "2026-03-01 11:30", "2026-03-01 11:30"),
        ("2026-03-01 09:30", "2026-03-01 09:30", "2026-03-01 09:30"),
    ],
)
def test_a_time_has_the_edges_of_what_it_names(text, first, last):
    assert (named(text), named(text, end=True)) == (first, last)


def test_what_is_ahead_is_counted_forwards():
    assert named("7d", ahead=True) == "2026-12-06 12:30"
    assert named("Monday", ahead=True) == "2026-11-30 00:00"
    assert named("tomorrow", ahead=True, end=True) == "2026-11-30 23:59"


@pytest.mark.parametrize("text", ["soon", "", "7 parsecs", "99999y", "yesterday or so", "2025-13"])
def test_what_names_no_time_is_refused(text):
    with pytest.raises(BadRecord):
        named(text)


@given(st.text(max_size=12))
def test_whatever_comes_is_a_time_or_is_refused(text):
    with suppress(BadRecord):
        assert moment_named(text, NOW, ZONE).tzinfo is UTC
