"""Weeks and months of a time that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.memory.periods import days_since_1970, period_ids, within
from store import Store

MAY = (100.0, 131.0, 15.5, 1.0)
BEFORE = (0.0, 31.0, 15.5, 0.8)


def test_what_lies_within_counts_by_how_much_of_it_there_is():
    assert within(100.0, 131.0, [MAY]) == 1.0
    assert 0.2 < within(101.0, 108.0, [MAY]) < 0.3
    assert within(90.0, 108.0, [MAY]) == 0.0
    assert within(0.0, 31.0, [MAY, BEFORE]) == 0.8
    assert within(None, 31.0, [MAY]) == 0.0


def test_days_count_from_1970():
    assert days_since_1970(datetime(1970, 1, 2, 12, tzinfo=UTC)) == 1.5
    assert days_since_1970(None) is None


def test_a_store_without_periods_has_none(empty_store):
    snapshot = Store.open(empty_store).snapshot()
    assert period_ids(snapshot, ["default"], [MAY]) == []
    assert period_ids(snapshot, ["default"], []) == []
