"""Texts that cannot command a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memcli.language.sanitize import printable


def test_control_characters_are_replaced_and_the_rest_stays():
    assert printable("a\x1b[31mb\x07") == "a\ufffd[31mb\ufffd"
    assert printable("two\nlines\tand é 記憶") == "two\nlines\tand é 記憶"
    assert printable("\u202eright to left") == "\ufffdright to left"


@given(st.text())
def test_no_control_character_is_left(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(char.isprintable() or char in "\n\t" for char in shown)
