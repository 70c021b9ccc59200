"""SQL literals: what is quoted comes back from the database as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.literals import literal, quoted, time_literal

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


@given(texts=st.lists(TEXTS, min_size=1))
def test_strings_come_back_as_they_were(database, texts):
    rows = database.execute(f"SELECT unnest([{quoted(texts)}])").fetchall()
    assert [text for (text,) in rows] == texts


def test_a_quote_does_not_end_a_string():
    assert literal("Mara's") == "'Mara''s'"


def test_a_time_is_written_in_utc():
    cet = timezone(timedelta(hours=1))
    assert time_literal(datetime(2026, 3, 1, 1, tzinfo=cet)) == (
        "timestamp '2026-03-01 00:00:00.000000'"
    )


def test_a_time_without_a_zone_is_utc(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    naive = datetime(2026, 3, 1, 12, 30, 0, 5)
    assert time_literal(naive) == time_literal(naive.replace(tzinfo=UTC))
