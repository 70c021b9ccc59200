"""Encoders: the bundled ones and a user's own folder."""

from __future__ import annotations

import json
import shutil
import tomllib

import msgspec
import numpy as np
import pytest

from memcli.models.encoder import (
    BUNDLED,
    DEFAULT_ENCODER,
    TABLE_BATCH,
    TABLE_RUN,
    Encoder,
    encoder_folder,
)
from memcli.models.inference import padded_batches
from store.errors import EncoderUnavailable
from tests.support.paths import ROOT

TEXTS = ["The cat sleeps.", "", "Where did we put the server?", "word " * 900, "ночь 夜 🌙"]


@pytest.fixture(scope="module", params=BUNDLED)
def encoder(request):
    return Encoder.load(request.param)


def test_vectors_have_the_dimension_and_length_one(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    norms = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-3) | (norms == 0))


def test_the_order_of_texts_is_kept_whatever_their_lengths(encoder):
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    # int8 activations are scaled by batch in MiniLM, so its vectors move a little with company.
    cosines = (together * alone).sum(1)
    assert np.all((cosines > 0.97) | (np.linalg.norm(alone, axis=1) == 0))


def test_like_texts_are_nearer_than_unlike_ones(encoder):
    a, b, c = encoder.encode(["my dog loves the park", "the puppy likes the garden", "tax form"])
    assert a @ b > a @ c


def test_no_texts_give_no_vectors(encoder):
    assert len(encoder.encode([])) == 0


def test_progress_counts_every_text_once(encoder):
    done = []
    encoder.encode(TEXTS * 3, done.append)
    assert sum(done) == 3 * len(TEXTS)


def test_the_stamp_says_which_weights(encoder):
    about = json.loads((encoder_folder(encoder.name) / "model.json").read_text("utf-8"))
    stamp = encoder.stamp()
    assert (stamp.name, stamp.dimension, stamp.sha256) == (
        about["name"],
        about["dimension"],
        about["sha256"],
    )
    assert stamp.path is None
    assert Encoder.of_stamp(stamp).name == encoder.name


@pytest.fixture
def own_folder(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(encoder_folder("static-256"), folder)
    return folder


def test_a_folder_without_model_json_works_too(own_folder):
    (own_folder / "model.json").unlink()
    encoder = Encoder.load(str(own_folder))
    assert (encoder.name, encoder.dimension) == ("mine", 256)
    assert encoder.stamp().path == str(own_folder)


def test_changed_weights_are_refused(own_folder):
    about = json.loads((own_folder / "model.json").read_text("utf-8"))
    (own_folder / "model.json").write_text(json.dumps({**about, "sha256": "0" * 64}))
    with pytest.raises(EncoderUnavailable, match="does not have the hash"):
        Encoder.load(str(own_folder)).stamp()


def test_a_store_refuses_weights_that_were_swapped_under_a_model_json(own_folder):
    stamp = Encoder.load(str(own_folder)).stamp()
    Encoder.of_stamp(stamp)
    weights = bytearray((own_folder / "model.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (own_folder / "model.onnx").write_bytes(weights)
    with pytest.raises(EncoderUnavailable, match="is not the encoder that this store was made"):
        Encoder.of_stamp(stamp)


def test_a_store_refuses_another_encoder_of_the_same_name(own_folder):
    stamp = Encoder.load(str(own_folder)).stamp()
    about = json.loads((own_folder / "model.json").read_text("utf-8"))
    (own_folder / "model.json").write_text(json.dumps({**about, "sha256": "1" * 64}))
    with pytest.raises(EncoderUnavailable, match="is not the encoder that this store was made"):
        Encoder.of_stamp(stamp)


def test_a_store_refuses_a_changed_tokenizer_and_changed_settings(own_folder):
    stamp = Encoder.load(str(own_folder)).stamp()
    tokenizer, about = own_folder / "tokenizer.json", own_folder / "model.json"
    whole, settings = tokenizer.read_bytes(), about.read_bytes()
    words = json.loads(whole)
    words["model"]["unk_token"], words["version"] = "[UNK]", "1.1"
    (own_folder / "README.md").write_text("What this is.")
    Encoder.of_stamp(stamp)
    for path, content in (
        (tokenizer, json.dumps(words).encode()),
        (about, json.dumps({**json.loads(settings), "max_tokens": 9}).encode()),
    ):
        before = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises(EncoderUnavailable, match="is not the encoder that this store was made"):
            Encoder.of_stamp(stamp)
        path.write_bytes(before)
    Encoder.of_stamp(stamp)


def test_weights_beside_the_graph_are_among_what_a_stamp_covers(own_folder):
    encoder = Encoder.load(str(own_folder))
    without = encoder.files_hash()
    (own_folder / "notes").write_bytes(b"1")
    assert encoder.files_hash() == without
    # The name of an output stands in the graph as that of a file of weights does.
    (own_folder / "embedding").write_bytes(b"1")
    assert encoder.files_hash() != without


def test_a_store_of_before_goes_on_by_its_weights_alone(own_folder):
    stamp = msgspec.structs.replace(Encoder.load(str(own_folder)).stamp(), files=None)
    tokenizer = own_folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b" ")
    assert Encoder.of_stamp(stamp).dimension == 256


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "model.json"])
def test_a_broken_file_is_an_unavailable_encoder(own_folder, name):
    (own_folder / name).write_bytes(b"{broken")
    with pytest.raises(EncoderUnavailable, match=name):
        Encoder.load(str(own_folder))


