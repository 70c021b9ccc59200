"""memcli/algorithms/topics.py"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.topics import (
    COMMON,
    LARGEST,
    TopicSettings,
    distinctive_words,
    group_topics,
    shared_words,
)

WORDS = st.lists(
    st.lists(st.sampled_from("abcdefghijklmnop"), max_size=8, unique=True), max_size=40
)


def unit(rows):
    rows = np.asarray(rows, float)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def pieces(seed, n, d=12):
    random = np.random.default_rng(seed)
    centres = np.eye(5, d)
    about = random.integers(0, 5, n)
    vectors = unit(centres[about] + 0.1 * random.normal(size=(n, d)))
    words = [[f"{topic}{w}" for w in random.choice(8, 5, replace=False)] for topic in about]
    return vectors, words, about


def test_pieces_of_one_thing_are_together_and_of_others_apart():
    vectors, words, about = pieces(0, 120)
    labels = group_topics(vectors, words)
    for label in set(labels.tolist()):
        assert len(set(about[labels == label])) == 1
    assert len(set(labels.tolist())) <= 10


@given(st.integers(0, 30), st.integers(1, 60))
def test_a_beginning_is_grouped_as_the_whole_is(seed, n):
    vectors, words, _ = pieces(seed, 60)
    settings = TopicSettings(open_groups=7, largest=6)
    whole = group_topics(vectors, words, settings)
    assert group_topics(vectors[:n], words[:n], settings).tolist() == whole[:n].tolist()


@given(WORDS, st.integers(0, 99))
def test_labels_count_up_and_little_words_have_none(words, seed):
    vectors = unit(np.random.default_rng(seed).normal(size=(len(words), 6)).reshape(-1, 6))
    labels = group_topics(vectors, words, TopicSettings(min_words=3))
    assert [label == -1 for label in labels] == [len(own) < 3 for own in words]
    begun = [label for label in dict.fromkeys(labels.tolist()) if label >= 0]
    assert begun == sorted(begun) == list(range(len(begun)))


@given(st.integers(0, 20), st.integers(1, 9), st.integers(1, 5))
def test_no_group_is_larger_than_allowed(seed, largest, open_groups):
    vectors, words, _ = pieces(seed, 50)
    labels = group_topics(vectors, words, TopicSettings(largest=largest, open_groups=open_groups))
    assert np.bincount(labels).max() <= largest


def test_alike_vectors_without_a_word_in_common_are_apart_and_words_bring_them_together():
    ahead = unit([[1, 0, 0, 0]] * 10 + [[0, 1, 0, 0], [0, 1, 1.4, 1.6]])
    apart = [[f"w{i}{j}" for j in range(4)] for i in range(12)]
    together = [*apart[:11], apart[10]]
    assert group_topics(ahead, apart)[-1] != group_topics(ahead, apart)[-2]
    assert group_topics(ahead, together)[-1] == group_topics(ahead, together)[-2]


def test_what_all_pieces_are_alike_in_makes_no_topic():
    random = np.random.default_rng(3)
    shared = np.eye(1, 200)
    vectors = unit(shared + unit(random.normal(size=(200, 200))))
    assert (vectors @ vectors.T).mean() > 0.45
    words = [[f"w{i}{j}" for j in range(4)] for i in range(200)]
    assert np.bincount(group_topics(vectors, words)[100:]).max() <= 5


def test_zero_rows_and_nothing_at_all_are_no_error():
    assert group_topics(np.zeros((0, 4)), []).tolist() == []
    labels = group_topics(np.zeros((3, 4)), [list("abcd"), list("abcd"), list("efgh")])
    assert labels.tolist() == [0, 0, 1]


def test_wrong_sizes_are_refused():
    with pytest.raises(ValueError, match="1 vectors of 0 pieces"):
        group_topics(np.zeros((1, 4)), [])
    with pytest.raises(ValueError, match="largest"):
        TopicSettings(largest=LARGEST + 1)


@given(WORDS, st.integers(0, 40))
def test_distinctive_words_follow_from_what_came_before(pieces_, n):
    kept = distinctive_words(pieces_)
    assert distinctive_words(pieces_[:n]) == kept[:n]
    assert all(set(some) <= set(own) for some, own in zip(kept, pieces_, strict=True))


def test_a_word_of_many_pieces_tells_nothing():
    kept = distinctive_words([["said", f"w{i}"] for i in range(COMMON + 3)])
    assert [("said" in own) for own in kept] == [True] * COMMON + [False] * 3
    assert all(f"w{i}" in own for i, own in enumerate(kept))


def test_shared_words_are_those_of_at_least_two_and_a_share():
    given_ = [["rent", "due"], ["rent", "bank", "bank"], ["rent", "due", "paid"], ["moon"]]
    assert shared_words(given_, 0.5) == ["rent", "due"]
    assert shared_words(given_, 0.75) == ["rent"]
    assert shared_words([["alone", "alone"]], 0.1) == []
    assert shared_words([], 0.5) == []
