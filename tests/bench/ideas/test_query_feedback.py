import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ideas.query_feedback import expansion_terms, hopfield_query

TERMS = st.lists(st.sampled_from(["tea", "cup", "boat", "sea", "été", "茶"]), max_size=8)
SHARES = st.floats(0.0, 1.0)


@st.composite
def drawn_memory(draw):
    """A question's vector and stored ones, of unit length."""
    seed, n, d = draw(st.integers(0, 999)), draw(st.integers(0, 12)), draw(st.integers(1, 6))
    rows = np.random.default_rng(seed).normal(size=(n + 1, d))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows[0], rows[1:]


@given(drawn_memory(), st.floats(0.0, 100.0), SHARES)
def test_a_moved_question_is_of_unit_length(memory, beta, mixture):
    query, stored = memory
    assert np.linalg.norm(hopfield_query(query, stored, beta, mixture)) == pytest.approx(1.0)


@given(drawn_memory(), st.floats(0.0, 100.0))
def test_without_a_mixture_the_question_stays(memory, beta):
    query, stored = memory
    np.testing.assert_allclose(hopfield_query(query, stored, beta, 0.0), query, atol=1e-12)


@given(drawn_memory(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_stored_says_nothing(memory, chance):
    query, stored = memory
    order = list(range(len(stored)))
    chance.shuffle(order)
    moved = hopfield_query(query, stored[order])
    np.testing.assert_allclose(moved, hopfield_query(query, stored), atol=1e-9)


def test_a_high_beta_recalls_the_nearest_and_zero_the_mean():
    stored = np.eye(3)
    query = np.array([0.8, 0.6, 0.0])
    np.testing.assert_allclose(hopfield_query(query, stored, 500.0, 1.0), stored[0], atol=1e-9)
    mean = np.full(3, 3**-0.5)
    np.testing.assert_allclose(hopfield_query(query, stored, 0.0, 1.0), mean, atol=1e-9)


def test_the_question_moves_towards_what_it_is_like():
    stored = np.array([[0.0, 1.0], [0.0, -1.0]])
    query = np.array([0.96, 0.28])
    moved = hopfield_query(query, stored, 16.0, 0.3)
    assert moved @ stored[0] > query @ stored[0]


def test_what_is_recalled_counts_by_the_mixture_however_unlike_its_parts_are():
    # The mean of two rows at right angles is shorter than either; its length must not matter.
    moved = hopfield_query([1.0, 0.0, 0.0], np.eye(3)[1:], 16.0, 0.5)
    np.testing.assert_allclose(moved, np.array([1.0, 0.5**0.5, 0.5**0.5]) / 2**0.5)


def test_a_question_that_what_is_recalled_cancels_stays_as_it_is():
    assert hopfield_query([1.0, 0.0], [[-1.0, 0.0]], 16.0, 0.5).tolist() == [1.0, 0.0]


def test_a_huge_beta_does_not_overflow():
    assert hopfield_query([1.0, 0.0], np.eye(2), 1e5, 1.0).tolist() == [1.0, 0.0]


def test_a_question_without_a_direction_or_a_memory_stays_as_it_is():
    query = np.array([0.6, 0.8])
    assert hopfield_query(query, np.zeros((0, 2))).tolist() == [0.6, 0.8]
    np.testing.assert_allclose(hopfield_query(query, np.zeros((3, 2))), query)
    assert hopfield_query(np.zeros(2), np.zeros((1, 2))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("beta", "mixture"), [(-1.0, 0.5), (8.0, -0.1), (8.0, 1.1)])
def test_what_is_out_of_range_is_refused(beta, mixture):
    with pytest.raises(ValueError, match="out of range"):
        hopfield_query(np.ones(2), np.ones((1, 2)), beta, mixture)


@given(TERMS, st.lists(st.tuples(TERMS, st.floats(0.0, 1.0)), max_size=5), SHARES)
def test_weights_of_terms_sum_to_one_and_the_heaviest_comes_first(question, hits, share):
    said, scores = [terms for terms, _ in hits], [score for _, score in hits]
    found = expansion_terms(question, said, scores, n_terms=3, original_weight=share)
    weights = list(found.values())
    assert weights == sorted(weights, reverse=True)
    if any(weights):
        assert sum(weights) == pytest.approx(1.0)


@given(TERMS, st.lists(TERMS, max_size=5), st.integers(-1, 6))
def test_no_more_terms_are_added_than_asked_for_and_all_are_of_the_hits(question, hits, n_terms):
    found = expansion_terms(question, hits, np.ones(len(hits)), n_terms=n_terms)
    added = set(found) - set(question)
    assert len(added) <= max(n_terms, 0)
    assert added <= {term for hit in hits for term in hit}


def test_what_better_hits_say_weighs_more():
    found = expansion_terms(["tea"], [["tea", "cup"], ["tea", "boat"]], [1.0, 0.2])
    assert list(found) == ["tea", "cup", "boat"]
    # 0.6 of the question's model; of the hits', tea has half and cup five sixths of the rest.
    assert found["tea"] == pytest.approx(0.6 + 0.4 * 0.5)
    assert found["cup"] == pytest.approx(0.4 * 0.5 * 5 / 6)


def test_a_long_hit_says_each_of_its_terms_with_less_weight():
    found = expansion_terms([], [["tea"], ["cup", "boat", "sea", "cup"]], [1.0, 1.0])
    assert found == pytest.approx({"tea": 0.5, "cup": 0.25, "boat": 0.125, "sea": 0.125})


def test_rare_terms_win_where_rarity_is_given():
    hits = [["well", "well", "boat"]]
    common = expansion_terms([], hits, [1.0], n_terms=1)
    rare = expansion_terms([], hits, [1.0], {"well": 0.1, "boat": 5.0}, n_terms=1)
    assert (list(common), list(rare)) == (["well"], ["boat"])


def test_without_hits_the_question_stands_alone():
    assert expansion_terms(["tea", "tea", "cup"], [], []) == {"tea": 2 / 3, "cup": 1 / 3}
    assert expansion_terms([], [], []) == {}
    assert expansion_terms(["tea"], [[]], [0.0]) == {"tea": 1.0}
