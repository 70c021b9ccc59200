"""
Mixture of similarities, two components: which of the nearest neighbours are really near.

MemGAS (2025) fits a Gaussian mixture with two components to the similarities of a new memory to its
nearest ones, and links it to those in the component of the higher mean, so that the cut follows the
memory instead of being one number for all. The public code links to that component even where the
similarities are one heap; here the two must lie apart first:

- Ashman's D = |m1 - m2| / sqrt((v1 + v2) / 2) is above 2 (Ashman, Bird and Zepf, 1994), and
- the Bayesian information criterion prefers two components to one (5 parameters against 2).

D alone finds two halves in evenly spread values, the criterion alone finds a heap with a tail.
A few values that happen to be close make a narrow component of high likelihood, so the variances
are drawn to a quarter of the variance of all, as by the prior of Fraley and Raftery (2007).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# A standard deviation of 0.01 is below what differences of cosines mean.
MIN_VARIANCE = 1e-4
MIN_WEIGHT = 1e-6
MIN_VALUES = 4
MAX_STEPS = 60
TOLERANCE = 1e-4
SEPARATION = 2.0
# How many values the prior on the variances weighs.
PRIOR = 4.0
# Rows that are fitted together: their arrays stay in the cache.
CHUNK = 2_048


class Mixture(NamedTuple):
    """Two Gaussians, the one of the lower mean first; float [2] each, or [m, 2] for m fits."""

    means: FloatArray
    variances: FloatArray
    weights: FloatArray


def upper_members(
    similarities: ArrayLike, max_members: int | None = None, floor: float = 0.0
) -> BoolArray:
    """Tell for each row of similarities, float [m, k], which belong to its upper component.

    A member's posterior is above 1/2, or it is more similar than one whose posterior is. There are
    none where the components do not lie apart (see the module), nor with fewer than 4 values. NaN
    is missing: never a member. Of equal similarities at the limit the first ones are in.
    Returns bool [m, k]; each row is judged by itself.
    """
    values = np.asarray(similarities, dtype=np.float64)
    members = np.zeros(values.shape, dtype=bool)
    for start in range(0, len(values) if values.size else 0, CHUNK):
        rows = values[start : start + CHUNK]
        members[start : start + CHUNK] = rows >= np.maximum(_cuts(rows), floor)[:, None]
    return members if max_members is None else _best_only(members, values, max_members)


def _best_only(members: BoolArray, values: FloatArray, most: int) -> BoolArray:
    """Keep the `most` highest members of each row."""
    order = np.argsort(np.where(members, -values, np.inf), axis=1, kind="stable")
    kept = np.zeros_like(members)
    np.put_along_axis(kept, order[:, : max(most, 0)], True, axis=1)
    return members & kept


def _cuts(values: FloatArray) -> FloatArray:
    """Lowest similarity in the upper component, float [m]; infinite where they are not apart."""
    mixture = fit(values)
    low, high = mixture.means.T
    distance = (high - low) / np.sqrt(mixture.variances.mean(axis=1))
    apart = (distance > SEPARATION) & _two_fit_better(values, mixture)
    odds = _log_densities(values, mixture)
    # A wide upper component is the likelier one far below the lower mean, too.
    upper = (odds[1] > odds[0]) & (values > low[:, None])
    cut = np.where(upper, values, np.inf).min(axis=1)
    return np.where(apart, cut, np.inf)


def fit(values: FloatArray) -> Mixture:
    """Fit two Gaussians to each row of float [m, k] by expectation maximization.

    It starts from the lower and upper quartile, so equal input gives equal output. NaN counts as
    missing. With fewer than 4 values, or equal ones, both components are the same. A row stops by
    itself, so it does not depend on the others.
    """
    mixture = _start(values)
    priors = mixture.variances[:, 0] / 4.0
    active = np.flatnonzero(mixture.means[:, 1] > mixture.means[:, 0])
    for _ in range(MAX_STEPS):
        if not len(active):
            break
        before = Mixture(*(part[active] for part in mixture))
        after = _step(values[active], before, priors[active])
        for part, new in zip(mixture, after, strict=True):
            part[active] = new
        active = active[np.abs(after.means - before.means).max(axis=1) > TOLERANCE]
    order = np.argsort(mixture.means, axis=1, kind="stable")
    return Mixture(*(np.take_along_axis(part, order, axis=1) for part in mixture))


def _start(values: FloatArray) -> Mixture:
    """Start from the quartiles and the variance of all; from the mean where there is too little."""
    present = np.isfinite(values)
    count = present.sum(axis=1)
    mean, variance = _moments(values, present.astype(np.float64))
    ascending = np.sort(np.where(present, values, np.inf), axis=1)
    places = np.stack([count // 4, count - 1 - count // 4], axis=1)
    means = np.repeat(mean[:, None], 2, axis=1)
    enough = count >= MIN_VALUES
    means[enough] = np.take_along_axis(ascending[enough], places[enough], axis=1)
    variances = np.repeat(variance[:, None], 2, axis=1)
    # Most neighbours are alike and few stand out: then the quartiles are equal.
    flat = enough & (means[:, 0] == means[:, 1])
    if flat.any():
        means[flat, 1] = np.where(present[flat], values[flat], -np.inf).max(axis=1)
    flat &= means[:, 0] == means[:, 1]
    if flat.any():
        means[flat, 0] = ascending[flat, 0]
    return Mixture(means, variances, np.full_like(means, 0.5))


def _moments(
    values: FloatArray, shares: FloatArray, priors: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Mean and floored variance of each row of [m, k], weighted by shares, drawn to priors [m]."""
    total = np.maximum(shares.sum(axis=1), MIN_WEIGHT)
    filled = np.where(np.isfinite(values), values, 0.0)
    mean = (shares * filled).sum(axis=1) / total
    squares = (shares * (filled - mean[:, None]) ** 2).sum(axis=1)
    if priors is None:
        return mean, np.maximum(squares / total, MIN_VARIANCE)
    return mean, np.maximum((squares + PRIOR * priors) / (total + PRIOR), MIN_VARIANCE)


