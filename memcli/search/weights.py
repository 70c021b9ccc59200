"""
Weights of the signals of a search: as fitted, and in a namespace after feedback.

weights.toml holds the fitted values, the same for all stores; feedback moves them by factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp, fsum, log
from typing import TYPE_CHECKING, Any

from memcli.algorithms.answerability import Calibration
from memcli.algorithms.feedback import SIGNALS, weights_with
from memcli.algorithms.weights import Weights
from memcli.language.data import read_toml

if TYPE_CHECKING:
    from store import Commit


@cache
def fitted_weights() -> Weights:
    """Return the weights that come with the program."""
    return Weights(**{name: x for name, x in _weights_file().items() if name != "answerable"})


@cache
def calibration() -> Calibration:
    """Return what turns evidence into the probability of an answer."""
    return Calibration(**_weights_file()["answerable"])


def _weights_file() -> dict[str, Any]:
    return read_toml("search/weights.toml")


def weights_for(commit: Commit, namespace: str | None) -> Weights:
    """
    Return the weights for a search in a namespace, or in all of them, as of a commit.

    A search that no namespace bounds takes the geometric mean of the factors of those with
    feedback: that is what the only one learned where there is one, and a compromise elsewhere.
    """
    if namespace is not None:
        return weights_with(commit.weights.get(namespace, {}), fitted_weights())
    return weights_with(_mean(commit.weights), fitted_weights())


def _mean(factors: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the geometric mean of each signal's factor over namespaces, 1 where one has none."""
    if not factors:
        return {}
    return {
        signal: exp(fsum(log(each.get(signal, 1.0)) for each in factors.values()) / len(factors))
        for signal in SIGNALS
    }
