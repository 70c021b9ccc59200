"""memcli.algorithms.distillation"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms import distillation as d

SEEDS = st.integers(0, 2**32 - 1)


def bags_of(texts):
    """Texts as lists of token ids -> bags."""
    tokens = np.array([token for text in texts for token in text], np.int64)
    return d.TokenBags(tokens, np.cumsum([len(text) for text in texts]))


def texts_of(bags):
    return [part.tolist() for part in np.split(bags.tokens, bags.ends[:-1])]


def random_batch(seed, n, dimension, vocabulary=7):
    """Texts of random tokens, a table and a teacher's unit vectors, in float64."""
    chance = np.random.default_rng(seed)
    texts = [chance.integers(0, vocabulary, chance.integers(1, 6)).tolist() for _ in range(n)]
    table = chance.normal(size=(vocabulary, dimension))
    teacher = d.unit(chance.normal(size=(n, dimension)))
    similarities = np.tanh(chance.normal(size=(n, n)))
    return bags_of(texts), table, teacher, (similarities + similarities.T) / 2


def total(bags, table, teacher, similarities, weight):
    loss, _ = d.loss_and_gradient(d.means(table, bags), teacher, similarities, weight)
    return loss.cosine + weight * loss.similarity


TEXTS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6), min_size=1, max_size=8)


@given(TEXTS, st.data())
def test_some_of_the_bags_are_those_texts_in_that_order(texts, data):
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=9))
    taken = bags_of(texts).take(np.array(chosen))
    assert texts_of(taken) == [texts[i] for i in chosen]
    assert taken.lengths.tolist() == [len(texts[i]) for i in chosen]


@given(TEXTS, SEEDS)
def test_a_text_is_the_mean_of_its_tokens_and_each_time_counts(texts, seed):
    table = np.random.default_rng(seed).normal(size=(10, 3))
    expected = [table[text].mean(0) for text in texts]
    assert np.allclose(d.means(table, bags_of(texts)), expected)


def test_a_vector_without_a_direction_stays_zero():
    assert d.unit(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [[0, 0], [0.6, 0.8]]


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 6), st.integers(2, 5), st.sampled_from([0.0, 1.0, 20.0]))
def test_the_gradient_of_the_table_is_that_of_finite_differences(seed, n, dimension, weight):
    bags, table, teacher, similarities = random_batch(seed, n, dimension)
    _, by_mean = d.loss_and_gradient(d.means(table, bags), teacher, similarities, weight)
    rows, found = d.row_gradients(by_mean, bags)
    assert rows.tolist() == sorted(set(bags.tokens.tolist()))
    step = 1e-6
    for row, gradient in zip(rows, found, strict=True):
        for axis in range(dimension):
            up, down = table.copy(), table.copy()
            up[row, axis] += step
            down[row, axis] -= step
            rise = total(bags, up, teacher, similarities, weight)
            rise -= total(bags, down, teacher, similarities, weight)
            assert gradient[axis] == pytest.approx(rise / (2 * step), rel=1e-3, abs=1e-5)


@given(SEEDS, st.integers(1, 8))
def test_a_student_that_says_what_the_teacher_says_has_no_loss_and_no_gradient(seed, n):
    teacher = d.unit(np.random.default_rng(seed).normal(size=(n, 4)))
    loss, gradient = d.loss_and_gradient(3 * teacher, teacher, teacher @ teacher.T)
    assert loss.cosine == pytest.approx(0, abs=1e-12)
    assert loss.similarity == pytest.approx(0, abs=1e-12)
    assert np.allclose(gradient, 0, atol=1e-9)


@given(SEEDS, st.floats(0.1, 10))
def test_the_length_of_a_mean_does_not_change_the_loss(seed, factor):
    bags, table, teacher, similarities = random_batch(seed, 5, 4)
    student = d.means(table, bags)
    loss = d.loss_and_gradient(student, teacher, similarities)[0]
    scaled = d.loss_and_gradient(student * factor, teacher, similarities)[0]
    assert scaled == pytest.approx(loss)


def test_a_text_without_a_direction_has_no_gradient():
    student, teacher = np.array([[0.0, 0.0], [1.0, 0.0]]), np.eye(2)
    gradient = d.loss_and_gradient(student, teacher, np.eye(2))[1]
    assert np.isfinite(gradient).all()
    assert gradient[0].tolist() == [0, 0]


@given(SEEDS, st.integers(1, 6))
def test_sparse_adam_is_adam_on_the_rows_that_it_is_given(seed, steps):
    """Against the formulas of the paper, written out for one row."""
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(4, 3)).astype(np.float32)
    expected, untouched = table[2].astype(float), table[[0, 1, 3]].copy()
    adam, first, second = d.SparseAdam((4, 3)), 0.0, 0.0
    for t in range(1, steps + 1):
        gradient = chance.normal(size=(1, 3)).astype(np.float32)
        adam.step(table, np.array([2]), gradient, 0.01)
        first = 0.9 * first + 0.1 * gradient[0]
        second = 0.999 * second + 0.001 * gradient[0] ** 2
        expected -= 0.01 * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
    assert np.allclose(table[2], expected, atol=1e-5)
    assert np.array_equal(table[[0, 1, 3]], untouched)


