"""memcli.models.distillation: teacher, training and distil together"""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from memcli.models.distillation import training
from memcli.models.distillation.distil import choose_start, distil
from memcli.models.encoder import Encoder
from store.errors import BadRecord, BadUsage, EncoderUnavailable
from tests.support.small_teachers import make_teacher, make_texts


def stage(what, total):
    return nullcontext(SimpleNamespace(advance=lambda n: None))


def ignore(n):
    pass


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return Encoder.load(str(make_teacher(tmp_path_factory.mktemp("t") / "teacher")), 1)


def run(teacher, texts=600, start="scratch", dimension=8, **settings):
    begun = choose_start(teacher, start, dimension)
    return distil(teacher, make_texts(texts), begun, training.TrainingSettings(**settings), stage)


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
            training.TrainingSettings(), stage,
        )  # fmt: skip
