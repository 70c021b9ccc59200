"""memcli/models/inference.py: sessions in the real runtime, and a runtime that calls nobody."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from memcli.models.encoder import encoder_folder
from memcli.models.inference import open_session, padded_batches

FEEDS = {name: np.ones((1, 2), np.int64) for name in ("input_ids", "attention_mask")}


def test_a_model_is_a_file_or_its_bytes():
    path = encoder_folder("static-256") / "model.onnx"
    found = [open_session(model, 1).run(None, FEEDS)[0] for model in (path, path.read_bytes())]
    assert found[0].shape == (1, 256)
    assert np.array_equal(*found)


def test_what_is_no_model_is_an_exception():
    with pytest.raises(Exception, match="protobuf"):
        open_session(b"none", 1)


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
