"""Token table: the vectors of the whole encoder, read row by row."""

import shutil

import numpy as np
import pytest

from memcli.models import token_table
from memcli.models.encoder import Encoder, encoder_folder
from memcli.models.token_table import TokenTable, summed

TEXTS = ["Where is the red boat?", "", "\u8239\u5728\u54ea\u91cc", "word " * 700, "zzqx"]
NAMES = ("static-256", "multilingual-256")


@pytest.mark.parametrize("name", NAMES)
def test_vectors_are_those_of_the_graph(name):
    table = TokenTable.open(encoder_folder(name), 512)
    encoder = Encoder(encoder_folder(name), name)
    encoder.load_whole()
    assert np.abs(table.encode(TEXTS) - encoder.encode(TEXTS)).max() < 1e-6
    assert table.counts(TEXTS) == encoder.count_tokens(TEXTS)
    assert table.dimension == encoder.dimension


def test_few_texts_load_no_runtime_and_many_do():
    encoder = Encoder(encoder_folder("static-256"), "static-256")
    encoder.encode(["one question"])
    assert encoder._session is None
    encoder.encode(["word " * 2_000] * 4)
    assert encoder._session is not None


def test_many_characters_are_left_to_the_library(monkeypatch):
    monkeypatch.setattr(token_table, "MOST_OF_ALL", 10)
    table = TokenTable.open(encoder_folder("static-256"), 512)
    assert table.encode(["six in"]) is not None
    assert table.encode(["six in"]) is None
    assert table.counts(["six in"]) is None


def test_no_texts_give_no_vectors():
    assert TokenTable.open(encoder_folder("static-256"), 512).encode([]).shape == (0, 256)


def test_an_encoder_of_another_kind_has_no_table():
    assert TokenTable.open(encoder_folder("minilm-l6-v2"), 256) is None


def test_a_file_that_is_cut_off_has_no_table(tmp_path):
    shutil.copytree(encoder_folder("static-256"), tmp_path, dirs_exist_ok=True)
    whole = (tmp_path / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(whole[: len(whole) // 2])
    assert TokenTable.open(tmp_path, 512) is None
    (tmp_path / "model.onnx").write_bytes(b"")
    assert TokenTable.open(tmp_path, 512) is None


@pytest.mark.parametrize("longest", [1, 2, 3, 8, 9, 20])
def test_sums_are_those_of_reduceat_to_the_last_bit(longest):
    chance = np.random.default_rng(longest)
    lengths = chance.integers(1, longest + 1, 200)
    starts = np.cumsum(lengths) - lengths
    vectors = chance.standard_normal((int(lengths.sum()), 16)).astype(np.float32)
    expected = np.add.reduceat(vectors, starts, axis=0)
    assert (summed(vectors, starts, lengths).view(np.int32) == expected.view(np.int32)).all()
