"""Tokens of several texts in one array."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from memcli.models.tokens import Tokens

LISTS = st.lists(st.lists(st.integers(1, 9), max_size=5), max_size=6)


@given(LISTS, st.integers(0, 6))
def test_lists_come_back_and_are_cut(lists, most):
    assert Tokens.of(lists).lists() == lists
    assert Tokens.of(lists).first(most).lists() == [ids[:most] for ids in lists]


@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(1, 9), max_size=4)), max_size=6))
def test_texts_stand_in_their_places_among_others(both):
    are_own = [own for own, _ in both]
    own, others = (Tokens.of([ids for mine, ids in both if mine is kind]) for kind in (True, False))
    assert own.among(others, are_own).lists() == [ids for _, ids in both]


@given(LISTS, st.integers(0, 6))
def test_parts_are_joined_in_their_order(lists, cut):
    parts = [Tokens.of(lists[:cut]), Tokens.of(lists[cut:])]
    assert Tokens.joined(parts).lists() == lists
    assert Tokens.joined([]).lists() == []


def test_rows_are_filled_up_to_the_longest_and_spare_ones_are_empty():
    ids, mask = Tokens.of([[5], [], [7, 8, 9], [1]]).padded([2, 0], spare=1)
    assert ids.tolist() == [[7, 8, 9], [5, 0, 0], [0, 0, 0]]
    assert mask.tolist() == [[True] * 3, [True, False, False], [False] * 3]
    assert Tokens.of([[]]).padded([0]).ids.tolist() == [[0]]
    assert ids.dtype == np.int64
