"""Tests of memcli.language.syntax."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from memcli.language.syntax import Parse, Word, tokenize


def forms(text: str) -> list[str]:
    return [token.form for token in tokenize(text)]


def test_contractions_are_two_words() -> None:
    assert forms("I don't, can't; we're Ana's") == (
        ["I", "do", "n't", ",", "ca", "n't", ";", "we", "'re", "Ana", "'s"]
    )


def test_contractions_of_chats_are_two_words() -> None:
    assert forms("im sure cannot, dont") == ["i", "'m", "sure", "can", "not", ",", "do", "n't"]


def test_what_chats_write_short_is_known_in_full() -> None:
    assert forms("u r late n w R") == ["you", "are", "late", "and", "with", "R"]
    assert forms("I've a cat, I've seen it") == [
        "I",
        "have",
        "a",
        "cat",
        ",",
        "I",
        "'ve",
        "seen",
        "it",
    ]


def test_kin_by_marriage_and_once_are_one_word() -> None:
    assert forms("my ex-husband's sister-in-law, step-by-step") == (
        ["my", "ex-husband", "'s", "sister-in-law", ",", "step", "-", "by", "-", "step"]
    )


@given(st.text())
def test_words_stand_in_their_text_in_order(text: str) -> None:
    places = [(token.start, token.end) for token in tokenize(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))


def _parse() -> Parse:
    rows = [("Ana", 2, "nsubj", "B-PER"), ("lives", 0, "root", "O"), ("in", 5, "case", "O")]
    rows += [("New", 5, "compound", "B-LOC"), ("York", 2, "obl", "I-LOC")]
    words, at = [], 0
    for index, (text, head, relation, name) in enumerate(rows, 1):
        words.append(
            Word(index, text, at, at + len(text), text.lower(), "X", "X", head, relation, name)
        )
        at += len(text) + 1
    return Parse("Ana lives in New York", tuple(words))


def test_the_tree_is_walked_both_ways() -> None:
    parse = _parse()
    root = parse.root
    assert root is not None
    place = parse.child(root, "obl")
    assert place is not None
    assert parse.slice(parse.subtree(place)) == "in New York"
    assert parse.slice(parse.subtree(place, without=["case"])) == "New York"
    assert list(parse.ancestors(parse.words[2])) == [place, root]
    assert [(kind, parse.slice(words)) for kind, words in parse.names()] == [
        ("PER", "Ana"),
        ("LOC", "New York"),
    ]
