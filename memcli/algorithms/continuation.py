"""
Session continuation: sessions like those found first, what the asker said, and recency.

A question names what it is about; a message ("done, what next?") goes on with a topic that it
hardly names. So the sessions that are found first say what it is about, and sessions like them
rise: pseudo-relevance feedback in the space of the vectors (Rocchio 1971; Lavrenko and Croft 2001),
over whole sessions, as MemoryOS (2025) looks for the segment before the page. Single turns are too
short for it: fed back one by one they bring nothing. A project goes over many sessions, of which a
message may name what was said in another one: those that are much alike share their evidence (Diaz,
"Regularizing ad hoc retrieval scores", CIKM 2005).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.contiguity import best_of_groups
from memcli.algorithms.fusion import relative

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Turns longer than that count for their session as one of so many words.
LONGEST = 60
# Likeness in all beside which that of one session counts less: a session like none has no kin.
LITTLE = 1e-9


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
    likeness = np.zeros(len(evidence))
    rows, session, centers = _centers(heard)
    if len(rows):
        best = best_of_groups(evidence[rows], session, len(centers))
        first = np.argsort(-best, kind="stable")[:leading]
        likeness[rows] = relative(centers @ (best[first] @ centers[first]))[session]
    return likeness


def kindred_evidence(base: ArrayLike, heard: ContinuationRows, sharpness: float) -> FloatArray:
    """
    Return the evidence of the sessions that are like the session of each row, [n].

    base: float [n] >= 0, the evidence so far; a session has that of its best row. What is returned
    is a mean of the other sessions', by likeness to the power of `sharpness`, so it is never more
    than the best; 0 outside sessions.
    """
    evidence = np.asarray(base, np.float64)
    kindred = np.zeros(len(evidence))
    rows, session, centers = _centers(heard)
    if len(centers) > 1:
        likeness = np.clip(centers @ centers.T, 0.0, 1.0) ** sharpness
        np.fill_diagonal(likeness, 0.0)
        best = best_of_groups(evidence[rows], session, len(centers))
        kindred[rows] = ((likeness @ best) / (likeness.sum(axis=1) + LITTLE))[session]
    return kindred


def _centers(heard: ContinuationRows) -> tuple[IntArray, IntArray, FloatArray]:
    """
    Return the rows that are in sessions, the session of each, and the sessions' unit vectors.

    That of a session is the mean of its rows' vectors, by the root of their words.
    """
    rows = np.flatnonzero(np.asarray(heard.home) >= 0)
    if not len(rows):
        return rows, rows, np.zeros((0, 0))
    _, session = np.unique(heard.home[rows], return_inverse=True)
    mass = np.sqrt(np.minimum(heard.words[rows], LONGEST) + 1.0)
    order = np.argsort(session, kind="stable")
    starts = np.searchsorted(session[order], np.arange(int(session.max()) + 1))
    weighed = np.asarray(heard.vectors[rows], np.float64) * mass[:, None]
    centers = np.add.reduceat(weighed[order], starts, axis=0)
    norms = np.linalg.norm(centers, axis=1, keepdims=True)
    return rows, session, centers / np.where(norms > 0.0, norms, 1.0)


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
