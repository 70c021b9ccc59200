"""Score fusion: signals made comparable and added up, keeping what each contributed."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class Fused(NamedTuple):
    """A score per candidate and the part of it that each signal brought.

    score: float [n], in [0, 1].
    shares: signal name -> float [n]; over the signals they sum to the score.
    """

    score: FloatArray
    shares: dict[str, FloatArray]


def relative(values: ArrayLike, sharpness: float = 1.0) -> FloatArray:
    """Divide by the best value of the query and raise to a power.

    values: [n], 0 for "no evidence" (BM25, cosine); what is below 0 or not finite counts as 0.
    Returns [n] in [0, 1]. BM25 has no fixed scale, it grows with the length of the query, so only
    the ratio to the best hit compares between queries (maximum normalization, as in Lee, "Analyses
    of multiple evidence combination", SIGIR 1997). A sharpness above 1 holds down the crowd of
    middling hits, which would outweigh one clear hit once neighbours and sessions add up.
    """
    cleaned = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    positive = np.maximum(cleaned, 0.0)
    best = positive.max(initial=0.0)
    if best <= 0.0:
        return np.zeros_like(positive)
    ratios: FloatArray = (positive / best) ** sharpness
    return ratios


def length_factor(words: ArrayLike, scale: float) -> FloatArray:
    """Discount short turns: greetings and "sounds great!" match well and say nothing.

    words: [n], number of words; scale: words that keep 63 % of the weight, 0 for no discount.
    Returns [n] in [0, 1], 1 - exp(-words / scale).
    """
    counts = np.maximum(np.asarray(words, dtype=np.float64), 0.0)
    if scale <= 0.0:
        return np.ones_like(counts)
    factor: FloatArray = -np.expm1(-counts / scale)
    return factor


def fuse(signals: Mapping[str, ArrayLike], weights: Mapping[str, float]) -> Fused:
    """Weighted mean of signals, linear so that every share can be shown.

    signals: name -> [n] in [0, 1]; weights: name -> weight >= 0 for each of these names.
    Returns the score [n] in [0, 1] and each signal's share of it. A convex combination of
    normalized scores keeps the distances that rank fusion throws away (Bruch, Gai and Ingber,
    "An analysis of fusion functions for hybrid retrieval", 2022).
    """
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in signals.items()}
    total = sum(weights[name] for name in arrays)
    share = {name: weights[name] / total if total > 0.0 else 0.0 for name in arrays}
    return scaled({name: values * share[name] for name, values in arrays.items()}, 1.0)


def scaled(shares: Mapping[str, FloatArray], factor: ArrayLike) -> Fused:
    """Multiply shares [n] by a factor >= 0, one number or [n], and add them up to the score.

    The score never exceeds 1 by rounding.
    """
    factors = np.asarray(factor, dtype=np.float64)
    products: dict[str, FloatArray] = {name: part * factors for name, part in shares.items()}
    return Fused(np.minimum(np.sum(list(products.values()), axis=0), 1.0), products)
