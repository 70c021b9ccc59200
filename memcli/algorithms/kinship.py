"""
Kinship of sessions: how much alike sessions are, and what those that are alike lend one another.

A project goes over many sessions. They share words that are rare elsewhere (cosines of tf-idf:
Salton and Buckley, 1988), and mean alike once what all sessions mean is taken off: vectors of
texts point one way for the most part (Mu and Viswanath, "All-but-the-top", ICLR 2018). What is
said in one of them is as good as said in those like it: a session is looked for by its own words
and by those of its kin, as documents are expanded by their neighbours (Tao, Wang, Mei and Zhai,
"Language model information retrieval with document expansion", NAACL 2006).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.late_interaction import WordBags

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# What likeness of vectors counts beside that of words.
MEANING = 0.5
# A session is compared with as many of the nearest: as near as these are on the mean is kin.
NEAREST = 5
# So many at the most lend a session words.
LENDERS = 20
# Those of BM25: what a second mention adds, and how much long sessions need more of them.
SATURATION, LENGTH = 1.2, 0.75


class Occurrences(NamedTuple):
    """
    How often words come in sessions, as arrays [m], one item for each session and word of it.

    session: int; word: int, from 0 to `n_words`; times: int, 1 or more; n_sessions: of how many.
    """

    session: IntArray
    word: IntArray
    times: IntArray
    n_sessions: int
    n_words: int


def occurrences(bags: WordBags, session: IntArray, n_sessions: int, n_words: int) -> Occurrences:
    """
    Count the words of texts, of sessions together.

    bags: of n texts, words in [0, n_words); session: int [n], below 0 for a text of none.
    """
    owner = np.repeat(session, np.diff(bags.starts))
    inside = owner >= 0
    pairs, count = np.unique(owner[inside] * n_words + bags.words[inside], return_counts=True)
    of, word = np.divmod(pairs, max(n_words, 1))
    return Occurrences(of, word, count.astype(np.int64), n_sessions, n_words)


def word_rarity(said: Occurrences) -> FloatArray:
    """Return how much each word tells apart the sessions, float [words], as BM25 has it."""
    having = np.bincount(said.word, minlength=said.n_words)
    rarity: FloatArray = np.log1p((said.n_sessions - having + 0.5) / (having + 0.5))
    return rarity


def likeness_of_words(said: Occurrences) -> FloatArray:
    """Return the cosine of the words of each two sessions by tf-idf, [s, s] in [0, 1]."""
    mass = (1.0 + np.log(said.times)) * word_rarity(said)[said.word]
    norms = np.sqrt(np.bincount(said.session, mass**2, minlength=said.n_sessions))
    having = np.bincount(said.word, minlength=said.n_words)
    # A word of one session makes it like no other.
    shared = having[said.word] > 1
    used, column = np.unique(said.word[shared], return_inverse=True)
    table = np.zeros((said.n_sessions, len(used)), np.float32)
    at = said.session[shared]
    table[at, column] = mass[shared] / norms[at]
    return np.clip((table @ table.T).astype(np.float64), 0.0, 1.0)


def likeness_of_vectors(centers: FloatArray) -> FloatArray:
    """Return the cosine of each two sessions' vectors [s, d] less their mean, [s, s] in [0, 1]."""
    apart = centers - centers.mean(axis=0)
    norms = np.linalg.norm(apart, axis=1, keepdims=True)
    apart = apart / np.where(norms > 0.0, norms, 1.0)
    cosines: FloatArray = np.clip(apart @ apart.T, 0.0, 1.0)
    return cosines


def kinship(said: Occurrences, centers: FloatArray) -> FloatArray:
    """
    Return how much alike each two sessions are, [s, s] in [0, 1]; 0 for one and itself.

    said: their words; centers: float [s, d], their vectors.
    """
    alike = likeness_of_words(said) + MEANING * likeness_of_vectors(centers)
    np.fill_diagonal(alike, 0.0)
    return alike / (1.0 + MEANING)


def covered(said: Occurrences, kin: FloatArray, asked: IntArray) -> FloatArray:
    """
    Return how much of a question each session and its kin say, [s] in [0, 1].

    kin: [s, s], see `kinship`; asked: int [q], different words. A word counts by its rarity, and
    once, at its best: said in another session, by how near that is, squared.
    """
    rarity = word_rarity(said)[asked]
    total = rarity.sum()
    if total <= 0.0 or not said.n_sessions:
        return np.zeros(said.n_sessions)
    told = np.clip(lent(_saturated(said, asked), kin) @ (rarity / total), 0.0, 1.0)
    return np.asarray(told, np.float64)


def _saturated(said: Occurrences, asked: IntArray) -> FloatArray:
    """Return how often sessions say words, [s, q] from 0 to 1, as BM25 counts mentions."""
    column = np.full(said.n_words, -1, np.int64)
    column[asked] = np.arange(len(asked))
    length = np.bincount(said.session, said.times, minlength=said.n_sessions)
    part = length / max(length.mean(), 1.0)
    few = SATURATION * (1.0 - LENGTH + LENGTH * part)
    hit = column[said.word] >= 0
    at, count = said.session[hit], said.times[hit]
    found = np.zeros((said.n_sessions, len(asked)))
    found[at, column[said.word[hit]]] = count / (count + few[at])
    return found


def lent(found: FloatArray, kin: FloatArray) -> FloatArray:
    """
    Return what is found in sessions [s, q] with what their kin [s, s] lend, no less than it.

    Nearness is in parts of the mean of the nearest, so that sessions that share much with all
    others borrow no more than those that share little.
    """
    lenders = min(LENDERS, len(found) - 1)
    if lenders < 1:
        return found
    nearest = np.argpartition(-kin, lenders - 1, axis=1)[:, :lenders]
    near = np.take_along_axis(kin, nearest, axis=1)
    usual = -np.sort(-near, axis=1)[:, :NEAREST].mean(axis=1, keepdims=True)
    part = np.minimum(near / np.where(usual > 0.0, usual, 1.0), 1.0) ** 2
    whole = found.copy()
    for by, share in zip(nearest.T, part.T, strict=True):
        np.maximum(whole, share[:, None] * found[by], out=whole)
    return whole
