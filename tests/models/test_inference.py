"""memcli/models/inference.py: sessions in the real runtime, and a runtime that calls nobody."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from memcli.models.encoder import encoder_folder
from memcli.models.inference import ModelSession, open_session, padded_batches
from store.errors import EncoderUnavailable
from tests.support.onnx_graphs import FLOAT, INT64, node, tensor, value, write_model

FEEDS = {name: np.ones((1, 2), np.int64) for name in ("input_ids", "attention_mask")}


def test_a_model_is_a_file_or_its_bytes():
    path = encoder_folder("static-256") / "model.onnx"
    found = [open_session(model, 1).run(None, FEEDS)[0] for model in (path, path.read_bytes())]
    assert found[0].shape == (1, 256)
    assert np.array_equal(*found)


class NoRoom:
    def run(self, outputs, feeds):
        raise RuntimeError("FAIL : Status Message: Failed to allocate memory for a buffer of 9\n")


def test_no_memory_for_a_model_of_memcli_is_that_and_no_fault_of_the_model():
    with pytest.raises(MemoryError, match="allocate memory"):
        ModelSession(NoRoom(), None).run(None, FEEDS)
    with pytest.raises(EncoderUnavailable, match="mine fails: Failed to allocate"):
        ModelSession(NoRoom(), "mine").run(None, FEEDS)


def test_what_is_no_model_is_an_exception():
    with pytest.raises(Exception, match="protobuf"):
        open_session(b"none", 1)


def test_a_small_graph_that_asks_for_all_memory_is_refused_at_once(tmp_path):
    nodes = [
        node("ConstantOfShape", ["sizes"], "much"),
        node("ReduceMax", ["much"], "most", keepdims=1),
        node("Cast", ["input_ids"], "ids", to=FLOAT),
        node("Mul", ["ids", "most"], "embedding"),
    ]
    inputs, outputs = [value("input_ids", INT64, "b", "n")], [value("embedding", FLOAT, "b", "n")]
    sizes = tensor("sizes", [1 << 16, 1 << 14], INT64)
    write_model(tmp_path / "model.onnx", nodes, [sizes], inputs, outputs)
    session = open_session(tmp_path / "model.onnx", 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(EncoderUnavailable, match=r"model.onnx fails: .*memory of"):
        session.run(None, {"input_ids": np.ones((1, 2), np.int64)})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_model_of_the_user_s_own_runs_within_its_bound(tmp_path):
    model = tmp_path / "model.onnx"
    model.write_bytes((encoder_folder("static-256") / "model.onnx").read_bytes())
    own, bundled = (open_session(p, 1) for p in (model, encoder_folder("static-256") / model.name))
    assert np.array_equal(own.run(None, FEEDS)[0], bundled.run(None, FEEDS)[0])


def test_telemetry_is_off_before_onnxruntime_is_imported_whatever_the_user_has_set():
    looked_at = (
        "import os, sys; from memcli.models import encoder; "
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'; "
        "assert 'onnxruntime' not in sys.modules"
    )
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "0"}
    subprocess.run([sys.executable, "-c", looked_at], env=environment, check=True)


def test_batches_are_bounded_and_hold_every_text_once():
    lengths = [512, 3, 60, 60, 3] * 40
    order = sorted(range(200), key=lengths.__getitem__)
    found = list(padded_batches(order, lengths, 2_048, 64))
    assert sorted(i for batch in found for i in batch) == list(range(200))
    for batch in found:
        assert len(batch) <= 64
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 2_048
