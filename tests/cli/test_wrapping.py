"""Wrapping of plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from memcli.cli.wrapping import is_plain, wrapped

WORDS = st.lists(st.text("abc.-", min_size=1, max_size=9), min_size=1, max_size=40)
BLANKS = st.lists(st.integers(1, 3), min_size=40, max_size=40)


@given(WORDS, BLANKS, st.integers(9, 30))
def test_words_that_fit_are_wrapped_as_rich_does(words, blanks, width):
    text = "".join(word + " " * n for word, n in zip(words, blanks, strict=False))
    lines = list(Text(text).wrap(Console(), width, overflow="fold"))
    assert wrapped(text, width) == [line.plain.rstrip() for line in lines]


@given(st.text("ab ", max_size=200), st.integers(1, 12))
def test_nothing_is_lost_and_no_line_is_too_long(text, width):
    lines = wrapped("a" + text, width)
    assert "".join(lines).replace(" ", "") == ("a" + text).replace(" ", "")
    assert all(len(line) <= width for line in lines)


def test_a_long_word_is_broken_where_the_line_ends():
    assert wrapped("to aaaaaaaaaa b", 4) == ["to", "aaaa", "aaaa", "aa b"]
    assert wrapped("to", 4) == ["to"]


def test_only_what_takes_one_column_each_is_plain():
    assert is_plain("A tea, 3 $: \u201ccaf\u00e9\u201d")
    others = ("", " a", "a\tb", "a\nb", "a\u0301", "\u8a18\u61b6", "a\x1b", "a\u00a0b")
    assert not any(map(is_plain, others))
    plain = [char for char in map(chr, range(0x3000)) if is_plain(char)]
    assert len(plain) > 700
    assert all(cell_len(char) == 1 and char.isprintable() for char in plain)
