"""
Logistic regression as the fitting scripts need it: its coefficients, and the area under ROC.

Iteratively reweighted least squares, as in Hastie, Tibshirani, Friedman, "The Elements of
Statistical Learning", 4.4.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memcli.algorithms.logistic import FloatArray, logistic


def fit_logistic(
    rows: ArrayLike, labels: ArrayLike, weights: ArrayLike, ridge: ArrayLike, steps: int = 30
) -> FloatArray:
    """
    Return the coefficients [d] of rows [n, d] for labels [n] in [0, 1].

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
