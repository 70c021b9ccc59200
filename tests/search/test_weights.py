"""The fitted weights, as they come with the program."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from importlib.resources import files

from memcli.algorithms.answerability import Calibration
from memcli.algorithms.weights import Weights
from memcli.search.weights import calibration, fitted_weights, weights_for
from store import Store


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


def test_factors_of_signals_that_there_are_no_more_are_passed_over(empty_store):
    store = Store.open(empty_store)
    with store.transaction("feedback") as transaction:
        transaction.weights = {"n": {"statement_dense": 1.5, "asker": 0.6, "dense": 1.2}}
        transaction.publish()
    head = Store.open(empty_store).head()
    assert head.weights["n"]["statement_dense"] == 1.5
    expected = replace(fitted_weights(), dense=fitted_weights().dense * 1.2)
    assert weights_for(head, "n") == expected
    assert weights_for(head, None).dense == expected.dense
