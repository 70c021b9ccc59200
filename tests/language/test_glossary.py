"""What words stand for, as people say it, in several languages; and what only sounds like it."""

from __future__ import annotations

import tomllib

import pytest

from memcli.language.glossary import find_definitions
from tests.support.paths import DATA

CASES = tomllib.loads((DATA / "glossary.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "term", "meaning"), CASES["said"])
def test_what_a_word_stands_for_is_read(text, term, meaning):
    assert [one[:2] for one in find_definitions(text)] == [(term, meaning)]


@pytest.mark.parametrize("text", CASES["unsaid"])
def test_what_only_sounds_like_it_is_not(text):
    assert find_definitions(text) == []


def test_an_entry_under_its_heading_is_read_and_elsewhere_is_none():
    text = "- **PTO**: paid time off\n- zoo: staging cluster"
    found = [one[:2] for one in find_definitions(text, "Handbook / Glossary")]
    assert found == [("PTO", "paid time off"), ("zoo", "staging cluster")]
    assert find_definitions(text, "Handbook / Animals") == []


def test_a_pair_that_is_said_twice_is_one():
    assert len(find_definitions("PTO stands for paid time off. PTO stands for paid time off.")) == 1
