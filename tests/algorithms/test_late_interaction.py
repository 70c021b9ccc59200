import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from memcli.algorithms.contiguity import contiguity_kernel
from memcli.algorithms.late_interaction import (
    WordBags,
    coverage,
    rarity,
    with_neighbours,
    word_matches,
)

# Three words at right angles and one between the first two.
TABLE = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0]], np.float32)
KERNEL = contiguity_kernel(0.9, 0.5, 0.5, 2)
unit = st.floats(0, 1, width=32)


def bags(*texts):
    starts = np.cumsum([0, *map(len, texts)])
    return WordBags(np.array([word for text in texts for word in text], np.int64), starts)


def drawn_matches(n_words=3):
    return st.integers(1, 8).flatmap(lambda n: arrays(np.float32, (n, n_words), elements=unit))


def test_each_word_of_the_question_takes_the_nearest_word_of_the_text():
    found = word_matches(bags([0, 2], [3], []), TABLE, TABLE[[0, 1]])
    assert found == pytest.approx(np.array([[1, 0], [0.6, 0.8], [0, 0]]))


def test_opposite_words_match_like_strangers():
    assert word_matches(bags([0]), -TABLE, TABLE[:1]).tolist() == [[0.0]]


@pytest.mark.parametrize(("texts", "words"), [([], 2), ([[], []], 2), ([[0], [1]], 0)])
def test_without_texts_or_words_nothing_matches(texts, words):
    found = word_matches(bags(*texts), TABLE, TABLE[:words])
    assert found.shape == (len(texts), words)
    assert not found.any()


@given(st.lists(st.lists(st.integers(0, 3), max_size=5), max_size=6))
def test_matches_are_those_of_every_pair_of_words(texts):
    found = word_matches(bags(*texts), TABLE, TABLE)
    for text, row in zip(texts, found, strict=True):
        for asked, match in enumerate(row):
            pairs = [float(TABLE[word] @ TABLE[asked]) for word in text]
            assert match == pytest.approx(min(max(pairs, default=0.0), 1.0), abs=1e-6)


def test_a_word_that_few_texts_have_is_rarer_and_one_that_is_like_it_does_not_count():
    matches = np.array([[1, 1, 0.9], [1, 0, 0.9], [1, 0, 0.9]], np.float32)
    common, rare, absent = rarity(matches)
    assert 0 < common < rare < absent


@given(drawn_matches())
def test_rarity_is_never_negative_and_falls_with_each_text_that_has_the_word(matches):
    before = rarity(matches)
    assert (before >= 0).all()
    more = matches.copy()
    more[:, 0] = 1.0
    assert rarity(more)[0] <= before[0]


def test_a_turn_lends_its_words_more_to_the_next_than_to_the_one_before():
    matches = np.array([[0], [1], [0], [0], [0]], np.float32)
    lent = with_neighbours(matches, [0, 0, 0, 0, 1], [1, 2, 3, 4, 3], KERNEL)
    assert lent[:, 0] == pytest.approx([0.5, 1.0, 0.9, 0.45, 0.0])


def test_a_word_that_both_say_counts_once_at_its_best():
    matches = np.array([[0.5], [1.0]], np.float32)
    lent = with_neighbours(matches, [0, 0], [1, 2], KERNEL)
    assert lent[:, 0] == pytest.approx([0.5, 1.0])


@given(drawn_matches(), st.data())
def test_lending_takes_nothing_away_and_depends_on_no_order(matches, data):
    n = len(matches)
    session = np.array(data.draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n)))
    seq = np.array(data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)))
    lent = with_neighbours(matches, session, seq, KERNEL)
    assert (lent >= matches).all()
    assert (lent <= 1).all()
    assert (lent[session < 0] == matches[session < 0]).all()
    back = np.arange(n)[::-1]
    assert (with_neighbours(matches[back], session[back], seq[back], KERNEL) == lent[back]).all()


def test_a_kernel_without_reach_lends_nothing():
    matches = np.array([[0], [1]], np.float32)
    nothing = contiguity_kernel(0.9, 0.9, 1.0, 0)
    assert (with_neighbours(matches, [0, 0], [1, 2], nothing) == matches).all()


def test_coverage_is_the_share_by_rarity_of_the_squares():
    assert coverage([[1.0, 0.5], [0.0, 1.0]], [3.0, 1.0]) == pytest.approx([0.8125, 0.25])
    assert coverage(np.zeros((2, 0)), []).tolist() == [0.0, 0.0]


@given(drawn_matches(), st.lists(st.floats(0, 9), min_size=3, max_size=3))
def test_coverage_stays_in_the_unit_interval_and_grows_with_every_match(matches, weights):
    before = coverage(matches, weights)
    assert ((before >= 0) & (before <= 1)).all()
    assert (coverage(np.ones_like(matches), weights) >= before - 1e-12).all()
