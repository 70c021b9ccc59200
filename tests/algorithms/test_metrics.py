"""Measures of a ranking."""

import math

from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.metrics import hit_rate, measure, ndcg, recall, reciprocal_rank

rankings = st.lists(st.integers(0, 20), max_size=30)
relevants = st.sets(st.integers(0, 20), min_size=1, max_size=8)
cutoffs = st.integers(1, 30)


def test_recall_is_the_share_of_the_relevant_among_the_first_k():
    assert recall(["a", "b", "c"], ["a", "c", "x"], 2) == 1 / 3
    assert recall(["a", "b", "c"], ["a", "c", "x"], 3) == 2 / 3


def test_an_id_that_stands_twice_takes_one_place_only():
    assert recall(["s1", "s1", "s2"], ["s2"], 2) == 1


def test_reciprocal_rank_is_of_the_first_relevant():
    assert reciprocal_rank(["x", "a", "b"], ["a", "b"]) == 1 / 2
    assert reciprocal_rank(["x"], ["a"]) == 0


def test_ndcg_of_one_relevant_at_rank_three():
    assert math.isclose(ndcg(["x", "y", "a"], ["a"], 5), 1 / math.log2(4))


@given(rankings, relevants, cutoffs)
def test_every_measure_is_between_zero_and_one(ranking, relevant, k):
    assert all(0 <= value <= 1 + 1e-12 for value in measure(ranking, relevant, [k]).values())


@given(rankings, relevants, cutoffs)
def test_recall_never_falls_with_k_and_a_hit_means_recall(ranking, relevant, k):
    assert recall(ranking, relevant, k) <= recall(ranking, relevant, k + 1)
    assert (hit_rate(ranking, relevant, k) == 1) == (recall(ranking, relevant, k) > 0)


@given(relevants)
def test_a_perfect_ranking_measures_one(relevant):
    values = measure([*relevant, "x"], relevant, [len(relevant)])
    assert all(math.isclose(value, 1) for value in values.values())
