"""memcli.models.distillation.folder"""

import json
import os
import stat

import numpy as np
import pytest

from memcli.models.distillation.folder import require_free, write_encoder
from memcli.models.encoder import Encoder
from store.errors import StoreExists, StoreIOError
from tests.support.small_teachers import tokenizer_of

TABLE = np.arange(63 * 4).reshape(63, 4).astype(np.int8)
SCALES = np.full((63, 1), 0.01, np.float32)


@pytest.fixture
def tokenizer(tmp_path_factory):
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer_of().save(str(path))
    return path


def test_a_folder_is_an_encoder_with_a_hash_that_fits(tmp_path, tokenizer):
    out = tmp_path / "new"
    write_encoder(out, TABLE, SCALES, tokenizer, {"name": "new", "distilled": {"texts": 3}})
    encoder = Encoder.load(str(out), 1)
    stamp = encoder.stamp()
    assert (stamp.name, stamp.dimension, stamp.path) == ("new", 4, str(out))
    assert stamp.sha256 == json.loads((out / "model.json").read_text())["sha256"]
    assert np.linalg.norm(encoder.encode(["ba [CLS]"])) == pytest.approx(1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new"]


def test_it_is_open_to_others_as_the_umask_says(tmp_path, tokenizer):
    before = os.umask(0o027)
    try:
        write_encoder(tmp_path / "new", TABLE, SCALES, tokenizer, {})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o750


def test_an_empty_folder_may_be_there_but_nothing_else(tmp_path, tokenizer):
    out = tmp_path / "new"
    out.mkdir()
    write_encoder(out, TABLE, SCALES, tokenizer, {})
    with pytest.raises(StoreExists, match="exists already"):
        write_encoder(out, TABLE, SCALES, tokenizer, {})
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreExists):
        require_free(tmp_path / "link")
    (tmp_path / "file").touch()
    with pytest.raises(StoreExists):
        require_free(tmp_path / "file")
    with pytest.raises(StoreIOError, match="no folder"):
        require_free(tmp_path / "none" / "new")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_nothing_is_left_of_a_folder_that_was_not_finished(tmp_path, tokenizer, monkeypatch, error):
    def fail(descriptor):
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    expected = StoreIOError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_encoder(tmp_path / "new", TABLE, SCALES, tokenizer, {})
    assert list(tmp_path.iterdir()) == []
