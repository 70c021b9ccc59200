"""How questions are asked, and which of their hits are good enough."""

from __future__ import annotations

import pytest

from memcli.search.queries import AUTO, above, parse_min_score
from memcli.search.weights import calibration
from store.errors import BadUsage
from tests.support.hits import hits


@pytest.mark.parametrize(("text", "least"), [(None, None), ("auto", AUTO), ("0.25", 0.25)])
def test_a_least_score_is_auto_or_a_number(text, least):
    assert parse_min_score(text) == least


@pytest.mark.parametrize("text", ["2", "-0.1", "nan", "high", ""])
def test_any_other_least_score_is_refused(text):
    with pytest.raises(BadUsage, match="min-score"):
        parse_min_score(text)


def test_hits_below_the_least_score_are_left_out():
    found = hits("a", "b", "c", scores=[0.8, 0.5, 0.2])
    assert [hit.text for hit in above(found, 0.5)] == ["a", "b"]
    assert above(found, None) == found
    assert above([], AUTO) == []


def test_auto_keeps_all_hits_of_a_question_or_none():
    limit = calibration().threshold
    assert len(above(hits("a", "b", scores=[limit, limit / 2]), AUTO)) == 2
    assert above(hits("a", "b", scores=[limit - 0.01, limit / 2]), AUTO) == []
