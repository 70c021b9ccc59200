"""
Weigh turns, segments and sessions by how sure each is: the router of MemGAS, mended.

MemGAS (Xu et al., "From single to multi-granularity", 2025) gives a granularity more weight the
lower the entropy of its similarities to the question is. Its code takes 1 - H in nats, which is
below zero for more than two alternatives, so that the flattest granularity may get the most; here
the entropy is a share of the greatest that there can be, ln n.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import Fused, fuse

FloatArray = NDArray[np.float64]

# Of the values that the paper's README and code name, the one with which entropies differ.
TEMPERATURE: Final = 0.1


def certainty(similarities: ArrayLike, temperature: float = TEMPERATURE) -> float:
    """Return how far similarities single some alternatives out: 1 one of them, 0 none.

    similarities: float [n], one for each distinct node of a granularity; what is not finite is no
    alternative. temperature: above 0. Returns 1 - H(softmax(similarities / temperature)) / ln n,
    at least 0; also 0 for fewer than two, between which there is nothing to choose.
    """
    if temperature <= 0.0:
        raise ValueError(f"temperature must be above 0: {temperature}")
    given = np.asarray(similarities, np.float64)
    values = given[np.isfinite(given)]
    if len(values) < 2:
        return 0.0
    # What is further down has a share of 0 in double precision.
    logits = np.maximum((values - values.max()) / temperature, -745.0)
    shares = np.exp(logits)
    total = float(shares.sum())
    # H = ln(sum) - sum(p x logit): no logarithm of a share that is 0.
    entropy = np.log(total) - float(shares @ logits) / total
    return float(np.clip(1.0 - entropy / np.log(len(values)), 0.0, 1.0))


def router_weights(
    similarities: Mapping[str, ArrayLike], temperature: float = TEMPERATURE
) -> dict[str, float]:
    """Return the weight of each granularity; they sum to 1, and are equal if none is sure.

    similarities: granularity -> float [n] of its own nodes, see `certainty`.
    """
    sure = {name: certainty(values, temperature) for name, values in similarities.items()}
    total = sum(sure.values())
    if total <= 0.0:
        return dict.fromkeys(sure, 1.0 / len(sure)) if sure else {}
    return {name: value / total for name, value in sure.items()}


def route(scores: Mapping[str, ArrayLike], weights: Mapping[str, float]) -> Fused:
    """Return the scores of turns from those of the nodes that they are in.

    scores: granularity -> float [n] in [0, 1], for each turn that of its node; weights: of
    `router_weights`. Returns the score [n] and the share of each granularity.
    """
    return fuse(scores, weights)
