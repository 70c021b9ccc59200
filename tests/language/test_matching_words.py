from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.matching_words import matching_spans


def matched(question, text):
    return [text[start:end] for start, end in matching_spans(question, text)]


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("who paints fences?", "She was painting the fence.", ["painting", "fence"]),
        ("what is it?", "What is it?", ["What", "is", "it"]),  # all of it, if no word is worth it
        (
            "Wie teuer sind die Häuser?",
            "Das Haus ist sehr teuer und ich habe es.",
            ["Haus", "teuer"],
        ),
        ("cafe", "At the Café.", ["Café"]),
        ("周末吃火锅", "我们周末一起去吃火锅", ["周末", "吃火锅"]),
        ("", "Anything.", []),
        ("boat", "", []),
    ],
)
def test_words_match_in_any_of_their_forms(question, text, words):
    assert matched(question, text) == words


@given(st.text(max_size=40), st.text(max_size=80))
def test_spans_are_in_order_and_apart(question, text):
    spans = matching_spans(question, text)
    places = [place for span in spans for place in span]
    assert places == sorted(set(places))
    assert all(0 <= start < end <= len(text) for start, end in spans)
