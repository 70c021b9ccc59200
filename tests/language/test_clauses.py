"""Compound sentences part where both sides can stand alone, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.clauses import clauses


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (
            "I moved to Lisbon in the spring, but my sister stayed in Ghent.",
            ["I moved to Lisbon in the spring.", "My sister stayed in Ghent."],
        ),
        (
            "She works at the harbour; however, he teaches maths in the city.",
            ["She works at the harbour.", "He teaches maths in the city."],
        ),
        (
            "We bought the old boat last year, and I painted it in May.",
            ["We bought the old boat last year.", "I painted it in May."],
        ),
    ],
)
def test_a_compound_sentence_parts(sentence, parts):
    assert clauses(sentence) == parts


@pytest.mark.parametrize(
    "sentence",
    [
        "I like tea, but not coffee.",
        "I like green tea in the morning, but not coffee in the evening.",
        "Although we bought the old boat last year, and I painted it in May.",
        'He said "we moved to Lisbon, but my sister stayed" and left for good.',
        "The boat (we bought it last year, and I painted it) sank in the harbour.",
    ],
)
def test_what_cannot_stand_alone_stays_whole(sentence):
    assert clauses(sentence) == [sentence]


@given(st.text(max_size=200))
def test_any_text_gives_clauses_with_all_its_words(text):
    assert clauses(text)
