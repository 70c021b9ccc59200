"""
Time match: how well the time of a memory fits the time that a question asks for.

A memory that lies in the time asked for matches fully; outside, the match fades exponentially with
the distance in units of the question's own words: a day for a day, weeks for a month. Systems that
cut at the edges lose what was told a day later; hindsight and LongMemEval prefer instead of cutting
as well. Latest and first are a prior on the order in time among what fits the question by its
content, in the manner of the recency prior of Li and Croft ("Time-based language models", 2003).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
# start, end, softness (all in days), weight in (0, 1]
Interval = tuple[float, float, float, float]


def time_match(said: ArrayLike, intervals: Sequence[Interval]) -> FloatArray:
    """
    Match memories against the times asked for.

    said: float [n], days since 1970, NaN where unknown. intervals: of `AskedSpan.interval`.
    Returns [n] in [0, 1], the best over the intervals. Where nothing is known of a memory's time it
    is the mean of the others, so that it neither gains nor loses; 0 if no interval is given.
    """
    moments = np.asarray(said, dtype=np.float64)
    if not intervals or not len(moments):
        return np.zeros(len(moments))
    match = np.full(len(moments), np.nan)
    for start, end, softness, weight in intervals:
        gap = np.maximum(np.maximum(start - moments, moments - end), 0.0)
        match = np.fmax(match, weight * np.exp(-gap / softness))
    known = ~np.isnan(match)
    neutral = float(match[known].mean()) if known.any() else 0.0
    return np.where(known, match, neutral)


def preference(match: ArrayLike, weight: float) -> FloatArray:
    """
    Turn a match [n] in [0, 1] into what scores are multiplied by, [n] in (0, 1].

    weight: >= 0, how many times as much as nothing the best match counts, less one. The best
    candidate keeps its score; where nothing matches, all do. A factor, because what a question
    names a time for must fit it by its content too.
    """
    raised = 1.0 + weight * np.asarray(match, dtype=np.float64)
    factor: FloatArray = raised / raised.max(initial=1.0)
    return factor


def order_prior(
    said: ArrayLike, scores: ArrayLike, latest: bool, sharpness: float = 4.0
) -> FloatArray:
    """
    Place memories in time among those that answer well: 1 the latest (or first), 0 the other end.

    said: float [n], days, NaN where unknown; scores: float [n], >= 0. A memory's place is the share
    of the evidence, scores to the power of `sharpness`, that lies before it (after it for the
    first), half of what is as old as itself included. Weak memories therefore move nobody.
    Returns [n] in [0, 1]; 0.5 where the time is unknown or nothing scores.
    """
    moments = np.asarray(said, dtype=np.float64)
    mass = np.maximum(np.asarray(scores, dtype=np.float64), 0.0)
    known = np.isfinite(moments)
    place = np.full(len(moments), 0.5)
    best = mass[known].max(initial=0.0)
    if best <= 0.0:
        return place
    weights = (mass[known] / best) ** sharpness
    ordered, at = np.unique(moments[known], return_inverse=True)
    at_once = np.bincount(at, weights=weights, minlength=len(ordered))
    until = np.cumsum(at_once)
    share = (until - at_once / 2.0) / until[-1]
    place[known] = share[at] if latest else 1.0 - share[at]
    return place
