"""Filters as one SQL condition."""

from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters, require_whole
from memcli.memory.holds import holding
from store.errors import BadUsage


def test_no_filter_leaves_only_superseded_memories_out():
    bounds = Filters()
    assert bounds.condition() == holding(bounds.present)
    assert Filters(superseded=True).condition() is None


def test_filters_are_joined_and_quoted():
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    bounds = Filters(namespace="o'n", level=0, before=moment, where="1 = 1")
    assert bounds.condition() == (
        "namespace = 'o''n' AND level = 0 AND happened_at < timestamp '2026-03-01 09:30:00.000000' "
        f"AND {holding(bounds.present)} AND (1 = 1)"
    )


@pytest.mark.parametrize("text", ["level = 0", "(a = 'x)') or b = '('", "text like '%--%;'"])
def test_a_whole_condition_is_taken(text):
    require_whole(text)


@pytest.mark.parametrize("text", ["", " ", "1=1) or (1=1", "(a", "a = 'b", "a -- b", "a; b", "a/*"])
def test_a_condition_that_would_not_stay_one_is_refused(text):
    with pytest.raises(BadUsage, match="is not one condition"):
        require_whole(text)
