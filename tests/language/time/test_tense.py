"""The tense of the clause that a word depends on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.data import read_data
from memcli.language.syntax import Parse, Word
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
        ("My cousin Priya is getting married in Kirkwall on Friday.", "future"),
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


RULES = read_data("time")["tense"]["rules"].strip().splitlines()


def test_each_rule_says_a_tense_and_what_it_needs():
    assert {rule.split()[0] for rule in RULES} == {"past", "present", "future", "outer", "none"}
    assert all(len(rule.split()) > 1 for rule in RULES)
    lists = read_data("time")["lemmas"]
    asked = {each for rule in RULES for need in rule.split()[1:] for each in need.split("|")}
    assert {key for key in lists if any(each.endswith(f":{key}") for each in asked)} >= {
        "hoping",
        "planned",
        "thanked",
    }


TAGS = st.sampled_from(["VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD", "NN", "TO"])
KINDS = st.sampled_from(["VERB", "AUX", "NOUN", "PART"])
RELATIONS = st.sampled_from(["root", "aux", "cop", "advcl", "conj", "obj", "xcomp", "mark"])


@given(st.lists(st.tuples(TAGS, KINDS, RELATIONS, st.integers(0, 6)), min_size=1, max_size=6))
def test_any_tree_has_a_tense(tags):
    words = [
        # a head further left, so that there is no circle
        Word(n, "had", 4 * n, 4 * n + 3, "have", kind, tag, min(head, n - 1), relation)
        for n, (tag, kind, relation, head) in enumerate(tags, start=1)
    ]
    parse = Parse("had " * 7, tuple(words))
    for word in words:
        assert tense_of(parse, word) in ("past", "present", "future", "unknown")