def _step(values: FloatArray, mixture: Mixture, priors: FloatArray) -> Mixture:
    """Take one step of expectation maximization; priors: float [m], variances."""
    lower, upper = _log_densities(values, mixture)
    present = np.isfinite(values)
    share = np.where(present, 1.0 / (1.0 + np.exp(np.clip(lower - upper, -60.0, 60.0))), 0.0)
    rest = present - share
    parts = [_moments(values, part, priors) for part in (rest, share)]
    sums = np.stack([rest.sum(axis=1), share.sum(axis=1)], axis=1)
    weights = np.maximum(sums / present.sum(axis=1)[:, None], MIN_WEIGHT)
    means, variances = (np.stack(pair, axis=1) for pair in zip(*parts, strict=True))
    return Mixture(means, variances, weights)


def _log_densities(values: FloatArray, mixture: Mixture) -> tuple[FloatArray, FloatArray]:
    """Log of weight x density of each component, two of float [m, k]; 0 for a missing value."""
    filled = np.where(np.isfinite(values), values, 0.0)
    scale = np.log(mixture.weights) - 0.5 * np.log(2.0 * np.pi * mixture.variances)
    lower, upper = (
        scale[:, i, None]
        - (filled - mixture.means[:, i, None]) ** 2 / (2.0 * mixture.variances[:, i, None])
        for i in (0, 1)
    )
    return lower, upper


def _two_fit_better(values: FloatArray, mixture: Mixture) -> BoolArray:
    """Whether the Bayesian information criterion prefers two components to one, bool [m]."""
    present = np.isfinite(values)
    count = np.maximum(present.sum(axis=1), 1)
    two = np.where(present, np.logaddexp(*_log_densities(values, mixture)), 0.0).sum(axis=1)
    _, variance = _moments(values, present.astype(np.float64))
    # The variance may be a floor, so the sum of squares is not count x variance.
    mean = np.where(present, values, 0.0).sum(axis=1) / count
    squares = np.where(present, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    one = -0.5 * (count * np.log(2.0 * np.pi * variance) + squares / variance)
    better: BoolArray = 2.0 * (two - one) > 3.0 * np.log(count)
    return better
