"""memcli.models.distillation: teacher, training and distil together"""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from memcli.algorithms.distillation import Bags, unit
from memcli.models.distillation import teacher as teaching
from memcli.models.distillation import training
from memcli.models.distillation.distil import choose_start, distil
from memcli.models.encoder import Encoder
from store.errors import BadRecord, BadUsage, EncoderUnavailable
from tests.support.small_teachers import WORDS, make_teacher, make_texts


def stage(what, total):
    return nullcontext(SimpleNamespace(advance=lambda n: None))


def ignore(n):
    pass


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return Encoder.load(str(make_teacher(tmp_path_factory.mktemp("t") / "teacher")), 1)


def run(teacher, texts=600, start="scratch", dimension=8, **settings):
    begun = choose_start(teacher, start, dimension)
    return distil(teacher, make_texts(texts), begun, training.Settings(**settings), stage)


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


@pytest.mark.parametrize(("n", "held"), [(100, 20), (250, 50), (2_000, 100), (50_000, 1_000)])
def test_how_many_passages_are_held_out(n, held):
    bags = SimpleNamespace(take=lambda texts: texts)
    lesson = teaching.Lesson(bags, np.zeros((n, 1), np.float16))
    learned, kept = training.divide(lesson)
    assert len(kept.vectors) == held
    assert len(learned.vectors) == n - held


def test_training_from_scratch_comes_nearer_to_the_teacher(teacher):
    result = run(teacher, epochs=20, batch=64, first_rate=0.01)
    assert result.table.shape == (63, 8)
    assert result.after.cosine > result.before.cosine
    assert result.after.rank_correlation > result.before.rank_correlation
    assert result.after.rank_correlation > 0.8


def test_the_same_again_gives_the_same_table(teacher):
    one, two, other = run(teacher), run(teacher), run(teacher, seed=1)
    assert np.array_equal(one.table, two.table)
    assert one[2:] == two[2:]
    assert not np.array_equal(one.table, other.table)


def test_training_goes_on_from_a_table_in_its_own_space(teacher, tmp_path):
    """Even if that table was turned round: what takes the teacher there is found again."""
    from memcli.models.distillation.folder import write_encoder

    first = run(teacher, epochs=20, batch=64, first_rate=0.01)
    folder = tmp_path / "first"
    tokenizer = teacher.folder / "tokenizer.json"
    turned = first.table[:, ::-1] * np.array([1, -1] * 4, np.int8)
    write_encoder(folder, turned, first.scales, tokenizer, {"name": "first"})
    more = run(teacher, start=str(folder), dimension=None, batch=64, first_rate=1e-3)
    assert more.before.rank_correlation == pytest.approx(first.after.rank_correlation, abs=1e-4)
    assert more.before.cosine > 0.9
    assert more.after.rank_correlation > first.after.rank_correlation - 0.01


def test_rows_of_tokens_that_no_text_has_stay_as_they_are(teacher):
    texts = [f"ba be {a} {b}" for a in WORDS[:12] for b in WORDS[:12]]
    lesson = teaching.learn(teacher, texts, ignore)
    table = np.random.default_rng(0).normal(size=(63, 8)).astype(np.float32)
    tokens = np.arange(3, 63, 7)
    vectors = teaching.token_vectors(teacher, tokens, ignore)
    space = training.from_table(table, lesson, tokens, vectors)
    trained, _ = training.train(space, lesson, training.Settings(), ignore)
    changed = (trained != table).any(axis=1)
    assert changed[3:15].all()
    assert not changed[15:].any()


def test_the_bundled_table_is_the_start_where_the_vocabulary_is_its_own(teacher):
    minilm = Encoder.load("minilm-l6-v2", 1)
    assert choose_start(minilm, None, None)[:2] == ("static-256", 256)
    assert choose_start(minilm, None, 128)[:2] == ("scratch", 128)
    assert choose_start(teacher, None, None)[:2] == ("scratch", 24)


def test_a_start_that_does_not_fit_is_refused(teacher, tmp_path):
    with pytest.raises(BadUsage, match="another vocabulary"):
        choose_start(teacher, "static-256", None)
    with pytest.raises(BadUsage, match="no more than 24"):
        choose_start(teacher, "scratch", 25)
    with pytest.raises(BadUsage, match="24 dimensions, not 8"):
        choose_start(teacher, str(teacher.folder), 8)
    with pytest.raises(EncoderUnavailable, match="no encoder at"):
        choose_start(teacher, str(tmp_path / "none"), None)
    with pytest.raises(EncoderUnavailable, match="no table"):
        choose_start(Encoder.load("minilm-l6-v2", 1), "minilm-l6-v2", None)


def test_few_texts_are_refused_also_if_most_have_no_token(teacher):
    with pytest.raises(BadRecord, match="99 passages are too few"):
        run(teacher, texts=99)
    with pytest.raises(BadRecord, match="too few"):
        distil(
            teacher, [" " * n for n in range(200)], choose_start(teacher, "scratch", 8),
            training.Settings(), stage,
        )  # fmt: skip


def test_tokens_alone_find_the_rotation_where_passages_are_few():
    chance = np.random.default_rng(0)
    table = chance.normal(size=(63, 8)).astype(np.float32)
    hidden = np.linalg.qr(chance.normal(size=(24, 8)))[0]
    alone = (unit(table) @ hidden.T).astype(np.float32)
    wrong = unit(chance.normal(size=(1, 24))).astype(np.float16)
    lesson = teaching.Lesson(Bags(np.array([5]), np.array([1])), wrong)
    found = training.from_table(table, lesson, np.arange(63), alone).rotation
    assert np.allclose(found.T @ found, np.eye(8), atol=1e-5)
    assert np.trace(found.T @ hidden) / 8 > 0.95
