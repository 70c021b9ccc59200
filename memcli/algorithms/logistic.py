"""Logistic regression: its value in [0, 1], and that of a statement's grammar and vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def logistic(values: ArrayLike) -> FloatArray:
    """Return 1 / (1 + exp(-x)) of each value, safe at both ends."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(values, np.float64))))


def salience(
    features: ArrayLike, vectors: ArrayLike, of_features: ArrayLike, of_vector: ArrayLike
) -> FloatArray:
    """
    Return the importance in [0, 1] of n statements.

    features: [n, f] of memcli.language.salience; vectors: their static vectors [n, d], any number
    type, scaled to length 1 here; of_features [f] and of_vector [d]: the fitted weights. Without
    weights of the vector, or with vectors of another encoder, features alone count.
    """
    known = np.asarray(of_features, np.float64)
    values = np.asarray(features, np.float64).reshape(-1, len(known)) @ known
    found, weighed = np.asarray(vectors, np.float64), np.asarray(of_vector, np.float64)
    if found.ndim == 2 and found.shape[1] == len(weighed):
        lengths = np.linalg.norm(found, axis=1)
        values = values + (found @ weighed) / np.where(lengths > 0, lengths, 1.0)
    return logistic(values)
