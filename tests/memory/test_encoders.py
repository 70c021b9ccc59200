"""Encoders by name; the bundled ones hold to the contract of plug-ins."""

import numpy as np
import pytest

from memcli.memory.contract import check_encoder
from memcli.memory.encoders import PluginEncoder, load_encoder
from memcli.models.encoder import BUNDLED
from store.errors import EncoderUnavailable


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_encoders_hold_to_the_contract(name):
    check_encoder(load_encoder(name))


class Counting:
    name, dimension = "counting", 2

    def __init__(self, value):
        self.value = value

    def encode(self, texts):
        return np.array([self.value] * len(texts), np.float32)

    def count_tokens(self, texts):
        return [1] * len(texts)

    def fingerprint(self):
        return "1"


def test_vectors_of_a_plugin_are_brought_to_unit_length():
    vectors = PluginEncoder(Counting([3.0, 4.0]), "counting").encode(["a", "b"])
    assert vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]] * 2
    assert PluginEncoder(Counting([0.0, 0.0]), "counting").encode(["a"]).tolist() == [[0.0, 0.0]]
    assert PluginEncoder(Counting([1.0, 0.0]), "counting").encode([]).shape == (0, 2)


@pytest.mark.parametrize("value", [[1.0], [np.nan, 1.0], [1.0, 2.0, 3.0]])
def test_vectors_of_another_shape_are_refused(value):
    with pytest.raises(EncoderUnavailable, match="counting gives numbers of the shape"):
        PluginEncoder(Counting(value), "counting").encode(["a"])


def test_a_plugin_has_the_name_by_which_stores_ask_for_it():
    with pytest.raises(EncoderUnavailable, match="other calls itself counting"):
        PluginEncoder(Counting([1.0, 0.0]), "other")


def test_nothing_is_learned_from_tokens_that_are_not_there():
    with pytest.raises(EncoderUnavailable, match="nothing can be learned"):
        PluginEncoder(Counting([1.0, 0.0]), "counting").vocabulary()
