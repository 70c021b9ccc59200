"""Quotations, rows and records in a turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.pasted import pasted_stretches


def stretches(text: str) -> list[str]:
    return [text[start:end] for start, end in pasted_stretches(text)]


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ('She wrote: "I am six. I live in Rome." Nice.', ['"I am six. I live in Rome."']),
        ("He said \u201cI left. I quit.\u201d today", ["\u201cI left. I quit.\u201d"]),
        ("Look:\nAna,12,rye\nTom,3,oats", ["Ana,12,rye\nTom,3,oats"]),
        ("Try it:\nName: Da Mario\nAddress: 5 Cold Road", ["Name: Da Mario\nAddress: 5 Cold Road"]),
    ],
)
def test_another_s_words_rows_and_records_are_found(text, pasted):
    assert stretches(text) == pasted


@pytest.mark.parametrize(
    "text",
    [
        '"I live in Rome. I love it."',
        'A 27" screen and a 32" one.',
        "I earn 1,000,000 here\nand 2,000,000 there",
        "My details:\nName: Ana\nAddress: 5 Cold Road",
        "Budget: 2,000 EUR\nDates: 3-9 June",
        "Address: 5 Cold Road",
    ],
)
def test_what_is_the_speaker_s_own_is_none(text):
    assert stretches(text) == []


@given(st.text('a:,"\n 1', max_size=60))
def test_stretches_lie_in_any_text(text):
    assert all(0 <= start < end <= len(text) for start, end in pasted_stretches(text))
