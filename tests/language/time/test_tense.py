"""The tense of the clause that a word depends on."""

from __future__ import annotations

import pytest

from memcli.language.time.tense import anchor, tense_of


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("We met there on Friday.", "past"),
        ("She has been ill this Friday.", "past"),
        ("They could not come on Friday.", "past"),
        ("Been there on Friday.", "past"),
        ("I was meeting Tom on Friday.", "past"),
        ("After meeting Tom on Friday I am tired.", "past"),
        ("I will call on Friday.", "future"),
        ("We are leaving on Friday.", "future"),
        ("Call me on Friday.", "future"),
        ("I want to leave on Friday.", "future"),
        ("We were hoping to meet on Friday.", "future"),
        ("It was postponed until Friday.", "future"),
        ("The exam is on Friday.", "present"),
        ("We work on Friday.", "present"),
        ("Coffee on Friday?", "unknown"),
    ],
)
def test_the_verb_above_decides(parsed, text, tense):
    parse = parsed(text)
    start = text.index("Friday")
    assert tense_of(parse, anchor(parse, start, start + 6)) == tense
