"""What an encoder of another package has to hold to, for its own tests: check_encoder."""

from __future__ import annotations

import numpy as np

from memcli.memory.encoders import TextEncoder

TEXTS = (
    "a",
    "",
    " \n",
    "The boat is called Zwaluw.",
    "\u8a18\u61b6\u306f\u5927\u5207\u3067\u3059\u3002 \U0001f426",
    "word " * 20_000,
)


# Quantized models round by what is in a batch: the same text is not the same to the last digit.
ALIKE = 0.95


def check_encoder(encoder: TextEncoder) -> None:
    """
    Raise AssertionError, with a sentence, where an encoder breaks its contract.

    Its vectors are float32 [n, dimension], finite, the same each time and whatever stands beside a
    text; tokens are counted; the fingerprint is a text that stays.
    """
    texts = list(TEXTS)
    vectors = encoder.encode(texts)
    assert isinstance(vectors, np.ndarray), "encode gives a NumPy array"
    assert vectors.dtype == np.float32, "vectors are float32"
    assert vectors.shape == (len(texts), encoder.dimension), "there is one vector a text"
    assert np.isfinite(vectors).all(), "vectors are finite"
    assert np.array_equal(vectors, encoder.encode(texts)), "the same texts have the same vectors"
    turned = encoder.encode(texts[::-1])[::-1]
    assert _are_alike(vectors, turned), "vectors are in the order of the texts"
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert _are_alike(vectors, alone), "a text has its vector whatever stands beside it"
    counts = [int(n) for n in encoder.count_tokens(texts)]
    assert len(counts) == len(texts), "there is one count of tokens a text"
    assert min(counts) >= 0, "counts of tokens are not negative"
    assert counts[-1] > counts[0], "a longer text has more tokens, also beyond what is encoded"
    fingerprint = encoder.fingerprint()
    assert isinstance(fingerprint, str), "the fingerprint is a text"
    assert fingerprint, "the fingerprint is not empty"
    assert fingerprint == encoder.fingerprint(), "the fingerprint stays the same"


def _are_alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether vectors point the same way, row by row; a zero only to zero."""
    norms = np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1)
    cosines = (one * other).sum(axis=1) / np.maximum(norms[0] * norms[1], 1e-12)
    are_zero = (norms[0] < 1e-6) & (norms[1] < 1e-6)
    return bool((are_zero | (cosines > ALIKE)).all())
