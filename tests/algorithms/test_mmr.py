"""memcli.algorithms.mmr"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.mmr import mmr_order, pick_distinct

scores = st.lists(st.floats(0, 10), max_size=12)


def unit(*rows):
    vectors = np.array(rows, float)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_copy_of_the_first_comes_after_something_else():
    vectors = unit([1, 0], [1, 0], [0, 1])
    assert mmr_order(np.array([1.0, 0.9, 0.8]), vectors, trade_off=0.7).tolist() == [0, 2, 1]


def test_with_relevance_alone_the_order_is_that_of_the_scores():
    vectors = unit([1, 0], [1, 0], [0, 1])
    assert mmr_order(np.array([0.2, 0.9, 0.8]), vectors, trade_off=1.0).tolist() == [1, 2, 0]


def test_of_equals_the_cheaper_comes_first():
    vectors = unit([1, 0], [0, 1])
    order = mmr_order(np.array([1.0, 1.0]), vectors, np.array([50, 5]), 1.0)
    assert order.tolist() == [1, 0]


@given(scores, st.floats(0, 1), st.integers(0, 5))
def test_every_candidate_comes_once_and_again_the_same(given_scores, trade_off, seed):
    n = len(given_scores)
    vectors = np.random.default_rng(seed).normal(size=(n, 4))
    costs = np.arange(1, n + 1)
    order = mmr_order(np.array(given_scores), vectors, costs, trade_off)
    assert sorted(order.tolist()) == list(range(n))
    assert order.tolist() == mmr_order(np.array(given_scores), vectors, costs, trade_off).tolist()


@pytest.mark.parametrize(
    ("score", "cost", "trade_off"), [(-1.0, 1, 0.5), (1.0, 0, 0.5), (1.0, 1, 1.5)]
)
def test_what_is_out_of_range_is_refused(score, cost, trade_off):
    with pytest.raises(ValueError, match=r"relevance|range"):
        mmr_order(np.array([score]), unit([1, 0]), np.array([cost]), trade_off)


values = st.floats(0.0, 1.0, width=32)


@st.composite
def cases(draw):
    n = draw(st.integers(0, 14))
    scores = draw(st.lists(values, min_size=n, max_size=n))
    rows = draw(
        st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=n, max_size=n)
    )
    return scores, np.array(rows).reshape(n, 3), draw(st.integers(0, 16))


@given(cases())
def test_each_is_picked_once_and_no_more_than_asked_for(case):
    scores, rows, limit = case
    picked = pick_distinct(scores, rows, limit)
    assert len(picked) == len(set(picked)) <= min(limit, len(scores))
    assert picked == pick_distinct(scores, rows, limit)
    if picked:
        assert scores[picked[0]] == max(scores)
    assert pick_distinct(scores, rows, limit // 2) == picked[: limit // 2]


def test_of_two_that_say_the_same_the_better_one_is_picked():
    rows = [[1.0, 0.0], [0.99, 0.01], [0.0, 1.0]]
    assert pick_distinct([0.8, 0.9, 0.5], rows, 3) == [1, 2]


def test_what_all_have_in_common_makes_them_no_more_alike():
    shared = np.full((10, 10), 10.0) + np.eye(10)
    assert len(pick_distinct(np.ones(10), shared, 10)) == 10


def test_what_has_no_vector_is_like_nothing():
    assert pick_distinct([0.5, 0.4], np.zeros((2, 4)), 5) == [0, 1]


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="2 scores of 1 vectors"):
        pick_distinct([0.1, 0.2], [[1.0]], 1)
