"""What an encoder may not do is found by the contract."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from memcli.memory.contract import check_encoder


class Letters:
    """An encoder that counts letters; `how` says what it does wrong."""

    name, dimension = "letters", 8

    def __init__(self, how=""):
        self.how, self.calls = how, itertools.count()

    def encode(self, texts):
        texts = [] if self.how == "shape" else texts
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for letter in text:
                row[ord(letter) % self.dimension] += 1
        if self.how == "finite":
            vectors[0] = np.nan
        if self.how == "same" and next(self.calls):
            vectors += 1
        if self.how == "order":
            vectors = np.sort(vectors, axis=0)
        if self.how == "alone" and len(texts) == 1:
            vectors = vectors[:, ::-1].copy()
        return vectors.astype(np.float64) if self.how == "float32" else vectors

    def count_tokens(self, texts):
        return [min(len(text), 1 if self.how == "longer" else 10**9) for text in texts]

    def fingerprint(self):
        if self.how == "fingerprint":
            return str(next(self.calls))
        return "" if self.how == "empty" else "1"


def test_what_keeps_it_passes():
    check_encoder(Letters())


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("float32", "float32"),
        ("shape", "one vector a text"),
        ("finite", "finite"),
        ("same", "the same texts"),
        ("order", "order of the texts"),
        ("alone", "whatever stands beside"),
        ("longer", "a longer text"),
        ("empty", "not empty"),
        ("fingerprint", "stays the same"),
    ],
)
def test_what_an_encoder_may_not_do_is_found(how, says):
    with pytest.raises(AssertionError, match=says):
        check_encoder(Letters(how))
