import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.kinship import (
    MEANING,
    covered,
    kinship,
    lent,
    likeness_of_vectors,
    likeness_of_words,
    occurrences,
    word_rarity,
)
from memcli.algorithms.late_interaction import WordBags

WINE, TASTE, GYM, HELLO = 0, 1, 2, 3


def said(*texts, session=None):
    """Occurrences of the words of texts, each a session by itself unless told otherwise."""
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    words = np.array([word for text in texts for word in text], np.int64)
    of = np.arange(len(texts)) if session is None else np.array(session)
    return occurrences(WordBags(words, starts), of, int(of.max(initial=-1)) + 1, 4)


def test_words_of_the_texts_of_a_session_are_counted_together():
    found = said([WINE, WINE], [GYM], [WINE, HELLO], session=[0, -1, 0])
    triples = zip(found.session.tolist(), found.word.tolist(), found.times.tolist(), strict=True)
    assert list(triples) == [(0, WINE, 3), (0, HELLO, 1)]


def test_sessions_are_alike_by_words_that_others_do_not_say():
    words = likeness_of_words(said([WINE, HELLO], [WINE, HELLO], [GYM, HELLO], [GYM, HELLO]))
    assert words[0, 1] > 0.9 > 0.1 > words[0, 2] > 0.0
    assert words[0, 1] == words[1, 0]


def test_a_word_of_one_session_makes_it_less_like_others():
    words = likeness_of_words(said([WINE], [WINE], [WINE, TASTE], [GYM]))
    assert words[0, 1] == pytest.approx(1.0)
    assert words[0, 2] < 0.8


def test_what_all_vectors_have_in_common_makes_no_kin():
    same = [10.0, 0.0]
    vectors = np.array([[*same, 1.0], [*same, 0.9], [*same, -1.0], [*same, -0.9]])
    alike = likeness_of_vectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    assert alike[0, 1] == pytest.approx(1.0, abs=0.01)
    assert alike[0, 2] == 0.0


def test_a_session_says_what_its_kin_say_and_others_do_not():
    texts = said([WINE, TASTE], [WINE, TASTE, GYM], [HELLO], [HELLO])
    alone = np.zeros((4, 4))
    kin = alone.copy()
    kin[0, 1] = kin[1, 0] = 0.5
    asked = np.array([GYM])
    before, after = covered(texts, alone, asked), covered(texts, kin, asked)
    assert before[1] > 0.0
    assert before[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]
    assert after[0] == pytest.approx(before[1])
    assert after[2:].tolist() == [0.0, 0.0]


def test_a_rare_word_counts_for_more_and_a_second_mention_for_less():
    texts = said([WINE, HELLO], [HELLO, GYM], [HELLO, HELLO], [HELLO, GYM])
    wine, hello, often, _ = covered(texts, np.zeros((4, 4)), np.array([WINE, HELLO]))
    assert wine > often > hello
    assert often < 2 * hello
    assert word_rarity(texts)[WINE] > word_rarity(texts)[GYM] > word_rarity(texts)[HELLO]


def test_a_mention_says_more_in_a_short_session():
    short, long, _ = covered(
        said([WINE], [WINE] + [GYM] * 9, [GYM]), np.zeros((3, 3)), np.array([WINE])
    )
    assert short > long > 0.0


def test_nearness_is_in_parts_of_what_is_usual_for_the_session():
    found = np.array([[0.0], [1.0], [0.0]])
    kin = np.array([[0.0, 0.4, 0.2], [0.4, 0.0, 0.0], [0.2, 0.01, 0.0]])
    borrowed = lent(found, kin)[:, 0]
    assert borrowed[:2].tolist() == [1.0, 1.0]
    assert borrowed[2] == pytest.approx((0.01 / 0.105) ** 2)


def test_nothing_is_lent_where_there_is_one_session_or_none():
    assert lent(np.array([[0.3]]), np.zeros((1, 1))).tolist() == [[0.3]]
    assert lent(np.zeros((0, 2)), np.zeros((0, 0))).shape == (0, 2)
    assert covered(said(), np.zeros((0, 0)), np.array([WINE])).tolist() == []
    assert covered(said([WINE]), np.zeros((1, 1)), np.zeros(0, np.int64)).tolist() == [0.0]


texts_drawn = st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=8)


@given(texts_drawn, st.sets(st.integers(0, 3)), st.integers(0, 5))
def test_all_is_within_the_unit_interval_and_kin_take_nothing_away(texts, asked, seed):
    chance = np.random.default_rng(seed)
    centers = chance.normal(size=(len(texts), 3))
    found = said(*texts)
    kin = kinship(found, centers / np.linalg.norm(centers, axis=1, keepdims=True))
    assert ((kin >= 0.0) & (kin <= 1.0)).all()
    assert not kin.diagonal().any()
    assert kin == pytest.approx(kin.T)
    words = np.array(sorted(asked), np.int64)
    with_kin = covered(found, kin, words)
    alone = covered(found, np.zeros_like(kin), words)
    assert ((with_kin >= alone - 1e-12) & (with_kin <= 1.0)).all()


def test_words_count_for_more_than_meaning():
    same_words = kinship(said([WINE], [WINE], [GYM], [GYM]), np.zeros((4, 2)))
    east, north = [1.0, 0.0], [0.0, 1.0]
    same_meaning = kinship(said([], [], [], []), np.array([east, east, north, north]))
    assert same_words[0, 1] == pytest.approx(1 / (1 + MEANING))
    assert same_meaning[0, 1] == pytest.approx(MEANING / (1 + MEANING))
