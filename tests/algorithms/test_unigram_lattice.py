"""Unigram lattice: what `unigram` finds of each piece, of many pieces at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.subwords import unigram
from memcli.algorithms.unigram_lattice import UnigramLattice, code_points

UNKNOWN = 99
UNKNOWN_SCORE = -20.0
# Sums of few scores, so that many ways are alike.
VOCABULARIES = st.dictionaries(
    st.text("ab\u4e2d\U0001f600", min_size=1, max_size=4),
    st.sampled_from([-8.05, -7.31, -9.77, -0.1, -0.2, -0.3, -4.0]),
    min_size=1,
    max_size=9,
)
PIECES = st.lists(st.text("abc\u4e2d\U0001f600", min_size=1, max_size=14), min_size=1, max_size=5)


def cut(scores, pieces):
    """Return for each token in turn where it begins and its id."""
    codes = code_points("".join(pieces))
    joins = np.ones(len(codes), bool)
    joins[np.cumsum([len(piece) for piece in pieces]) - 1] = False
    places, ids = UnigramLattice(scores, UNKNOWN, UNKNOWN_SCORE).cut(codes, joins)
    return list(zip(places.tolist(), ids.tolist(), strict=True))


def expected(scores, pieces):
    ids = {token: number for number, token in enumerate(scores)}
    found, at = [], 0
    for piece in pieces:
        for part in unigram(piece, scores, max(map(len, scores)), UNKNOWN_SCORE):
            found.append((at, ids.get(part, UNKNOWN)))
            at += len(part)
    return found


@given(VOCABULARIES, PIECES)
@settings(max_examples=60)
def test_each_piece_is_cut_as_if_it_were_alone(scores, pieces):
    assert cut(scores, pieces) == expected(scores, pieces)


def test_of_two_ways_that_are_alike_all_that_stands_before_decides():
    """As 0.1 + 0.2 + ... is not the same from any place on."""
    scores = {"x": -0.1, "un": -8.05, "ate": -9.77, "una": -10.35, "te": -7.47}
    for n in range(12):
        assert cut(scores, ["x" * n + "unate"]) == expected(scores, ["x" * n + "unate"])


def test_no_token_bridges_two_pieces():
    assert cut({"ab": -1.0, "a": -2.0, "b": -2.0}, ["a", "b", "ab"]) == [(0, 1), (1, 2), (2, 0)]


def test_unknown_characters_side_by_side_are_one_token_of_their_piece():
    assert cut({"a": -1.0}, ["zza", "zz"]) == [(0, UNKNOWN), (2, 0), (3, UNKNOWN)]


@pytest.mark.parametrize("n", [1, 200])
def test_edges_whose_slot_is_taken_are_found_behind_it(n):
    tokens = [f"{chr(97 + i % 26)}{chr(0x4E00 + i)}{chr(97 + i % 7)}" for i in range(n)]
    scores = dict.fromkeys(tokens, -1.0)
    assert cut(scores, tokens) == [(3 * i, i) for i in range(n)]
