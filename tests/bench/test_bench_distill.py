"""What distilling on technical text brings: recall and nDCG on docstrings of other packages."""

import json
import os
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from bench_support import memcli
from docstring_collection import build

from memcli.models.encoder import Encoder

pytestmark = pytest.mark.bench
PASSAGES = int(os.environ.get("MEMCLI_BENCH_PASSAGES", "5000"))
K = 10


@pytest.fixture(scope="module")
def collection():
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")]
    pairs, passages = build([Path(folder) for folder in dict.fromkeys(folders)])
    if len(pairs) < 200:
        pytest.skip("too few docstrings on this machine")
    return pairs, passages


def figures(name, pairs):
    """Recall and nDCG of the one right document among all, at 10."""
    encoder = Encoder.load(str(name))
    similarities = encoder.encode(list(pairs)) @ encoder.encode(list(pairs.values())).T
    own = np.diag(similarities)[:, None]
    ranks = 1 + (similarities > own).sum(1)
    found = ranks <= K
    gains = np.where(found, 1 / np.log2(1 + ranks), 0)
    return f"recall@{K} {found.mean():.3f}, nDCG@{K} {gains.mean():.3f}"


@pytest.mark.parametrize("learned", ["other packages", "the same documents"])
def test_recall_on_technical_text_before_and_after(collection, learned, tmp_path, report):
    pairs, passages = collection
    texts = passages if learned == "other packages" else sorted(pairs.values())
    epochs = 2 if learned == "other packages" else 10
    (tmp_path / "texts.txt").write_text("\n".join(texts), encoding="utf-8")
    given = ("--texts", tmp_path / "texts.txt", "--split", "line", "--max-texts", PASSAGES)
    settings = ("--epochs", epochs, "--out", tmp_path / "mine")
    summary = json.loads(memcli("models", "distill", "minilm-l6-v2", *given, *settings))
    report(f"{len(pairs)} questions; learned from {learned}: {summary['counts']}")
    for name in ("minilm-l6-v2", "static-256", tmp_path / "mine"):
        report(f"{Path(name).name}: {figures(name, pairs)}")
