"""Cross-encoders: a real model in the real runtime with a real tokenizer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from memcli.models.encoder import encoder_folder
from memcli.search.reranking.cross_encoder import CrossEncoder
from store.errors import EncoderUnavailable, MemcliError, RerankerUnavailable
from tests.support.hits import hit
from tests.support.onnx_graphs import INT32, cross_encoder, cross_encoder_folder

TEXTS = ["the goat sleeps", "a goat in the harbour", "nothing of it", ""]
QUERY = "goat harbour"


@pytest.fixture
def folder(tmp_path):
    return cross_encoder_folder(tmp_path / "cross")


def overlaps(folder, texts=TEXTS, query=QUERY):
    """Return the scores without what the [SEP] of both parts adds."""
    return (CrossEncoder(folder).score_texts(query, texts) - 1).tolist()


def test_pairs_are_built_with_the_types_of_the_tokenizers_template(folder):
    assert overlaps(folder) == [1, 2, 0, 0]


@pytest.mark.parametrize("output", ["flat", "classes"])
def test_logits_may_be_flat_or_of_two_classes(folder, output):
    cross_encoder(folder / "model.onnx", output=output)
    assert overlaps(folder) == [1, 2, 0, 0]
    assert overlaps(folder, TEXTS[:1]) == [1]
    assert overlaps(folder, TEXTS[:2]) == [1, 2]


def test_integers_may_be_of_32_bits(folder):
    cross_encoder(folder / "model.onnx", integers=INT32)
    assert overlaps(folder) == [1, 2, 0, 0]


def test_a_model_without_token_types_works(folder):
    cross_encoder(folder / "model.onnx", types=False)
    scores = CrossEncoder(folder).score_texts("goat", ["the goat", "the barn"])
    assert scores[0] > scores[1]


def test_the_speaker_is_part_of_what_is_judged(folder):
    hits = [hit(text="I moved.", speaker="Wilma"), hit(text="I moved."), hit(text="Wilma moved.")]
    scores = CrossEncoder(folder).score("Wilma", hits) - 1
    assert (scores > 0).tolist() == [True, False, True]


def test_scores_are_in_the_order_of_the_texts_whatever_their_lengths(folder):
    model = CrossEncoder(folder)
    texts = [("goat " + "word " * n) for n in (90, 3, 200, 0, 41)] * 20
    texts[17] = "goat goat"
    together = model.score_texts("goat", texts)
    assert together.shape == (100,)
    assert together.tolist() == [3.0 if i == 17 else 2.0 for i in range(100)]


def test_a_text_of_ten_thousand_words_is_cut_behind_and_the_question_stays(folder):
    long = "goat " + "word " * 10_000 + "harbour"
    assert overlaps(folder, [long, "harbour"]) == [1, 1]
    assert overlaps(folder, ["x" * 1_000_000]) == [0]


def test_of_a_question_of_ten_thousand_words_the_beginning_counts(folder):
    long = "goat " + "word " * 10_000 + "harbour"
    assert overlaps(folder, ["goat", "harbour"], long) == [1, 0]
    model = CrossEncoder(folder)
    cut = model._cut(long)
    assert cut.startswith("goat word")
    assert len(model._tokenizer.encode(cut, add_special_tokens=False).ids) == (512 - 3) // 2


@pytest.mark.parametrize("question", ["ночь 夜 🌙", "\u0000", "e\u0301", "\ud7ff", "🌙" * 5000])
def test_any_unicode_can_be_judged(folder, question):
    texts = ["夜と🌙", "ночь", "", "\u202e", "\U0010ffff"]
    assert np.isfinite(CrossEncoder(folder).score_texts(question, texts)).all()


def test_no_texts_give_no_scores(folder):
    assert CrossEncoder(folder).score_texts("goat", []).shape == (0,)


def test_model_json_says_how_long_a_pair_may_be(folder):
    (folder / "model.json").write_text(json.dumps({"max_tokens": 16}))
    model = CrossEncoder(folder)
    assert model.max_tokens == 16
    # 3 tokens are special and 1 is asked, so 12 are left.
    scores = model.score_texts("goat", ["word " * 11 + "goat", "word " * 12 + "goat"]) - 1
    assert scores.tolist() == [1, 0]


def test_else_the_tokenizers_own_limit_counts(folder):
    path = folder / "tokenizer.json"
    rules = json.loads(path.read_text("utf-8"))
    own = {"direction": "Right", "max_length": 64, "strategy": "LongestFirst", "stride": 0}
    path.write_text(json.dumps({**rules, "truncation": own}))
    assert CrossEncoder(folder).max_tokens == 64


# ---------------------------------------------------------------- what cannot work


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_file_is_unavailable(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(RerankerUnavailable, match=f"{missing} is missing") as raised:
        CrossEncoder(folder)
    assert raised.value.status == 69


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "model.json"])
def test_a_garbage_file_is_unavailable(folder, name):
    (folder / name).write_bytes(b"{garbage\xff")
    with pytest.raises((EncoderUnavailable, RerankerUnavailable), match=name) as raised:
        CrossEncoder(folder)
    assert raised.value.status == 69
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("about", ["[1]", '{"max_tokens": "many"}', '{"max_tokens": 3}'])
def test_a_model_json_that_makes_no_sense_is_refused(folder, about):
    (folder / "model.json").write_text(about)
    with pytest.raises(MemcliError, match=r"model\.json") as raised:
        CrossEncoder(folder)
    assert raised.value.status == 69


def test_a_model_with_an_input_that_nobody_can_fill_is_refused(folder):
    cross_encoder(folder / "model.onnx", extra="position_ids")
    with pytest.raises(RerankerUnavailable, match=r"takes .*position_ids, not the integers"):
        CrossEncoder(folder)


def test_scores_of_another_shape_are_refused_before_there_is_a_question(folder):
    cross_encoder(folder / "model.onnx", output="tokens")
    with pytest.raises(RerankerUnavailable, match=r"gives \[2, 5\] for 2 pairs"):
        CrossEncoder(folder)


@pytest.mark.parametrize("name", ["static-256", "minilm-l6-v2"])
def test_an_encoder_is_told_from_a_cross_encoder(name):
    with pytest.raises(RerankerUnavailable, match="not an encoder of texts"):
        CrossEncoder(encoder_folder(name))
