"""Logistic regression: its value, its fit, the area under ROC, and the value of a statement."""

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


def fit_logistic(
    rows: ArrayLike, labels: ArrayLike, weights: ArrayLike, ridge: ArrayLike, steps: int = 30
) -> FloatArray:
    """
    Return the coefficients [d] of rows [n, d] for labels [n] in [0, 1].

    Iteratively reweighted least squares, as in Hastie, Tibshirani, Friedman, "The Elements of
    Statistical Learning", 4.4.1.
    weights: how much each row counts [n]; ridge: the penalty of each coefficient squared [d], above
    0 for all but a bias, which makes the solution one and finite.
    """
    x, y = np.asarray(rows, np.float64), np.asarray(labels, np.float64)
    counts, penalty = np.asarray(weights, np.float64), np.asarray(ridge, np.float64)
    found = np.zeros(x.shape[1])
    for _ in range(steps):
        p = logistic(x @ found)
        slope = x.T @ (counts * (p - y)) + penalty * found
        curve = (x * (counts * (p * (1 - p) + 1e-9))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        found = found - step
        if float(np.abs(step).max(initial=0.0)) < 1e-8:
            break
    return found


def roc_area(scores: ArrayLike, labels: ArrayLike) -> float:
    """Return the area under ROC: the share of pairs in order, ties for half; NaN without pairs."""
    values, truth = np.asarray(scores, np.float64), np.asarray(labels, bool)
    high, low = values[truth], np.sort(values[~truth])
    if not len(high) or not len(low):
        return float("nan")
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.mean() / (2 * len(low)))
