import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.late_interaction import WordBags
from memcli.algorithms.restatement import Assertions, mean_word_vectors, restated

# Rows 0 to 4: a thing told three times, each time in other words, another thing, another speaker.
ANGLES = np.radians([0.0, 60.0, 120.0, 200.0, 0.0])
VECTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)
SPEAKERS = np.array([0, 0, 0, 0, 1])
NOBODY = np.zeros(5, bool)


def asserted(rows=range(5)):
    rows = np.array(rows)
    return Assertions(rows, SPEAKERS[rows], VECTORS[rows])


def test_what_was_said_last_of_a_thing_restates_what_was_said_before():
    said = np.array([1.0, 10.0, 20.0, 30.0, 40.0])
    found = restated(np.arange(5), asserted(), said, NOBODY)
    assert (found.newest.tolist(), found.older.tolist()) == ([2], [0, 1])


def test_what_was_said_in_one_breath_holds_together():
    said = np.array([1.0, 10.0, 10.01, 30.0, 40.0])
    found = restated(np.arange(5), asserted(), said, NOBODY)
    assert (found.newest.tolist(), found.older.tolist()) == ([1, 2], [0])


@pytest.mark.parametrize(
    ("why", "order", "rows", "said"),
    [
        ("all was said at once", [0, 1, 2, 3, 4], range(5), [1.0] * 5),
        ("it is told of one other thing alone", [3, 0, 1, 2, 4], range(5), [1, 2, 3, 4, 5]),
        ("no assertion is among the best hits", [3, 4, 2, 1, 0], [0, 1], [1, 2, 3, 4, 5]),
        ("nobody knows when", [0, 1, 2, 3, 4], range(5), [np.nan] * 5),
        ("nothing is asserted", [0, 1, 2, 3, 4], [], [1, 2, 3, 4, 5]),
    ],
)
def test_nothing_is_restated_where(why, order, rows, said):
    rows = np.array(list(rows), np.int64)
    found = restated(np.array(order), asserted(rows), np.array(said, float), NOBODY)
    assert found is None, why


def test_what_another_than_the_named_says_restates_nothing():
    vectors = np.ones((2, 1), np.float32)
    two = Assertions(np.arange(2), np.array([0, 1]), vectors)
    said = np.array([1.0, 2.0])
    assert restated(np.array([1, 0]), two, said, np.array([True, False])) is None


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=6))
def test_the_mean_vector_of_words_is_of_unit_length_or_zero(texts):
    table = np.eye(4, 3, dtype=np.float32)
    words = np.array([word for text in texts for word in text], np.int64)
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    means = mean_word_vectors(WordBags(words, starts), table)
    for text, mean in zip(texts, means, strict=True):
        known = [word for word in text if word < 3]
        assert np.isclose(np.linalg.norm(mean), 1.0 if known else 0.0)
        whole = table[text].sum(axis=0) if text else np.zeros(3)
        assert np.allclose(mean * np.linalg.norm(whole), whole, atol=1e-6)
