"""
Session continuation: sessions like those found first, what the asker said, and recency.

A question names what it is about; a message ("done, what next?") goes on with a topic that it
hardly names. So the sessions that are found first say what it is about, and sessions like them
rise: pseudo-relevance feedback in the space of the vectors (Rocchio 1971; Lavrenko and Croft 2001),
over whole sessions, as MemoryOS (2025) looks for the segment before the page. Single turns are too
short for it: fed back one by one they bring nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.contiguity import best_of_groups
from memcli.algorithms.fusion import relative

FloatArray = NDArray[np.float64]

# Turns longer than that count for their session as one of so many words.
LONGEST = 60


@dataclass(frozen=True)
class ContinuationRows:
    """
    What the rows that a message brought up are, beyond their evidence, as arrays [n].

    home: a code for the session of each row, below 0 for none; vectors: [n, d], of unit length or
    zero; words: number of words; age: days from the row to the newest one, not a number where
    unknown.
    """

    home: NDArray[np.integer]
    vectors: NDArray[np.floating]
    words: NDArray[np.integer]
    age: NDArray[np.floating]


def topic_likeness(base: ArrayLike, heard: ContinuationRows, leading: int) -> FloatArray:
    """
    Return how like the sessions that were found first the session of each row is, [n] in [0, 1].

    base: float [n] >= 0, the evidence so far. The vector of a session is the mean of its rows'
    vectors, by the root of their words; the `leading` sessions (1 or more) with the best
    rows count by these.
    """
    evidence = np.asarray(base, np.float64)
    rows = np.flatnonzero(np.asarray(heard.home) >= 0)
    if not len(rows):
        return np.zeros(len(evidence))
    _, session = np.unique(heard.home[rows], return_inverse=True)
    count = int(session.max()) + 1
    mass = np.sqrt(np.minimum(heard.words[rows], LONGEST) + 1.0)
    order = np.argsort(session, kind="stable")
    starts = np.searchsorted(session[order], np.arange(count))
    weighed = np.asarray(heard.vectors[rows], np.float64) * mass[:, None]
    centers = np.add.reduceat(weighed[order], starts, axis=0)
    norms = np.linalg.norm(centers, axis=1, keepdims=True)
    centers /= np.where(norms > 0.0, norms, 1.0)
    best = best_of_groups(evidence[rows], session, count)
    first = np.argsort(-best, kind="stable")[:leading]
    likeness = np.zeros(len(evidence))
    likeness[rows] = relative(centers @ (best[first] @ centers[first]))[session]
    return likeness


def recency(age: ArrayLike, days: float) -> FloatArray:
    """
    Return exp(-age / days), [n] in [0, 1]; 0 where the age is unknown.

    age: in days, below 0 counts as 0; days: > 0. It is a prior on what is gone on with, not decay:
    nothing is lost by it.
    """
    passed = np.asarray(age, np.float64)
    fresh = np.exp(-np.maximum(np.nan_to_num(passed, nan=0.0), 0.0) / days)
    faded: FloatArray = np.where(np.isnan(passed), 0.0, fresh)
    return faded
