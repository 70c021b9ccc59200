"""Which rows each part of a search may find."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.search.prefilters import Bounds, both


def test_two_conditions_hold_together_and_none_is_none():
    assert both("a = 1 OR b", "c") == "(a = 1 OR b) AND (c)"
    assert both(None, "c") == "(c)"
    assert both("", None) is None


@pytest.mark.parametrize("filters", [Filters(level=1), Filters(level=2), Filters(type="core")])
def test_a_level_or_type_bounds_everything_and_no_key_counts(filters):
    bounds = Bounds.of(filters, "id != 'x'")
    assert not bounds.keyed
    assert bounds.turns == bounds.said == bounds.derived == bounds.either
    assert "id != 'x'" in bounds.turns


def test_without_them_turns_are_found_by_keys_of_their_place():
    bounds = Bounds.of(Filters(namespace="n", since=datetime(2025, 1, 1, tzinfo=UTC)), "hide")
    assert bounds.keyed
    assert all("hide" in where and "'n'" in where for where in (bounds.turns, bounds.said))
    assert bounds.said == bounds.derived == bounds.either
    assert "level = 0" in bounds.turns
    assert "level" not in bounds.said
