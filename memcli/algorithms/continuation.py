"""
Session continuation: sessions like those found first, what a project says, and recency.

A question names what it is about; a message ("done, what next?") goes on with a topic that it
hardly names. So the sessions that are found first say what it is about, and sessions like them
rise: pseudo-relevance feedback in the space of the vectors (Rocchio 1971; Lavrenko and Croft 2001),
over whole sessions, as MemoryOS (2025) looks for the segment before the page. Single turns are too
short for it: fed back one by one they bring nothing. A project goes over many sessions, of which a
message may name what was said in another one: those that are kin (kinship.py) lend one another
their words, and share their evidence (Diaz, "Regularizing ad hoc retrieval scores", CIKM 2005).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.contiguity import best_of_groups
from memcli.algorithms.fusion import relative
from memcli.algorithms.kinship import Occurrences, covered, kinship, occurrences
from memcli.algorithms.late_interaction import WordBags

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Turns longer than that count for their session as one of so many words.
LONGEST = 60
# Likeness in all beside which that of one session counts less: a session like none has no kin.
LITTLE = 1e-9


class Sessions(NamedTuple):
    """
    The sessions of rows.

    rows: int [m], those in sessions; session: int [m], of which one each is; centers: float
    [s, d], of unit length or zero: the mean of its rows' vectors, by the root of their words.
    """

    rows: IntArray
    session: IntArray
    centers: FloatArray

    def best(self, evidence: FloatArray) -> FloatArray:
        """Return the evidence of each session's best row, [s]."""
        return best_of_groups(evidence[self.rows], self.session, len(self.centers))

    def of_rows(self, values: FloatArray, n: int) -> FloatArray:
        """Return for each of n rows the value of its session, 0 outside sessions."""
        found = np.zeros(n)
        found[self.rows] = values[self.session]
        return found


@dataclass(frozen=True)
class ContinuationRows:
    """
    What the rows that a message brought up are, beyond their evidence, as arrays [n].

    home: a code for the session of each row, below 0 for none; vectors: [n, d], of unit length or
    zero; words: number of words; age: days from the row to the newest one, not a number where
    unknown. stems: the words of each row as numbers, the same for all forms of one; asked: int [q],
    those of the message, each once.
    """

    home: NDArray[np.integer]
    vectors: NDArray[np.floating]
    words: NDArray[np.integer]
    age: NDArray[np.floating]
    stems: WordBags
    asked: NDArray[np.integer]

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions of the rows."""
        home = np.asarray(self.home)
        rows = np.flatnonzero(home >= 0)
        if not len(rows):
            return Sessions(rows, rows, np.zeros((0, self.vectors.shape[1])))
        _, session = np.unique(home[rows], return_inverse=True)
        mass = np.sqrt(np.minimum(self.words[rows], LONGEST) + 1.0)
        order = np.argsort(session, kind="stable")
        starts = np.searchsorted(session[order], np.arange(int(session.max()) + 1))
        weighed = np.asarray(self.vectors[rows], np.float64) * mass[:, None]
        centers = np.add.reduceat(weighed[order], starts, axis=0)
        norms = np.linalg.norm(centers, axis=1, keepdims=True)
        return Sessions(rows, session, centers / np.where(norms > 0.0, norms, 1.0))

    @cached_property
    def said(self) -> Occurrences:
        """How often words come in the sessions."""
        of = np.full(len(self.home), -1, np.int64)
        of[self.sessions.rows] = self.sessions.session
        last = max(words.max(initial=-1) for words in (self.stems.words, self.asked))
        return occurrences(self.stems, of, len(self.sessions.centers), int(last) + 1)

    @cached_property
    def kin(self) -> FloatArray:
        """How much alike each two sessions are, [s, s]."""
        return kinship(self.said, self.sessions.centers)


def topic_likeness(base: ArrayLike, heard: ContinuationRows, leading: int) -> FloatArray:
    """
    Return how like the sessions that were found first the session of each row is, [n] in [0, 1].

    base: float [n] >= 0, the evidence so far. The `leading` sessions (1 or more) with the best
    rows count by these.
    """
    evidence, sessions = np.asarray(base, np.float64), heard.sessions
    centers = sessions.centers
    if not len(centers):
        return np.zeros(len(evidence))
    best = sessions.best(evidence)
    first = np.argsort(-best, kind="stable")[:leading]
    likeness = relative(centers @ (best[first] @ centers[first]))
    return sessions.of_rows(likeness, len(evidence))


def project_evidence(heard: ContinuationRows) -> FloatArray:
    """Return how much of the message the session of each row and its kin say, [n] in [0, 1]."""
    sessions = heard.sessions
    if not len(sessions.centers):
        return np.zeros(len(heard.home))
    told = covered(heard.said, heard.kin, np.asarray(heard.asked, np.int64))
    return sessions.of_rows(told, len(heard.home))


def kindred_evidence(base: ArrayLike, heard: ContinuationRows, sharpness: float) -> FloatArray:
    """
    Return the evidence of the sessions that are like the session of each row, [n].

    base: float [n] >= 0, the evidence so far; a session has that of its best row. What is returned
    is a mean of the other sessions', by likeness to the power of `sharpness`, so it is never more
    than the best; 0 outside sessions.
    """
    evidence, sessions = np.asarray(base, np.float64), heard.sessions
    if len(sessions.centers) < 2:
        return np.zeros(len(evidence))
    likeness = heard.kin**sharpness
    shared = (likeness @ sessions.best(evidence)) / (likeness.sum(axis=1) + LITTLE)
    return sessions.of_rows(shared, len(evidence))


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
