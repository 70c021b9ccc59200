"""The paragraphs of a turn, and a turn without some of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.fragments import (
    GAP,
    LONGEST,
    fragment_records,
    fragments,
    is_said_in,
    parted_name,
    without_fragments,
)

TEXT = "One.\n\nTwo is here.\n \nThree."
WORDS = st.lists(st.sampled_from(["ab", "c. ", "\n\n", "\n", " ", "你好。", GAP]), max_size=60)


def test_paragraphs_are_counted_from_one():
    turn = {"kind": "memory", "v": 1, "id": "t", "level": 0, "text": TEXT}
    records = fragment_records(turn, {2})
    assert [(r["id"], r["text"], r.get("hidden")) for r in records] == [
        ("t#1", "One.", None),
        ("t#2", "Two is here.", True),
        ("t#3", "Three.", None),
    ]


def test_a_long_paragraph_is_parted_between_sentences():
    text = "This is a sentence of some length. " * 100
    found = fragments(text)
    assert len(found) > 2
    assert all(LONGEST <= one.end - one.start < LONGEST + 40 for one in found[:-1])
    assert all(text[one.start : one.end].startswith("This") for one in found)


@given(WORDS.map("".join))
def test_fragments_follow_one_another_and_hold_all_that_is_said(text):
    found = fragments(text)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    ends = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
    assert ends == sorted(ends)
    assert "".join("".join(text[a.start : a.end].split()) for a in found) == "".join(text.split())


def test_what_is_left_has_a_gap_and_nothing_of_what_is_hidden():
    assert without_fragments(TEXT, {2}) == f"One.\n\n{GAP}\n \nThree."
    assert without_fragments(TEXT, {1, 2, 3}) == GAP
    assert without_fragments(TEXT, set()) == TEXT


def test_names_of_fragments():
    assert parted_name("abcd#2") == ("abcd", 2)
    assert parted_name("mj/4#x#12") == ("mj/4#x", 12)
    for name in ("abcd", "abcd#", "abcd#0", "#2", "abcd#x"):
        assert parted_name(name) is None


def test_a_statement_stands_in_its_fragment_without_its_brackets():
    assert is_said_in("It is on Friday [2025-03-07].", "Come! it is  on Friday, at six")
    assert not is_said_in("It is on Friday.", "It was on Monday.")