def test_what_it_released_it_takes_again(encoder):
    before = encoder.encode(["a harbour in the fog"])
    encoder.release()
    assert (encoder.encode(["a harbour in the fog"]) == before).all()


@pytest.fixture(scope="module")
def many():
    """Return the encoder of many languages."""
    return Encoder.load(DEFAULT_ENCODER)


def test_english_is_encoded_as_the_english_table_does(many):
    texts = ["We moored the boat at noon.", "", "ok", "Café crème with Zoë"]
    assert np.array_equal(many.encode(texts), Encoder.load("static-256").encode(texts))


def test_the_table_of_other_languages_is_loaded_when_one_is_met():
    encoder = Encoder.load(DEFAULT_ENCODER)
    encoder.encode(["We moored the boat at noon."])
    assert "others" not in vars(encoder.tables)
    encoder.encode(["Мы пришвартовали лодку в полдень."])
    assert "others" in vars(encoder.tables)


def by_the_library(encoder, texts):
    """Return the vectors by the library's tokens, in the batches that stores were made with."""
    vectors = np.zeros((len(texts), encoder.dimension), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for batch in padded_batches(order, [len(text) // 4 + 1 for text in texts], *TABLE_BATCH):
        found = encoder._tokenizer.encode_batch_fast(
            [texts[i] for i in batch], add_special_tokens=False
        )
        ids = {i: encoding.ids for i, encoding in zip(batch, found, strict=True)}
        batch.sort(key=lambda i: len(ids[i]))
        for run in padded_batches(range(len(batch)), [len(ids[i]) for i in batch], *TABLE_RUN):
            some = [batch[place] for place in run]
            vectors[some] = encoder.encode_tokens([*(ids[i] for i in some), []])[:-1]
    return vectors


@pytest.mark.parametrize("name", ["static-256", "multilingual-256"])
def test_vectors_are_to_the_last_bit_those_of_the_tokens_of_the_library(name):
    """So that what is said again has the vector that a store has of it."""
    encoder = Encoder(encoder_folder(name), name)
    encoder.load_whole()
    said = [text for language in PAIRS.values() for kind in language.values() for text in kind]
    texts = [f"{text} {said[-i]}"[: 9 * i] for i, text in enumerate(said)] + [
        "bell\x07",
        " ",
        *TEXTS,
    ]
    assert (encoder.encode(texts) == by_the_library(encoder, texts)).all()


PAIRS = tomllib.loads((ROOT / "tests/data/sentence_pairs.toml").read_text("utf-8"))
# How many of six have to be found by their translation, and by a sentence in other words.
LEAST = (5, 3)


@pytest.mark.parametrize("part", [slice(0, 6), slice(6, 12)], ids=["seen", "unseen"])
@pytest.mark.parametrize("language", sorted(PAIRS.keys() - {"en"}))
def test_what_means_the_same_is_nearest_in_every_language(many, language, part):
    english = many.encode(PAIRS["en"]["said"][part])
    said, again = (many.encode(PAIRS[language][name][part]) for name in ("said", "again"))
    across = ((said @ english.T).argmax(1) == np.arange(6)).sum()
    within = ((again @ said.T).argmax(1) == np.arange(6)).sum()
    assert across >= LEAST[0]
    assert within >= LEAST[1]


def test_two_tables_have_no_tokens_to_learn_from(many):
    with pytest.raises(EncoderUnavailable, match="two tables"):
        many.vocabulary()


def test_tables_of_other_dimensions_do_not_go_together(tmp_path):
    folder = shutil.copytree(encoder_folder(DEFAULT_ENCODER), tmp_path / "mine")
    about = json.loads((folder / "model.json").read_text("utf-8"))
    shutil.copy(encoder_folder("minilm-l6-v2") / "model.onnx", folder / "model.onnx")
    (folder / "model.json").write_text(json.dumps({**about, "dimension": 384}))
    with pytest.raises(EncoderUnavailable, match="384 dimensions"):
        Encoder.load(str(folder)).encode(["где мы"])
