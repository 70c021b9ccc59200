import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language import patterns
from memcli.language.patterns import METHODS, lazy_pattern

SOURCE = r"(?P<word>[a-c]+)-?"


def test_nothing_is_compiled_before_the_first_use_and_once_after(monkeypatch):
    compiled = []
    real = re.compile

    def counted(source, flags=0):
        compiled.append(source)
        return real(source, flags)

    monkeypatch.setattr(patterns.re, "compile", counted)
    pattern = lazy_pattern(SOURCE)
    assert compiled == [], pattern.pattern
    assert pattern.search("xab-")["word"] == "ab"
    assert pattern.match("xab-") is None
    assert compiled == [SOURCE]


@given(st.text("abcx-", max_size=12))
def test_it_finds_what_a_compiled_pattern_finds(text):
    lazy, compiled = lazy_pattern(SOURCE, re.IGNORECASE), re.compile(SOURCE, re.IGNORECASE)
    assert lazy.findall(text.upper()) == compiled.findall(text.upper())
    assert [m.span() for m in lazy.finditer(text)] == [m.span() for m in compiled.finditer(text)]
    assert lazy.sub("*", text) == compiled.sub("*", text)


def test_its_methods_are_those_of_the_compiled_one_after_the_first_use():
    pattern = lazy_pattern(SOURCE)
    pattern.search("")
    assert vars(pattern).keys() >= METHODS


def test_a_fault_in_the_source_is_told_at_the_first_use():
    with pytest.raises(re.error):
        lazy_pattern("(").search("x")
