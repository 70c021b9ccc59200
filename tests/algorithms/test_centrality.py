import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms import centrality
from memcli.algorithms.centrality import lexrank, pick_summary


def unit(rows):
    array = np.asarray(rows, dtype=float)
    norms = np.linalg.norm(array, axis=-1, keepdims=True)
    return np.divide(array, norms, out=np.zeros_like(array), where=norms > 0)


# Three sentences on one matter, the second in their middle, and one on another matter.
TRIO_AND_STRANGER = unit([[1.0, 0.4, 0.0], [1.0, 0.0, 0.0], [1.0, -0.4, 0.0], [0.0, 0.0, 1.0]])


@st.composite
def drawn_rows(draw, max_size=30):
    n = draw(st.integers(0, max_size))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = unit(rng.normal(size=(n, 6)) + draw(st.sampled_from([0.0, 1.0])))
    rows[rng.random(n) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = 0.0
    return rows, rng


def test_the_sentence_in_the_middle_is_the_most_central_and_the_stranger_the_least():
    order = np.argsort(-lexrank(TRIO_AND_STRANGER))
    assert order[0] == 1
    assert order[-1] == 3


def test_without_edges_ranks_are_those_of_the_jumps():
    assert lexrank(np.eye(4)) == pytest.approx([0.25] * 4)
    assert lexrank(np.zeros((3, 2))) == pytest.approx([1 / 3] * 3)


def test_cosines_below_the_threshold_are_no_edges():
    faint = unit([[1.0, 0.05], [0.0, 1.0], [1.0, 0.0]])
    ranks = lexrank(faint)
    assert ranks[0] == pytest.approx(ranks[2])
    assert ranks[1] < ranks[0]


def test_many_sentences_in_blocks_rank_as_in_one_piece(monkeypatch):
    rows = unit(np.random.default_rng(1).normal(size=(90, 8)) + 0.5)
    whole = lexrank(rows)
    monkeypatch.setattr(centrality, "BLOCK", 25)
    assert lexrank(rows) == pytest.approx(whole, abs=1e-5)


def test_the_summary_does_not_say_the_same_twice():
    rows = unit([[1, 0, 0], [1, 0, 0], [1, 0.1, 0], [0.6, 0.8, 0]])
    assert pick_summary(rows, [5, 5, 5, 5], 10) in ([0, 3], [1, 3], [2, 3])


def test_the_first_to_be_chosen_is_the_most_central_sentence():
    assert pick_summary(TRIO_AND_STRANGER, [5] * 4, 5) == [1]


def test_salience_decides_between_sentences():
    assert pick_summary(TRIO_AND_STRANGER, [5] * 4, 5, salience=[0.1, 0.1, 0.1, 9.0]) == [3]


def test_a_sentence_too_long_gives_way_to_one_that_fits():
    assert pick_summary(TRIO_AND_STRANGER, [9, 50, 9, 60], 20) == [0, 2]


def test_what_is_left_of_the_budget_is_not_filled_with_interjections():
    assert pick_summary(TRIO_AND_STRANGER, [12, 2, 30, 1], 20) == [0]


@pytest.mark.parametrize("budget", [-3, 0, 4])
def test_a_budget_below_the_shortest_sentence_gives_no_summary(budget):
    assert pick_summary(TRIO_AND_STRANGER, [5] * 4, budget) == []


def test_a_sentence_without_words_or_salience_is_not_taken():
    assert pick_summary(TRIO_AND_STRANGER, [0, 5, 5, 5], 99, salience=[1, 0, 1, 1]) == [2, 3]


def test_no_sentences_have_no_summary():
    assert lexrank(np.zeros((0, 3))).tolist() == []
    assert pick_summary(np.zeros((0, 3)), [], 10) == []


@given(drawn=drawn_rows())
@settings(deadline=None)
def test_ranks_are_a_distribution(drawn):
    rows, _ = drawn
    ranks = lexrank(rows)
    assert ranks.shape == (len(rows),)
    assert np.all(ranks >= 0.0)
    assert ranks.sum() == pytest.approx(min(len(rows), 1))


@given(drawn=drawn_rows())
@settings(deadline=None)
def test_the_order_of_the_sentences_does_not_change_their_ranks(drawn):
    rows, rng = drawn
    order = rng.permutation(len(rows))
    assert lexrank(rows[order]) == pytest.approx(lexrank(rows)[order], abs=1e-4)


@given(drawn=drawn_rows(), budget=st.integers(-5, 200))
@settings(deadline=None)
def test_a_summary_keeps_to_the_budget_and_the_order_of_the_text(drawn, budget):
    rows, rng = drawn
    words = rng.integers(0, 30, len(rows))
    chosen = pick_summary(rows, words, budget, rng.random(len(rows)))
    assert chosen == sorted(set(chosen))
    assert all(0 <= i < len(rows) for i in chosen)
    assert sum(words[chosen]) <= max(budget, 0)
    cosines = rows[chosen] @ rows[chosen].T - 2 * np.eye(len(chosen))
    assert cosines.max(initial=-1.0) < centrality.SAME
