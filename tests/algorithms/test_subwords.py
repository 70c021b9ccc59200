"""Subwords: longest first, and likeliest together."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.subwords import unigram, wordpiece

IDS = {"[UNK]": 0, "lamp": 1, "la": 2, "##mp": 3, "##p": 4, "##s": 5, "l": 6, "##am": 7}
UNKNOWN_SCORE = -20.0
WORDS = st.text("abc", max_size=7)
VOCABULARIES = st.dictionaries(st.text("ab", min_size=1, max_size=3), st.floats(-9, -1), max_size=8)


def test_the_longest_token_is_taken_first():
    assert wordpiece("lamps", IDS, 0) == [1, 5]
    assert wordpiece("lamp", IDS, 0) == [1]


def test_a_word_with_a_part_that_is_no_token_is_unknown():
    assert wordpiece("lamq", IDS, 0) == [0]


def _cuts(word):
    for n in range(len(word)):
        for places in combinations(range(1, len(word)), n):
            ends = [0, *places, len(word)]
            yield [word[a:b] for a, b in pairwise(ends)]


def _score(part, scores):
    if part in scores:
        return scores[part]
    return UNKNOWN_SCORE if len(part) == 1 else float("-inf")


@given(WORDS, VOCABULARIES)
@settings(max_examples=60)
def test_no_other_cut_is_likelier(word, scores):
    parts = unigram(word, scores, 3, UNKNOWN_SCORE)
    assert "".join(parts) == word
    found = sum(scores[part] if part in scores else UNKNOWN_SCORE * len(part) for part in parts)
    cuts = [sum(_score(part, scores) for part in cut) for cut in _cuts(word)]
    assert abs(found - max(cuts, default=0.0)) < 1e-9


def test_unknown_characters_in_a_row_are_one_part():
    assert unigram("xxax", {"a": -1.0}, 1, UNKNOWN_SCORE) == ["xx", "a", "x"]
