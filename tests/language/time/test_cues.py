"""The tense of the clause around a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.time.cues import REACH, clause_around, sentence_around, tense_at


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("we met in HERE", "past"),
        ("we have met in HERE", "past"),
        ("we will meet in HERE", "future"),
        ("we're meeting in HERE", "future"),
        ("i can't wait for HERE", "future"),
        ("the shop is open in HERE", "present"),
        ("i wanted to ask about HERE", "present"),
        ("your revised plan for HERE", "unknown"),
        ("i met her, but we will leave in HERE", "future"),
        ("i will leave, because we met in HERE", "past"),
        ("i was sure i will do it in HERE", "future"),
        ("in HERE we moved", "past"),
        ("it rained. in HERE the garden", "unknown"),
    ],
)
def test_the_nearest_verb_of_the_clause_decides(text, tense):
    at = text.index("HERE")
    assert tense_at(text.lower(), at, at + 4) == tense


def test_sentences_end_at_full_stops_and_at_the_reach():
    text = "One here. Two there! Three"
    assert sentence_around(text, text.index("Two")) == (9, 19)
    long = "a" * 2000
    assert sentence_around(long, 1000) == (1000 - REACH, 1000 + REACH)


def test_clauses_end_at_seams_but_not_at_a_comma_right_after():
    text = "in june, we left because it rained"
    low, high = clause_around(text, 0, 7)
    assert text[low:high] == "in june, we left "


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 10))
def test_any_place_has_a_tense_and_lies_in_its_clause(text, start, size):
    start = min(start, len(text))
    end = min(start + size, len(text))
    assert tense_at(text, start, end) in ("past", "present", "future", "unknown")
    low, high = clause_around(text, start, end)
    assert low <= start <= end <= high
