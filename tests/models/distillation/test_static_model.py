"""memcli.models.distillation.static_model"""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.algorithms.distillation import quantize, unit
from memcli.models.distillation.static_model import model_bytes, read_table
from memcli.models.encoder import Encoder, encoder_folder
from memcli.models.inference import open_session
from store.errors import EncoderUnavailable
from tests.support.small_teachers import make_teacher


def written(folder, table):
    (folder / "model.onnx").write_bytes(model_bytes(*quantize(table)))
    return folder


@settings(max_examples=20)
@given(st.integers(1, 300), st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_a_model_of_any_size_gives_unit_means_of_the_tokens_that_the_mask_has(
    tmp_path_factory, rows, dimension, seed
):
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(rows, dimension)).astype(np.float32)
    session = open_session(model_bytes(*quantize(table)), 1)
    ids = chance.integers(0, rows, (3, 5))
    mask = np.arange(5) < np.array([[5], [1], [3]])
    (found,) = session.run(None, {"input_ids": ids, "attention_mask": mask.astype(np.int64)})
    whole, scales = quantize(table)
    expected = unit(((whole * scales)[ids] * mask[:, :, None]).sum(1))
    assert np.allclose(found, expected, atol=1e-5)
    assert session.get_outputs()[0].shape == ["b", dimension]


def test_a_table_is_read_back(tmp_path):
    table = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    whole, scales = quantize(table)
    assert np.array_equal(read_table(written(tmp_path, table)), whole * scales)


def test_the_bundled_encoder_is_read_and_written_again_the_same(tmp_path):
    bundled = Encoder.load("static-256", 1)
    folder = encoder_folder("static-256")
    written(tmp_path, read_table(folder))
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    about = json.loads((folder / "model.json").read_text()) | {"sha256": None}
    (tmp_path / "model.json").write_text(json.dumps(about))
    texts = ["The kettle is on the stove.", "", "caf\u00e9 \u6771\u4eac 12:30", "a" * 3_000]
    assert np.array_equal(Encoder.load(str(tmp_path), 1).encode(texts), bundled.encode(texts))


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"\x3a\xff\xff\xff"])
def test_what_holds_no_table_is_an_error(tmp_path, data):
    (tmp_path / "model.onnx").write_bytes(data)
    with pytest.raises(EncoderUnavailable, match="no table"):
        read_table(tmp_path)


def test_a_transformer_and_a_file_that_is_cut_off_are_errors(tmp_path):
    with pytest.raises(EncoderUnavailable, match="no table"):
        read_table(encoder_folder("minilm-l6-v2"))
    path = make_teacher(tmp_path / "t") / "model.onnx"
    path.write_bytes(path.read_bytes()[:-700])
    with pytest.raises(EncoderUnavailable, match="no table"):
        read_table(path.parent)
