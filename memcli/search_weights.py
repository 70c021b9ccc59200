"""What the signals of a search count in a namespace, after the feedback that was given there."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum, log
from typing import TYPE_CHECKING

from memcli.algorithms.feedback import SIGNALS, weights_with

if TYPE_CHECKING:
    from memcli.algorithms.ranking import Weights
    from store.commits import Commit


def weights_for(commit: Commit, namespace: str | None) -> Weights:
    """
    Return the weights for a search in a namespace, or in all of them, as of a commit.

    A search that no namespace bounds takes the geometric mean of the factors of those with
    feedback: that is what the only one learned where there is one, and a compromise elsewhere.
    """
    if namespace is not None:
        return weights_with(commit.weights.get(namespace, {}))
    return weights_with(_mean(commit.weights))


def _mean(factors: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the geometric mean of each signal's factor over namespaces, 1 where one has none."""
    if not factors:
        return {}
    return {
        signal: exp(fsum(log(each.get(signal, 1.0)) for each in factors.values()) / len(factors))
        for signal in SIGNALS
    }
