"""From a table and a lesson to a table that says more nearly what the teacher says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from memcli.algorithms.distillation import TokenBags, unit
from memcli.models.distillation import teacher as teaching
from memcli.models.distillation import training
from memcli.models.encoder import Encoder
from tests.support.small_teachers import WORDS, make_teacher


def ignore(n):
    pass


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return Encoder.load(str(make_teacher(tmp_path_factory.mktemp("t") / "teacher")), 1)


@pytest.mark.parametrize(("n", "held"), [(100, 20), (250, 50), (2_000, 100), (50_000, 1_000)])
def test_how_many_passages_are_held_out(n, held):
    bags = SimpleNamespace(take=lambda texts: texts)
    lesson = teaching.Lesson(bags, np.zeros((n, 1), np.float16))
    learned, kept = training.divide(lesson)
    assert len(kept.vectors) == held
    assert len(learned.vectors) == n - held


def test_rows_of_tokens_that_no_text_has_stay_as_they_are(teacher):
    texts = [f"ba be {a} {b}" for a in WORDS[:12] for b in WORDS[:12]]
    lesson = teaching.learn(teacher, texts, ignore)
    table = np.random.default_rng(0).normal(size=(63, 8)).astype(np.float32)
    tokens = np.arange(3, 63, 7)
    vectors = teaching.token_vectors(teacher, tokens, ignore)
    space = training.from_table(table, lesson, tokens, vectors)
    trained, _ = training.train(space, lesson, training.TrainingSettings(), ignore)
    changed = (trained != table).any(axis=1)
    assert changed[3:15].all()
    assert not changed[15:].any()


def test_tokens_alone_find_the_rotation_where_passages_are_few():
    chance = np.random.default_rng(0)
    table = chance.normal(size=(63, 8)).astype(np.float32)
    hidden = np.linalg.qr(chance.normal(size=(24, 8)))[0]
    alone = (unit(table) @ hidden.T).astype(np.float32)
    wrong = unit(chance.normal(size=(1, 24))).astype(np.float16)
    lesson = teaching.Lesson(TokenBags(np.array([5]), np.array([1])), wrong)
    found = training.from_table(table, lesson, np.arange(63), alone).rotation
    assert np.allclose(found.T @ found, np.eye(8), atol=1e-5)
    assert np.trace(found.T @ hidden) / 8 > 0.95


def test_a_lesson_counts_its_tokens(teacher):
    lesson = teaching.learn(teacher, ["ba be", "ba"], ignore)
    counts = training.counts_of(lesson, 63)
    assert (counts[3], counts[4], counts.sum(), len(counts)) == (2, 1, 3, 63)


def test_training_brings_a_table_nearer_to_the_teacher(teacher):
    lesson = teaching.learn(teacher, [f"{a} {b}" for a in WORDS[::3] for b in WORDS[::3]], ignore)
    vectors = teaching.token_vectors(teacher, np.arange(63), ignore)
    space = training.from_tokens(vectors, training.counts_of(lesson, 63), 8)
    done = []
    table, loss = training.train(space, lesson, training.TrainingSettings(epochs=2), done.append)
    before = training.measure(space.table, space.rotation, lesson)
    after = training.measure(table, space.rotation, lesson)
    assert after.rank_correlation > before.rank_correlation
    assert 0 < loss.cosine < 1
    assert sum(done) == 2 * len(lesson.vectors)
