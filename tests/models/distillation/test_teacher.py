"""What a teacher says: the vector of each token alone, and of each passage."""

from __future__ import annotations

import numpy as np
import pytest

from memcli.models.distillation import teacher as teaching
from memcli.models.encoder import Encoder
from tests.support.small_teachers import WORDS, make_teacher


def ignore(n):
    pass


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return Encoder.load(str(make_teacher(tmp_path_factory.mktemp("t") / "teacher")), 1)


def test_the_special_tokens_around_a_text_are_found(teacher, tmp_path):
    assert teaching.frame(teacher) == ([1], [2])
    bare = Encoder.load(str(make_teacher(tmp_path / "bare", special=False)), 1)
    assert teaching.frame(bare) == ([], [])


def test_a_token_alone_is_what_a_text_of_it_is(teacher):
    vectors = teaching.token_vectors(teacher, np.arange(3, 63), ignore)
    assert vectors.shape == (60, 24)
    assert np.allclose(vectors, teacher.encode(list(WORDS)), atol=1e-6)


def test_a_lesson_has_the_passages_with_a_token_and_their_vectors(teacher):
    texts = ["ba be", "", "bi", "ba " * 90]
    bags, vectors = teaching.learn(teacher, texts, ignore)
    assert bags.lengths.tolist() == [2, 1, 32]
    assert bags.tokens[:3].tolist() == [3, 4, 5]
    expected = teacher.encode(["ba be", "bi", "ba " * 90])
    assert np.allclose(vectors, expected, atol=1e-3)


def test_a_table_has_a_row_for_each_id(teacher):
    assert teaching.vocabulary_size(teacher) == 63