def test_the_learning_rate_falls_in_a_line():
    assert [d.rate_at(i, 3, 2e-3, 0.0) for i in range(3)] == [2e-3, 1e-3, 0.0]
    assert d.rate_at(0, 1, 2e-3, 0.0) == 2e-3


@given(st.integers(1, 600), st.integers(1, 3), SEEDS)
def test_every_epoch_has_every_text_once_in_batches_of_like_size(n, epochs, seed):
    found = list(d.batches(n, 64, epochs, seed))
    assert sorted(np.concatenate(found).tolist()) == sorted(list(range(n)) * epochs)
    sizes = {len(batch) for batch in found}
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 96
    again = list(d.batches(n, 64, epochs, seed))
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))


@given(SEEDS, st.integers(1, 5))
def test_principal_axes_are_orthonormal_and_hold_the_largest_spread_first(seed, dimension):
    chance = np.random.default_rng(seed)
    vectors = (chance.normal(size=(60, 5)) * [1, 8, 2, 4, 0.5] + 3).astype(np.float32)
    axes = d.principal_axes(vectors, dimension)
    assert np.allclose(axes.T @ axes, np.eye(dimension), atol=1e-5)
    spreads = (vectors @ axes).var(0)
    assert all(a >= b * 0.999 for a, b in pairwise(spreads))
    assert abs(axes[1, 0]) > 0.9


@given(SEEDS, st.integers(2, 6), st.integers(2, 6))
def test_the_alignment_finds_a_rotation_that_was_hidden(seed, wide, narrow):
    chance = np.random.default_rng(seed)
    hidden = np.linalg.qr(chance.normal(size=(max(wide, narrow), min(wide, narrow))))[0]
    hidden = hidden if wide >= narrow else hidden.T
    if wide >= narrow:
        student = chance.normal(size=(50, narrow))
        teacher = student @ hidden.T
    else:
        teacher = chance.normal(size=(50, wide))
        student = teacher @ hidden
    assert np.allclose(d.alignment(teacher.T @ student), hidden, atol=1e-4)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=30))
def test_tokens_weigh_less_the_more_frequent_they_are(counts):
    weights = d.token_weights(np.array(counts))
    assert ((weights > 0) & (weights <= 1)).all()
    for i, j in pairwise(range(len(counts))):
        if counts[i] >= counts[j]:
            assert weights[i] <= weights[j]


def test_without_counts_the_first_tokens_of_a_vocabulary_are_taken_as_frequent():
    weights = d.token_weights(np.zeros(1000, np.int64))
    assert (np.diff(weights) > 0).all()
    assert weights[0] < 0.02 < 0.8 < weights[-1]


@given(SEEDS)
def test_a_rounded_table_is_near_the_whole_one(seed):
    table = np.random.default_rng(seed).normal(size=(5, 8)).astype(np.float32)
    table[3] = 0
    whole, scales = d.quantize(table)
    assert (whole.dtype, scales.dtype, scales.shape) == (np.int8, np.float32, (5, 1))
    assert np.abs(whole * scales - table).max() <= scales.max() * 0.501
    assert not whole[3].any()
    assert np.array_equal(d.quantize(whole * scales)[0], whole)


@given(SEEDS, st.integers(2, 20))
def test_a_student_equal_to_the_teacher_agrees_wholly(seed, n):
    vectors = d.unit(np.random.default_rng(seed).normal(size=(n, 6)))
    assert d.agreement(vectors, vectors, vectors) == pytest.approx((1, 1 if n > 2 else 0, 1))


def test_agreement_is_of_ranks_with_ties_shared():
    student = np.eye(4)[[0, 0, 1, 2]]
    teacher = d.unit(np.array([[1.0, 0], [1, 0.1], [0, 1], [0.2, 1]]))
    found = d.agreement(student, teacher, student, k=1)
    # Pairs by the student: one at 1, five at 0. The pair at 1 is the second of six by the teacher.
    theirs = np.argsort(np.argsort((teacher @ teacher.T)[np.triu_indices(4, 1)]))
    ours = np.array([1, 0, 0, 0, 0, 0])
    assert found.rank_correlation == pytest.approx(np.corrcoef(theirs, ours)[0, 1])
    assert found.cosine == 1
    assert 0 < found.neighbours < 1


@settings(max_examples=5)
@given(SEEDS)
def test_training_steps_bring_a_table_nearer_to_its_teacher(seed):
    bags, table, teacher, _ = random_batch(seed, 12, 6, vocabulary=40)
    table, similarities = table.astype(np.float32), teacher @ teacher.T
    before = total(bags, table, teacher, similarities, 20.0)
    adam = d.SparseAdam(table.shape)
    for step in range(60):
        _, by_mean = d.loss_and_gradient(d.means(table, bags), teacher, similarities)
        rate = d.rate_at(step, 60, 0.1, 0.01)
        adam.step(table, *d.row_gradients(by_mean, bags), rate)
    assert total(bags, table, teacher, similarities, 20.0) < before * 0.7
