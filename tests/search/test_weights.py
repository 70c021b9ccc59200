"""The fitted weights, as they come with the program."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from importlib.resources import files

from memcli.algorithms.answerability import Calibration
from memcli.algorithms.ranking import Weights
from memcli.search.weights import calibration, fitted_weights


def test_the_file_has_each_weight_once_and_nothing_else():
    text = files("memcli").joinpath("search", "weights.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    assert set(read.pop("answerable")) == {field.name for field in fields(Calibration)}
    assert set(read) == {field.name for field in fields(Weights)}


def test_weights_that_count_are_whole_numbers():
    weights = fitted_weights()
    for name in ("window", "lent_window", "session_turns", "topic_sessions"):
        assert isinstance(getattr(weights, name), int), name


def test_the_threshold_is_a_probability():
    assert 0.0 < calibration().threshold < 1.0
