"""memcli.algorithms.diversity"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.diversity import mmr_order

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
    order = mmr_order(np.array([1.0, 1.0]), vectors, np.array([50, 5]), 1.0, 0.1)
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
