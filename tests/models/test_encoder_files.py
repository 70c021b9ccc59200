"""Files of an encoder: what is there, and what bears on its vectors."""

import pytest

from memcli.models.encoder_files import (
    BUNDLED,
    bearing_files,
    default_threads,
    encoder_folder,
    file_hash,
    read_about,
)
from store.errors import EncoderUnavailable


def test_a_missing_folder_is_an_unavailable_encoder():
    with pytest.raises(EncoderUnavailable, match="no encoder at nowhere"):
        encoder_folder("nowhere")


@pytest.mark.parametrize("name", BUNDLED)
def test_what_is_bundled_states_its_weights(name):
    folder = encoder_folder(name)
    assert read_about(folder)["sha256"]
    assert [path.name for path in bearing_files(folder)] == ["model.onnx", "tokenizer.json"]


def test_a_file_that_has_changed_has_another_hash(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"1")
    before = file_hash(path)
    assert file_hash(path) == before
    path.write_bytes(b"22")
    assert file_hash(path) != before


def test_weights_that_the_graph_names_bear_on_the_vectors(tmp_path):
    for name, content in (("model.onnx", b"..weights.."), ("tokenizer.json", b"{}")):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "notes").write_bytes(b"1")
    (tmp_path / "weights").write_bytes(b"1")
    named = [path.name for path in bearing_files(tmp_path)]
    assert named == ["model.onnx", "tokenizer.json", "weights"]


@pytest.mark.parametrize(("content", "told"), [("{", "cannot read"), ("[]", "not a JSON object")])
def test_a_broken_model_json_is_an_unavailable_encoder(tmp_path, content, told):
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(EncoderUnavailable, match=told):
        read_about(tmp_path)


def test_threads_are_bound_by_what_openmp_may_use(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert default_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "none")
    assert default_threads() >= 1
